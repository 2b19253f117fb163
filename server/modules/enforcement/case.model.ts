import { type Connection, type Model, Schema } from 'mongoose'
import type { Case } from './types.ts'

export type CaseDocument = Omit<Case, 'id'> & {
  _id: string
  /** There while a notice is pending. */
  untold?: boolean
}

const text = { type: String, required: true }
const number = { type: Number, required: true }
const mixed = { type: Schema.Types.Mixed, required: true }

const schema = new Schema<CaseDocument>(
  {
    _id: text,
    listingId: text,
    marketplaceId: text,
    externalId: text,
    sellerId: text,
    state: text,
    measure: text,
    ground: text,
    entries: mixed,
    statement: mixed,
    pending: mixed,
    version: number,
    openedAtMs: number,
    liftedAtMs: { type: Number, default: null },
    untold: { type: Boolean },
  },
  { versionKey: false, strict: 'throw', minimize: false, collection: 'enforcement_cases' },
)
/** Serves CaseStore.inForce(). */
schema.index({ listingId: 1, state: 1 })
/** Serves CaseStore.ofListing() for marketplaces and sellers. */
schema.index({ marketplaceId: 1, externalId: 1, openedAtMs: -1 })
schema.index({ sellerId: 1, externalId: 1, openedAtMs: -1 })
/** Serves CaseStore.page(). */
schema.index({ openedAtMs: -1, _id: -1 })
/** Serves CaseStore.untold(). */
schema.index({ untold: 1 }, { sparse: true })

export const caseModel = (db: Connection): Model<CaseDocument> =>
  db.model<CaseDocument>('EnforcementCase', schema)
