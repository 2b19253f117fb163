import { type Connection, type Model, Schema } from 'mongoose'

export type BatchChunkDocument = {
  /** `batch:number`, the number as 6 digits, so that a batch's chunks are a range of ids in order. */
  _id: string
  firstIndex: number
  count: number
  /** JSON of CheckedRow[] in UTF-8. */
  rows: Buffer
  salts: Buffer
  /** 32 bytes an item, once the chunk's items are stored. */
  leaves?: Buffer
  minted: boolean
  createdAtMs: number
}

const schema = new Schema<BatchChunkDocument>(
  {
    _id: { type: String, required: true },
    firstIndex: { type: Number, required: true },
    count: { type: Number, required: true },
    rows: { type: Buffer, required: true },
    salts: { type: Buffer, required: true },
    leaves: Buffer,
    minted: { type: Boolean, required: true },
    createdAtMs: { type: Number, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'batchChunks' },
)

export const batchChunkModel = (db: Connection): Model<BatchChunkDocument> =>
  db.model<BatchChunkDocument>('BatchChunk', schema)
