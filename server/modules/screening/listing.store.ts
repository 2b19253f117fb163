import { type Connection, type QueryFilter, trusted } from 'mongoose'
import { isDuplicateKey } from '../../db/connection.ts'
import { feedCursorModel, type ListingDocument, listingModel } from './listing.model.ts'
import type { FeedCursor, ListingFilter, ListingStore } from './ports.ts'
import type { Listing, ListingStatus } from './types.ts'

const COUNT_MAX = 100_000

export function listingStore(db: Connection): ListingStore {
  const model = listingModel(db)
  const many = async (filter: QueryFilter<ListingDocument>, limit: number) =>
    (await model.find(filter).sort({ _id: 1 }).limit(limit).lean()).map(listingOf)
  const one = (found: ListingDocument | null) => found && listingOf(found)
  return {
    async insert(listing) {
      try {
        await model.create(documentOf(listing))
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
    async replace(listing, expectedSequence) {
      const done = await model.replaceOne(
        { _id: listing.id, sequence: expectedSequence },
        documentOf(listing),
      )
      return done.matchedCount === 1
    },
    find: async (marketplaceId, externalId) => one(await model.findOne({ marketplaceId, externalId }).lean()),
    byId: async (id) => one(await model.findOne({ _id: id }).lean()),
    bySeller: async (sellerId, externalId, limit) =>
      (await model.find({ sellerId, externalId }).sort({ createdAtMs: -1 }).limit(limit).lean()).map(
        listingOf,
      ),
    async page(marketplaceId, filter, after, limit) {
      const found = await model
        .find(pageFilter(marketplaceId, filter, after))
        .sort({ createdAtMs: -1, _id: -1 })
        .limit(limit)
        .lean()
      return found.map(listingOf)
    },
    async count(marketplaceId) {
      const of = (status: ListingStatus) =>
        model.countDocuments({ marketplaceId, status } as QueryFilter<ListingDocument>, { limit: COUNT_MAX })
      const [live, in_review, refused, taken_down] = await Promise.all([
        of('live'),
        of('in_review'),
        of('refused'),
        of('taken_down'),
      ])
      return { live, in_review, refused, taken_down }
    },
    byItem: (itemKey, afterId, limit) => many({ itemKey, _id: after(afterId) }, limit),
    byRoot: (root, afterId, limit) => many({ root, _id: after(afterId) }, limit),
    async dueForRecheck(nowMs, limit) {
      const due = { recheckAtMs: trusted({ $lte: nowMs }) }
      return (await model.find(due).sort({ recheckAtMs: 1 }).limit(limit).lean()).map(listingOf)
    },
    async setRecheck(id, sequence, recheckAtMs) {
      await model.updateOne({ _id: id, sequence }, { $set: { recheckAtMs } })
    },
    undispatched: async (limit) =>
      (await model.find({ undispatched: true }).limit(limit).lean()).map(listingOf),
    async markDispatched(id, sequence) {
      await model.updateOne({ _id: id, sequence }, { $unset: { undispatched: 1 } })
    },
  }
}

export function feedCursor(db: Connection, name: string): FeedCursor {
  const model = feedCursorModel(db)
  return {
    read: async () => (await model.findOne({ _id: name }).lean())?.sequence ?? 0,
    async write(sequence) {
      await model.updateOne({ _id: name }, { $set: { sequence } }, { upsert: true })
    },
  }
}

function after(id: string) {
  return trusted({ $gt: id })
}

function pageFilter(
  marketplaceId: string,
  { status, decision }: ListingFilter,
  after: { createdAtMs: number; id: string } | null,
): QueryFilter<ListingDocument> {
  const older = after && {
    $or: [
      { createdAtMs: trusted({ $lt: after.createdAtMs }) },
      { createdAtMs: after.createdAtMs, _id: trusted({ $lt: after.id }) },
    ],
  }
  return { marketplaceId, ...(status ? { status } : {}), ...(decision ? { decision } : {}), ...older }
}

function documentOf({ id, dispatched, recheckAtMs, itemKey, root, ...listing }: Listing): ListingDocument {
  return {
    _id: id,
    ...listing,
    ...(dispatched ? {} : { undispatched: true }),
    ...(recheckAtMs === null ? {} : { recheckAtMs }),
    ...(itemKey === null ? {} : { itemKey }),
    ...(root === null ? {} : { root }),
  }
}

function listingOf({ _id, undispatched, recheckAtMs, itemKey, root, ...listing }: ListingDocument): Listing {
  return {
    ...listing,
    id: _id,
    itemKey: itemKey ?? null,
    root: root ?? null,
    recheckAtMs: recheckAtMs ?? null,
    dispatched: undispatched !== true,
  }
}
