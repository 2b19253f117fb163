import { type Connection, type QueryFilter, trusted } from 'mongoose'
import { isDuplicateKey } from '../../db/connection.ts'
import { type CaseDocument, caseModel } from './case.model.ts'
import type { CaseStore } from './ports.ts'
import type { Case } from './types.ts'

export function caseStore(db: Connection): CaseStore {
  const model = caseModel(db)
  const one = (found: CaseDocument | null) => found && caseOf(found)
  return {
    async insert(entry) {
      try {
        await model.create(documentOf(entry))
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
    async replace(next, expectedVersion) {
      const done = await model.replaceOne({ _id: next.id, version: expectedVersion }, documentOf(next))
      return done.matchedCount === 1
    },
    byId: async (id) => one(await model.findOne({ _id: id }).lean()),
    inForce: async (listingId) => one(await model.findOne({ listingId, state: 'in_force' }).lean()),
    async ofListing(owner, externalId, limit) {
      const found = await model
        .find({ ...owner, externalId })
        .sort({ openedAtMs: -1 })
        .limit(limit)
        .lean()
      return found.map(caseOf)
    },
    untold: async (limit) => (await model.find({ untold: true }).limit(limit).lean()).map(caseOf),
    async markTold(id, version) {
      await model.updateOne({ _id: id, version }, { $set: { pending: [] }, $unset: { untold: 1 } })
    },
    async page(after, limit) {
      const older: QueryFilter<CaseDocument> = after
        ? {
            $or: [
              { openedAtMs: trusted({ $lt: after.openedAtMs }) },
              { openedAtMs: after.openedAtMs, _id: trusted({ $lt: after.id }) },
            ],
          }
        : {}
      return (await model.find(older).sort({ openedAtMs: -1, _id: -1 }).limit(limit).lean()).map(caseOf)
    },
  }
}

function documentOf({ id, ...entry }: Case): CaseDocument {
  return { _id: id, ...entry, ...(entry.pending.length > 0 ? { untold: true } : {}) }
}

function caseOf({ _id, untold: _, ...entry }: CaseDocument): Case {
  return { ...entry, id: _id }
}
