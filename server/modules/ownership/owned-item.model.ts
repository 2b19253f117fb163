import { type Connection, type Model, Schema } from 'mongoose'

export type OwnedItemDocument = { _id: string; gtin: string; serial: string }

const text = { type: String, required: true }
const schema = new Schema<OwnedItemDocument>(
  { _id: text, gtin: text, serial: text },
  { versionKey: false, strict: 'throw', collection: 'owned_items' },
)

/** Which item a token stands for: the chain names the token alone. */
export const ownedItemModel = (db: Connection): Model<OwnedItemDocument> =>
  db.model<OwnedItemDocument>('OwnedItem', schema)
