import { type Connection, type Model, Schema } from 'mongoose'

export type ModelPriceDocument = {
  /** SHA-256 over brand, currency and model: names are longer than keys should be. */
  _id: string
  brandId: string
  model: string
  category?: string
  currency: string
  lowest: string
  highest: string
  version: number
}

const schema = new Schema<ModelPriceDocument>(
  {
    _id: { type: String, required: true },
    brandId: { type: String, required: true },
    model: { type: String, required: true },
    category: String,
    currency: { type: String, required: true },
    lowest: { type: String, required: true },
    highest: { type: String, required: true },
    version: { type: Number, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'modelPrices' },
)
/** Serves ofBrand(): what screening compares a listing's price with. */
schema.index({ brandId: 1, _id: 1 })

export const modelPriceModel = (db: Connection): Model<ModelPriceDocument> =>
  db.model<ModelPriceDocument>('ModelPrice', schema)
