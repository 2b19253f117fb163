import { type Connection, type Model, Schema } from 'mongoose'

export type ChainEventDocument = {
  kind: string
  at: { blockNumber: number; blockHash: string; timeUnix: number }
  transactionHash: string
  /** Of an event of the registry. */
  brandId?: string
  root?: string
  words?: { word: number; mask: string }[]
  reason?: string | null
  /** The brand's own count of its events, and its running hash after and before this one, as the contract keeps them. */
  brandSequence?: number
  runningHash?: string
  previousHash?: string | null
  /** Of an event of the ownership contract. */
  tokenId?: string
  origin?: { root: string; index: number } | null
}

/** One move of the follower: a block (or a stretch of old blocks) added to, or removed from, the chain it has seen. */
export type ChainStepDocument = {
  _id: number
  chainId: number
  change: 'added' | 'removed'
  number: number
  hash: string
  parentHash: string
  timeUnix: number
  /** Sequence of the last event of this step or, where it has none, of the steps before. */
  lastSequence: number
  /** Which step a removal takes back. */
  removes: number | null
  events: ChainEventDocument[]
  eventful: boolean
}

const schema = new Schema<ChainStepDocument>(
  {
    _id: { type: Number, required: true },
    chainId: { type: Number, required: true },
    change: { type: String, required: true, enum: ['added', 'removed'] },
    number: { type: Number, required: true },
    hash: { type: String, required: true },
    parentHash: { type: String, required: true },
    timeUnix: { type: Number, required: true },
    lastSequence: { type: Number, required: true },
    removes: { type: Number, default: null },
    events: { type: Schema.Types.Mixed, required: true },
    eventful: { type: Boolean, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'chain_steps' },
)
/** Serves eventsAfter() and eventfulAfter(). */
schema.index({ eventful: 1, lastSequence: 1 })

export const chainStepModel = (db: Connection): Model<ChainStepDocument> =>
  db.model<ChainStepDocument>('ChainStep', schema)
