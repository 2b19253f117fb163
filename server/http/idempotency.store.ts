import { type Connection, trusted } from 'mongoose'
import { isDuplicateKey } from '../db/connection.ts'
import { idempotencyModel } from './idempotency.model.ts'
import type { IdempotencyStore } from './idempotency.ts'

export function idempotencyStore(db: Connection): IdempotencyStore {
  const model = idempotencyModel(db)
  return {
    async begin({ id, fingerprint, nowMs, leaseMs, keepMs }) {
      const leaseUntilMs = nowMs + leaseMs
      const expiresAt = new Date(nowMs + keepMs)
      try {
        await model.create({ _id: id, fingerprint, state: 'running', leaseUntilMs, expiresAt })
        return { state: 'mine' }
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
      const taken = await model.updateOne(
        { _id: id, fingerprint, state: 'running', leaseUntilMs: trusted({ $lte: nowMs }) },
        { $set: { leaseUntilMs } },
      )
      if (taken.matchedCount === 1) return { state: 'mine' }
      const found = await model.findById(id).lean()
      if (!found) return { state: 'running' }
      if (found.fingerprint !== fingerprint) return { state: 'other' }
      if (found.state === 'running') return { state: 'running' }
      return {
        state: 'done',
        status: found.status ?? 200,
        body: found.body ?? '',
        type: found.mediaType ?? 'application/json',
      }
    },
    async finish({ id, status, body, type }) {
      await model.updateOne({ _id: id }, { $set: { state: 'done', status, body, mediaType: type } })
    },
    async abandon(id) {
      await model.deleteOne({ _id: id, state: 'running' })
    },
  }
}
