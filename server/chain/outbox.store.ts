import { type Connection, trusted } from 'mongoose'
import { isDuplicateKey } from '../db/connection.ts'
import { type Hex, toHex } from '../kernel/bytes.ts'
import type { ChainCall, ChainWriteStatus } from '../kernel/chain-facts.ts'
import { chainLeaseModel, type OutboxDocument, outboxModel } from './outbox.model.ts'
import type { EntryChange, Inclusion, OutboxEntry } from './outbox-entry.ts'

/** The account whose nonces are handed out: nonces of two chains or two accounts have nothing to do with each other. */
export type Account = { readonly chainId: number; readonly address: Hex }

export type OutboxStore = {
  /** False when the id is known: nothing is changed then. */
  insert(entry: OutboxEntry): Promise<boolean>
  find(id: string): Promise<OutboxEntry | null>
  /** Entries not signed yet, in order. */
  planned(limit: number): Promise<OutboxEntry[]>
  /** Entries signed and not settled, lowest nonce first. */
  inFlight(account: Account, limit: number): Promise<OutboxEntry[]>
  /** Entries that count as done and have this nonce or a higher one, lowest first. */
  doneFrom(account: Account, nonce: number, limit: number): Promise<OutboxEntry[]>
  /** Entries that count as done in a block above this one, highest nonce first. */
  doneAbove(account: Account, blockNumber: number, limit: number): Promise<OutboxEntry[]>
  /** Entries that count as done, in order of id, those after the given one. */
  doneAfter(id: string, limit: number): Promise<OutboxEntry[]>
  /** True where an entry that comes before this one in order is not done, or has a higher nonce and so was done after it. */
  ranTooEarly(entry: OutboxEntry, account: Account): Promise<boolean>
  highestNonce(account: Account): Promise<number | null>
  /** Writes a change over the version it was made from; null when somebody else was faster or the nonce is taken. */
  change(entry: OutboxEntry, change: EntryChange, account: Account): Promise<OutboxEntry | null>
  /** Makes an entry that counted as done one that is looked for, and sent where the chain has not got it. */
  reopen(entry: OutboxEntry): Promise<void>
  counts(): Promise<Record<ChainWriteStatus, number>>
  lease(
    key: string,
    lease: { holder: string; nowMs: number; untilMs: number; deadHolder: (holder: string) => boolean },
  ): Promise<boolean>
  /** Gives a lease back, so that the next gateway need not wait for its end. */
  release(key: string, holder: string): Promise<void>
}

const OPEN: ChainWriteStatus[] = ['planned', 'submitted', 'included']
const DONE: ChainWriteStatus[] = ['included', 'final', 'failed']
const STATUSES: readonly ChainWriteStatus[] = ['planned', 'submitted', 'included', 'final', 'failed']

export function outboxStore(db: Connection): OutboxStore {
  const model = outboxModel(db)
  const leases = chainLeaseModel(db)
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
    async find(id) {
      const found = await model.findById(id).lean()
      return found === null ? null : entryOf(found)
    },
    async planned(limit) {
      return (await model.find({ status: 'planned' }).sort({ order: 1 }).limit(limit).lean()).map(entryOf)
    },
    async inFlight({ address }, limit) {
      const filter = { from: address, status: trusted({ $in: ['submitted', 'included'] }) }
      return (await model.find(filter).sort({ nonce: 1 }).limit(limit).lean()).map(entryOf)
    },
    async doneFrom({ address }, nonce, limit) {
      const filter = { from: address, nonce: trusted({ $gte: nonce }), status: trusted({ $in: DONE }) }
      return (await model.find(filter).sort({ nonce: 1 }).limit(limit).lean()).map(entryOf)
    },
    async doneAbove({ address }, blockNumber, limit) {
      const filter = {
        from: address,
        status: trusted({ $in: DONE }),
        'inclusion.blockNumber': trusted({ $gt: blockNumber }),
      }
      return (await model.find(filter).sort({ nonce: -1 }).limit(limit).lean()).map(entryOf)
    },
    async doneAfter(id, limit) {
      const filter = { _id: trusted({ $gt: id }), status: trusted({ $in: DONE }) }
      return (await model.find(filter).sort({ _id: 1 }).limit(limit).lean()).map(entryOf)
    },
    async ranTooEarly({ order, nonce }, { address }) {
      const before = trusted({ $lt: order })
      const isOpen = await model.exists({ status: trusted({ $in: OPEN }), order: before })
      if (isOpen !== null || nonce === null) return isOpen !== null
      const later = { from: address, nonce: trusted({ $gt: nonce }), order: before }
      return (await model.exists(later)) !== null
    },
    async highestNonce({ address }) {
      const [last] = await model.find({ from: address }).sort({ nonce: -1 }).limit(1).lean()
      return last?.nonce ?? null
    },
    async change(entry, change, account) {
      const next = { ...entry, ...change, version: entry.version + 1 }
      try {
        const result = await model.updateOne(
          { _id: entry.id, version: entry.version },
          updateOf(next, account),
        )
        return result.matchedCount === 1 ? next : null
      } catch (error) {
        if (isDuplicateKey(error)) return null
        throw error
      }
    },
    async reopen({ id, version, nonce }) {
      const open = { status: nonce === null ? 'planned' : 'submitted', inclusion: null, error: null }
      await model.updateOne({ _id: id, version }, { $set: { ...open, sentAtMs: 0, version: version + 1 } })
    },
    async counts() {
      const counted = await Promise.all(
        STATUSES.map(async (status) => [status, await model.countDocuments({ status })] as const),
      )
      return Object.fromEntries(counted) as Record<ChainWriteStatus, number>
    },
    async lease(key, { holder, nowMs, untilMs, deadHolder }) {
      const held = await leases.findById(key).lean()
      if (held !== null && held.holder !== holder && held.untilMs > nowMs && !deadHolder(held.holder))
        return false
      try {
        if (held === null) return (await leases.create({ _id: key, holder, untilMs })) !== null
        const was = { _id: key, holder: held.holder, untilMs: held.untilMs }
        return (await leases.updateOne(was, { $set: { holder, untilMs } })).matchedCount === 1
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
    async release(key, holder) {
      await leases.deleteOne({ _id: key, holder })
    },
  }
}

function documentOf(entry: OutboxEntry): OutboxDocument {
  const { id, nonce: _none, attempts, inclusion, ...rest } = entry
  return {
    _id: id,
    ...rest,
    attempts: [...attempts],
    inclusion: inclusion === null ? null : { ...inclusion },
  }
}

/** The nonce is unset, not null, on entries without one: the unique index has only those that have one. */
function updateOf(next: OutboxEntry, { chainId, address }: Account): Record<string, unknown> {
  const { id: _id, order: _order, contract: _c, method: _m, data: _d, nonce, ...fields } = next
  if (nonce === null) return { $set: fields, $unset: { from: 1, nonce: 1, slot: 1 } }
  return { $set: { ...fields, nonce, from: address, slot: `${chainId}:${address}:${nonce}` } }
}

/** Reads a document into the domain's type; the casts are what this store wrote. */
function entryOf(document: OutboxDocument): OutboxEntry {
  return {
    id: document._id,
    status: document.status as ChainWriteStatus,
    version: document.version,
    order: document.order,
    contract: document.contract as ChainCall['contract'],
    method: document.method,
    data: toHex(document.data),
    nonce: document.nonce ?? null,
    attempts: document.attempts as OutboxEntry['attempts'],
    sentAtMs: document.sentAtMs,
    inclusion: document.inclusion as Inclusion | null,
    error: document.error,
  }
}
