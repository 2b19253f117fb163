import { type Connection, type Model, Schema } from 'mongoose'

/** One document: the newest block that counted as final. */
export type ChainFinalityDocument = { _id: string; chainId: number; number: number; hash: string }

const schema = new Schema<ChainFinalityDocument>(
  {
    _id: { type: String, required: true },
    chainId: { type: Number, required: true },
    number: { type: Number, required: true },
    hash: { type: String, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'chain_finality' },
)

export const chainFinalityModel = (db: Connection): Model<ChainFinalityDocument> =>
  db.model<ChainFinalityDocument>('ChainFinality', schema)
