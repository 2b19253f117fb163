import { type Connection, type Model, Schema } from 'mongoose'

export type PermitDocument = {
  _id: string
  digest: string
  gtin: string
  serial: string
  tokenId: string
  marketplace: string
  listing: string
  nonce: number
  expiry: number
  signer: string
  signature: string
  createdAtMs: number
  redeemedAtMs: number | null
  /** Token and nonce, while this is the one permit of the item that was spent. */
  holds?: string
  released?: boolean
}

const text = { type: String, required: true }
const number = { type: Number, required: true }
const schema = new Schema<PermitDocument>(
  {
    _id: text,
    digest: text,
    gtin: text,
    serial: text,
    tokenId: text,
    marketplace: text,
    listing: text,
    nonce: number,
    expiry: number,
    signer: text,
    signature: text,
    createdAtMs: number,
    redeemedAtMs: { type: Number, default: null },
    holds: { type: String },
    released: { type: Boolean },
  },
  { versionKey: false, strict: 'throw', collection: 'permits' },
)
/** Serves PermitStore.insert(): one permit for one signed message, however often it is sent. */
schema.index({ digest: 1 }, { unique: true })
/** Serves PermitStore.spend() and holder(): of all permits of one state of an item, one is spent, also when many are at once. */
schema.index({ holds: 1 }, { unique: true, sparse: true })

export const permitModel = (db: Connection): Model<PermitDocument> =>
  db.model<PermitDocument>('Permit', schema)
