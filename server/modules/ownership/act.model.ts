import { type Connection, type Model, Schema } from 'mongoose'

export type ActDocument = {
  /** Also the id of the chain write. */
  _id: string
  kind: string
  gtin: string
  serial: string
  tokenId: string
  to: string | null
  createdAtMs: number
}

const text = { type: String, required: true }
const schema = new Schema<ActDocument>(
  {
    _id: text,
    kind: text,
    gtin: text,
    serial: text,
    tokenId: text,
    to: { type: String, default: null },
    createdAtMs: { type: Number, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'ownership_acts' },
)

/** Whose metadata a token is: its claim. */
schema.index({ tokenId: 1 })

export const actModel = (db: Connection): Model<ActDocument> => db.model<ActDocument>('OwnershipAct', schema)
