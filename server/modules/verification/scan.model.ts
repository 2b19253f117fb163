import { type Connection, type Model, Schema } from 'mongoose'

export type ScanDocument = {
  /** The id of the verdict it was answered with. */
  _id: string
  gtin: string | null
  serial: string | null
  verdict: string
  network: string | null
  device: string | null
  place: { latitude: number; longitude: number } | null
  language: string
  at: Date
}

const KEPT_SECONDS = 30 * 24 * 60 * 60

const schema = new Schema<ScanDocument>(
  {
    _id: { type: String, required: true },
    gtin: { type: String, default: null },
    serial: { type: String, default: null },
    verdict: { type: String, required: true },
    network: { type: String, default: null },
    device: { type: String, default: null },
    place: { type: new Schema({ latitude: Number, longitude: Number }, { _id: false }), default: null },
    language: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'scans' },
)
/** Forgets a scan after 30 days: whatever could point at a person is in this document and nowhere else. */
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS })

export const scanModel = (db: Connection): Model<ScanDocument> => db.model<ScanDocument>('Scan', schema)
