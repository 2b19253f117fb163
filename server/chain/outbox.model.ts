import { type Connection, type Model, Schema } from 'mongoose'

export type OutboxDocument = {
  /** Chosen by the caller: the same id is never written to the chain twice. */
  _id: string
  version: number
  status: string
  order: number
  contract: string
  method: string
  data: string
  from?: string
  nonce?: number
  /** Chain id, account and nonce in one text. */
  slot?: string
  attempts: {
    hash: string
    raw: string
    maxFeePerGas: string
    maxPriorityFeePerGas: string
    signedAtMs: number
  }[]
  sentAtMs: number
  inclusion: {
    blockNumber: number
    blockHash: string
    transactionHash: string | null
    gasUsed: number | null
    reverted: boolean
  } | null
  error: { code: string; message: string } | null
}

const schema = new Schema<OutboxDocument>(
  {
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    status: { type: String, required: true, enum: ['planned', 'submitted', 'included', 'final', 'failed'] },
    order: { type: Number, required: true },
    contract: { type: String, required: true },
    method: { type: String, required: true },
    data: { type: String, required: true },
    from: String,
    nonce: Number,
    slot: String,
    attempts: { type: Schema.Types.Mixed, required: true },
    sentAtMs: { type: Number, required: true },
    inclusion: { type: Schema.Types.Mixed, default: null },
    error: { type: Schema.Types.Mixed, default: null },
  },
  { versionKey: false, strict: 'throw', collection: 'chain_outbox', minimize: false },
)
/** Serves planned(), inFlight() and ranTooEarly(): what is open, in the order of sending. */
schema.index({ status: 1, order: 1 })
/** Serves highestNonce(), doneFrom() and ranTooEarly(). */
schema.index({ from: 1, nonce: 1 })
/** Two entries can never be signed with one nonce. */
schema.index({ slot: 1 }, { unique: true, sparse: true })

export const outboxModel = (db: Connection): Model<OutboxDocument> =>
  db.model<OutboxDocument>('ChainOutbox', schema)

export type ChainLeaseDocument = { _id: string; holder: string; untilMs: number }

const leaseSchema = new Schema<ChainLeaseDocument>(
  {
    _id: { type: String, required: true },
    holder: { type: String, required: true },
    untilMs: { type: Number, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'chain_leases' },
)

export const chainLeaseModel = (db: Connection): Model<ChainLeaseDocument> =>
  db.model<ChainLeaseDocument>('ChainLease', leaseSchema)
