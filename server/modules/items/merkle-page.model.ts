import { type Connection, type Model, Schema } from 'mongoose'

export type MerklePageDocument = {
  /** `batch:page` */
  _id: string
  nodes: Buffer
}

const schema = new Schema<MerklePageDocument>(
  { _id: { type: String, required: true }, nodes: { type: Buffer, required: true } },
  { versionKey: false, strict: 'throw', collection: 'merklePages' },
)

export const merklePageModel = (db: Connection): Model<MerklePageDocument> =>
  db.model<MerklePageDocument>('MerklePage', schema)
