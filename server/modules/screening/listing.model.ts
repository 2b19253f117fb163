import { type Connection, type Model, Schema } from 'mongoose'
import type { Listing } from './types.ts'

export type ListingDocument = Omit<Listing, 'id' | 'dispatched' | 'recheckAtMs' | 'itemKey' | 'root'> & {
  _id: string
  itemKey?: string
  root?: string
  recheckAtMs?: number
  /** There while nobody was told of the decision `sequence`. */
  undispatched?: boolean
}

const mixed = { type: Schema.Types.Mixed }
const text = { type: String, required: true }
const number = { type: Number, required: true }

const schema = new Schema<ListingDocument>(
  {
    _id: text,
    marketplaceId: text,
    externalId: text,
    sellerId: text,
    channel: text,
    title: { type: String },
    description: { type: String },
    price: mixed,
    origin: mixed,
    images: { type: [String], default: undefined },
    item: mixed,
    permit: { type: String, default: null },
    status: text,
    decision: text,
    score: number,
    signals: mixed,
    verdict: mixed,
    brandIds: { type: [String], default: undefined },
    cause: mixed,
    sequence: number,
    createdAtMs: number,
    decidedAtMs: number,
    itemKey: { type: String },
    root: { type: String },
    recheckAtMs: { type: Number },
    undispatched: { type: Boolean },
  },
  { versionKey: false, strict: 'throw', minimize: false, collection: 'listings' },
)
/** Serves ListingStore.find(), and makes sure that a marketplace has one listing under an externalId when two are sent at once. */
schema.index({ marketplaceId: 1, externalId: 1 }, { unique: true })
/** Serves ListingStore.page(). */
schema.index({ marketplaceId: 1, createdAtMs: -1, _id: -1 })
/** Serves ListingStore.page() with a decision or a status, and count(). */
schema.index({ marketplaceId: 1, status: 1, createdAtMs: -1, _id: -1 })
schema.index({ marketplaceId: 1, decision: 1, createdAtMs: -1, _id: -1 })
/** Serves ListingStore.byItem(): which listings a revocation concerns. */
schema.index({ itemKey: 1, _id: 1 }, { sparse: true })
/** Serves ListingStore.byRoot(): which listings an undone anchor concerns. */
schema.index({ root: 1, _id: 1 }, { sparse: true })
/** Serves ListingStore.bySeller(). */
schema.index({ sellerId: 1, externalId: 1, createdAtMs: -1 })
/** Serves ListingStore.dueForRecheck(). */
schema.index({ recheckAtMs: 1 }, { sparse: true })
/** Serves ListingStore.undispatched(). */
schema.index({ undispatched: 1 }, { sparse: true })

export const listingModel = (db: Connection): Model<ListingDocument> =>
  db.model<ListingDocument>('Listing', schema)

export type FeedCursorDocument = { _id: string; sequence: number }

const cursorSchema = new Schema<FeedCursorDocument>(
  { _id: text, sequence: number },
  { versionKey: false, strict: 'throw', collection: 'feed_cursors' },
)

export const feedCursorModel = (db: Connection): Model<FeedCursorDocument> =>
  db.model<FeedCursorDocument>('FeedCursor', cursorSchema)
