import { type Connection, type Model, Schema } from 'mongoose'

export type GatewayKeyDocument = {
  /** RFC 7638 thumbprint in base64url. */
  _id: string
  purpose: string
  sealed: Buffer
  publicJwk: { kty: 'EC'; crv: 'P-256'; x: string; y: string }
  createdAtMs: number
}

const schema = new Schema<GatewayKeyDocument>(
  {
    _id: { type: String, required: true },
    purpose: { type: String, required: true },
    sealed: { type: Buffer, required: true },
    publicJwk: { type: Schema.Types.Mixed, required: true },
    createdAtMs: { type: Number, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'gateway_keys' },
)
/** Serves gatewayKeys(): the newest key of a purpose signs. */
schema.index({ purpose: 1, createdAtMs: -1 })

export const gatewayKeyModel = (db: Connection): Model<GatewayKeyDocument> =>
  db.model<GatewayKeyDocument>('GatewayKey', schema)
