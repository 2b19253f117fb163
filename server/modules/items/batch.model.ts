import { type Connection, type Model, Schema } from 'mongoose'
import type { ModelPrice } from './ports.ts'
import type { BatchStatus, LineError } from './types.ts'

export type BatchDocument = {
  _id: string
  brandId: string
  status: BatchStatus
  total: number
  done: number
  chunkCount: number
  root?: string
  transactionHash?: string
  gasUsed?: number
  faults: LineError[]
  createdAtMs: number
  anchoredAtMs?: number
  idempotencyKey?: string
  bodyDigest: string
  sealedSecret?: Buffer
  statusKey: Buffer
  prices: ModelPrice[]
  version: number
}

const schema = new Schema<BatchDocument>(
  {
    _id: { type: String, required: true },
    brandId: { type: String, required: true },
    status: { type: String, required: true },
    total: { type: Number, required: true },
    done: { type: Number, required: true },
    chunkCount: { type: Number, required: true },
    root: String,
    transactionHash: String,
    gasUsed: Number,
    faults: { type: Schema.Types.Mixed, required: true },
    createdAtMs: { type: Number, required: true },
    anchoredAtMs: Number,
    idempotencyKey: String,
    bodyDigest: { type: String, required: true },
    sealedSecret: Buffer,
    statusKey: { type: Buffer, required: true },
    prices: { type: Schema.Types.Mixed, required: true },
    version: { type: Number, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'batches' },
)
/** Serves byIdempotencyKey(), and decides the race of two uploads under one key. */
schema.index(
  { brandId: 1, idempotencyKey: 1 },
  { unique: true, partialFilterExpression: { idempotencyKey: { $exists: true } } },
)
/** Serves ofBrand(): a brand's batches, newest first. */
schema.index({ brandId: 1, createdAtMs: -1, _id: -1 })
/** Serves withStatus(): what the jobs have to go on with. */
schema.index({ status: 1, createdAtMs: 1 })
/** Serves byRoot(): from an event of the chain to the batch. */
schema.index({ root: 1 }, { sparse: true })

export const batchModel = (db: Connection): Model<BatchDocument> => db.model<BatchDocument>('Batch', schema)
