import { type Connection, type Model, Schema } from 'mongoose'

export type ItemDocument = {
  /** `gtin/serial`: its uniqueness is that of the item. */
  _id: string
  brandId: string
  batchId: string
  index: number
  model: string
  category?: string
  colour?: string
  materials?: string
  countryOfProduction?: string
  productionDate?: string
  facility?: string
  currency?: string
  retailPrice?: string
  itemId: string
  claimKey: string
  certificateId: string
  certificate: string
  registeredAtMs: number
}

const schema = new Schema<ItemDocument>(
  {
    _id: { type: String, required: true },
    brandId: { type: String, required: true },
    batchId: { type: String, required: true },
    index: { type: Number, required: true },
    model: { type: String, required: true },
    category: String,
    colour: String,
    materials: String,
    countryOfProduction: String,
    productionDate: String,
    facility: String,
    currency: String,
    retailPrice: String,
    itemId: { type: String, required: true },
    claimKey: { type: String, required: true },
    certificateId: { type: String, required: true },
    certificate: { type: String, required: true },
    registeredAtMs: { type: Number, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'items' },
)
/** Serves ofBatch(), byIndexes() and deleteRange(): a batch's items in order of their leaves. */
schema.index({ batchId: 1, index: 1 }, { unique: true })

export const itemModel = (db: Connection): Model<ItemDocument> => db.model<ItemDocument>('Item', schema)
