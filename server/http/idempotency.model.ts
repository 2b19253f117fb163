import { type Connection, type Model, Schema } from 'mongoose'

export type IdempotencyDocument = {
  /** Caller, route and key. */
  _id: string
  /** SHA-256 of method, path and body. */
  fingerprint: string
  state: 'running' | 'done'
  /** While running: when another process may take over. */
  leaseUntilMs: number
  status?: number
  body?: string
  mediaType?: string
  expiresAt: Date
}

const schema = new Schema<IdempotencyDocument>(
  {
    _id: { type: String, required: true },
    fingerprint: { type: String, required: true },
    state: { type: String, required: true },
    leaseUntilMs: { type: Number, required: true },
    status: Number,
    body: String,
    mediaType: String,
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'idempotency_keys' },
)
/** Forgets answers after a day (Stripe's period; clients retry within minutes). */
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

export const idempotencyModel = (db: Connection): Model<IdempotencyDocument> =>
  db.model<IdempotencyDocument>('IdempotencyKey', schema)
