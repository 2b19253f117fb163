import { type Connection, type Model, Schema } from 'mongoose'

export type TagDocument = {
  /** Brand and UID: a brand cannot take up another's chips. */
  _id: string
  brandId: string
  uid: string
  gtin: string
  serial: string
  status: string
  mode: string
  hasSeal: boolean
  keySetId: string
  boundAtMs: number
  removedAtMs: number | null
  counter: number
  lastTap: { sessionHash: string; counter: number; atMs: number } | null
  lastTapAtMs: number | null
  taps: number
  replays: number
  wrongs: number
  seal: string | null
  marks: { kind: string; atMs: number; counter: number | null; missing: number; score: number }[]
  history: { action: string; by: string; atMs: number; reason: string; gtin: string; serial: string }[]
  version: number
}

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const part = { _id: false, strict: 'throw' } as const

const lastTap = new Schema({ sessionHash: text, counter: number, atMs: number }, part)
const mark = new Schema(
  { kind: text, atMs: number, counter: { type: Number, default: null }, missing: number, score: number },
  part,
)
const change = new Schema(
  { action: text, by: text, atMs: number, reason: text, gtin: text, serial: text },
  part,
)

const schema = new Schema<TagDocument>(
  {
    _id: text,
    brandId: text,
    uid: text,
    gtin: text,
    serial: text,
    status: text,
    mode: text,
    hasSeal: { type: Boolean, required: true },
    keySetId: text,
    boundAtMs: number,
    removedAtMs: { type: Number, default: null },
    counter: number,
    lastTap: { type: lastTap, default: null },
    lastTapAtMs: { type: Number, default: null },
    taps: number,
    replays: number,
    wrongs: number,
    seal: { type: String, default: null },
    marks: { type: [mark], required: true },
    history: { type: [change], required: true },
    version: number,
  },
  { versionKey: false, strict: 'throw', collection: 'tags' },
)
/** Serves TagStore.ofItem at each tap: bound chips sort before removed ones. */
schema.index({ gtin: 1, serial: 1, status: 1, boundAtMs: -1 })
/** Serves TagStore.ofBrand and countOfBrand. */
schema.index({ brandId: 1, boundAtMs: -1, uid: -1 })

export const tagModel = (db: Connection): Model<TagDocument> => db.model<TagDocument>('Tag', schema)

export type KeySetDocument = {
  /** `tks_…` */
  _id: string
  brandId: string
  sealed: Buffer
  origin: string
  createdAtMs: number
  by: string
}

const keySetSchema = new Schema<KeySetDocument>(
  {
    _id: text,
    brandId: text,
    sealed: { type: Buffer, required: true },
    origin: text,
    createdAtMs: number,
    by: text,
  },
  { versionKey: false, strict: 'throw', collection: 'tag_key_sets' },
)
/** Serves KeySetStore.current: the newest key set of a brand. */
keySetSchema.index({ brandId: 1, createdAtMs: -1 })

export const tagKeySetModel = (db: Connection): Model<KeySetDocument> =>
  db.model<KeySetDocument>('TagKeySet', keySetSchema)
