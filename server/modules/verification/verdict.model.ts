import { type Connection, type Model, Schema } from 'mongoose'

export type VerdictDocument = {
  /** `ver_…` */
  _id: string
  receipt: string
  verdict: string
  gtin: string | null
  serial: string | null
  registered: boolean
  atMs: number
}

/** Read by id only (ScanStore.find), so the index of _id is all it needs. */
const schema = new Schema<VerdictDocument>(
  {
    _id: { type: String, required: true },
    receipt: { type: String, required: true },
    verdict: { type: String, required: true },
    gtin: { type: String, default: null },
    serial: { type: String, default: null },
    registered: { type: Boolean, required: true },
    atMs: { type: Number, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'verdicts' },
)

export const verdictModel = (db: Connection): Model<VerdictDocument> =>
  db.model<VerdictDocument>('Verdict', schema)
