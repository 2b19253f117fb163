import { type Connection, type QueryFilter, trusted } from 'mongoose'
import { isDuplicateKey } from '../db/connection.ts'
import type { DeliveryStore, EndpointStore } from './ports.ts'
import type { Delivery, Endpoint } from './types.ts'
import {
  type DeliveryDocument,
  deliveryModel,
  type EndpointDocument,
  endpointModel,
} from './webhook.model.ts'

export function endpointStore(db: Connection): EndpointStore {
  const model = endpointModel(db)
  return {
    async insert({ id, secrets, ...endpoint }) {
      await model.create({
        _id: id,
        ...endpoint,
        secrets: secrets.map((s) => ({ ...s, sealed: Buffer.from(s.sealed) })),
      })
    },
    byId: async (id) => endpointOf(await model.findOne({ _id: id }).lean()),
    async ofAccount(accountKind, accountId, limit) {
      const found = await model.find({ accountKind, accountId }).sort({ createdAtMs: 1 }).limit(limit).lean()
      return found.map((document) => endpointOf(document) as Endpoint)
    },
    async remove(id) {
      await model.deleteOne({ _id: id })
    },
    async setSecrets(id, secrets) {
      await model.updateOne(
        { _id: id },
        { $set: { secrets: secrets.map((s) => ({ ...s, sealed: Buffer.from(s.sealed) })) } },
      )
    },
    async setStatus(id, status, disabled) {
      await model.updateOne(
        { _id: id },
        { $set: { status, disabled, failuresInARow: 0, failingSinceMs: null } },
      )
    },
    async countAttempt(id, { ok, atMs }) {
      if (ok) {
        await model.updateOne(
          { _id: id, failuresInARow: trusted({ $gt: 0 }) },
          { $set: { failuresInARow: 0, failingSinceMs: null } },
        )
      } else {
        await model.updateOne({ _id: id, failingSinceMs: null }, { $set: { failingSinceMs: atMs } })
        await model.updateOne({ _id: id }, { $inc: { failuresInARow: 1 } })
      }
      return endpointOf(await model.findOne({ _id: id }).lean())
    },
  }
}

export function deliveryStore(db: Connection): DeliveryStore {
  const model = deliveryModel(db)
  return {
    async insert(deliveries) {
      for (const { id, ...delivery } of deliveries) {
        try {
          await model.create({ _id: id, ...delivery, createdAt: new Date(delivery.createdAtMs) })
        } catch (error) {
          if (!isDuplicateKey(error)) throw error
        }
      }
    },
    find: async (endpointId, id) => deliveryOf(await model.findOne({ _id: id, endpointId }).lean()),
    async page(endpointId, after, limit) {
      const older: QueryFilter<DeliveryDocument> = after
        ? {
            $or: [
              { createdAtMs: trusted({ $lt: after.createdAtMs }) },
              { createdAtMs: after.createdAtMs, _id: trusted({ $lt: after.id }) },
            ],
          }
        : {}
      const found = await model
        .find({ endpointId, ...older })
        .sort({ createdAtMs: -1, _id: -1 })
        .limit(limit)
        .lean()
      return found.map((document) => deliveryOf(document) as Delivery)
    },
    async claim({ nowMs, leaseMs, notEndpoints }) {
      const free = notEndpoints.length > 0 ? { endpointId: trusted({ $nin: [...notEndpoints] }) } : {}
      const due = { state: 'pending' as const, nextAttemptAtMs: trusted({ $lte: nowMs }), ...free }
      const lease = { $set: { nextAttemptAtMs: nowMs + leaseMs } }
      return deliveryOf(await model.findOneAndUpdate(due, lease, { sort: { nextAttemptAtMs: 1 } }).lean())
    },
    async finish(id, result) {
      await model.updateOne({ _id: id }, { $set: { ...result } })
    },
    async requeue(id, nowMs) {
      await model.updateOne(
        { _id: id },
        { $set: { state: 'pending', attemptsDone: 0, nextAttemptAtMs: nowMs } },
      )
    },
    async giveUp(endpointId) {
      await model.updateMany({ endpointId, state: 'pending' }, { $set: { state: 'stuck' } })
    },
    count: (state) => model.countDocuments({ state }),
  }
}

function endpointOf(found: EndpointDocument | null): Endpoint | null {
  if (found === null) return null
  const { _id, secrets, ...endpoint } = found
  return { ...endpoint, id: _id, secrets: secrets.map((s) => ({ ...s, sealed: bytesOf(s.sealed) })) }
}

function deliveryOf(found: DeliveryDocument | null): Delivery | null {
  if (found === null) return null
  const { _id, createdAt: _, ...delivery } = found
  return { ...delivery, id: _id }
}

/** Lean reads give BSON binaries where a Buffer was written. */
function bytesOf(value: Buffer | { buffer: Uint8Array }): Uint8Array {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer)
}
