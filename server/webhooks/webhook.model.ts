import { type Connection, type Model, Schema } from 'mongoose'
import type { Delivery, Endpoint, EndpointSecret } from './types.ts'

export type EndpointDocument = Omit<Endpoint, 'id' | 'secrets'> & {
  _id: string
  secrets: { sealed: Buffer; createdAtMs: number; expiresAtMs: EndpointSecret['expiresAtMs'] }[]
}

const text = { type: String, required: true }
const number = { type: Number, required: true }
const nullable = { type: Number, default: null }

const endpointSchema = new Schema<EndpointDocument>(
  {
    _id: text,
    accountKind: text,
    accountId: text,
    url: text,
    events: { type: [String], default: undefined },
    description: { type: String },
    status: text,
    disabled: { type: Schema.Types.Mixed, default: null },
    secrets: { type: Schema.Types.Mixed, required: true },
    failuresInARow: number,
    failingSinceMs: nullable,
    createdAtMs: number,
  },
  { versionKey: false, strict: 'throw', minimize: false, collection: 'webhook_endpoints' },
)
/** Serves EndpointStore.ofAccount(), at every event. */
endpointSchema.index({ accountKind: 1, accountId: 1, createdAtMs: 1 })

export const endpointModel = (db: Connection): Model<EndpointDocument> =>
  db.model<EndpointDocument>('WebhookEndpoint', endpointSchema)

export type DeliveryDocument = Omit<Delivery, 'id'> & { _id: string; createdAt: Date }

const KEEP_SECONDS = 30 * 24 * 60 * 60

const deliverySchema = new Schema<DeliveryDocument>(
  {
    _id: text,
    endpointId: text,
    eventId: text,
    type: text,
    body: text,
    state: text,
    attemptsDone: number,
    attempts: { type: Schema.Types.Mixed, required: true },
    nextAttemptAtMs: number,
    createdAtMs: number,
    deliveredAtMs: nullable,
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw', minimize: false, collection: 'webhook_deliveries' },
)
/** Serves DeliveryStore.claim() and count(). */
deliverySchema.index({ state: 1, nextAttemptAtMs: 1 })
/** Serves DeliveryStore.page() and giveUp(). */
deliverySchema.index({ endpointId: 1, createdAtMs: -1, _id: -1 })
/** Forgets deliveries after 30 days. */
deliverySchema.index({ createdAt: 1 }, { expireAfterSeconds: KEEP_SECONDS })

export const deliveryModel = (db: Connection): Model<DeliveryDocument> =>
  db.model<DeliveryDocument>('WebhookDelivery', deliverySchema)
