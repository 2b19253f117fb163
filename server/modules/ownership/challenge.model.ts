import { type Connection, type Model, Schema } from 'mongoose'

export type ChallengeDocument = {
  _id: string
  gtin: string
  serial: string
  tokenId: string
  itemId: string
  nonce: string
  secretDigest: string
  deadline: number
  state: 'open' | 'answered' | 'spent'
  by?: 'owner' | 'code'
  itemNonce?: number
  at: Date
}

/** A challenge counts for minutes; it is kept for a day, so that a late use is told why it is refused. */
const KEPT_SECONDS = 24 * 60 * 60

const text = { type: String, required: true }
const number = { type: Number, required: true }
const schema = new Schema<ChallengeDocument>(
  {
    _id: text,
    gtin: text,
    serial: text,
    tokenId: text,
    itemId: text,
    nonce: text,
    secretDigest: text,
    deadline: number,
    state: { type: String, required: true, enum: ['open', 'answered', 'spent'] },
    by: { type: String, enum: ['owner', 'code'] },
    itemNonce: { type: Number },
    at: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'challenges' },
)
/** Forgets old challenges. */
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS })

export const challengeModel = (db: Connection): Model<ChallengeDocument> =>
  db.model<ChallengeDocument>('Challenge', schema)
