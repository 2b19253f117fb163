import { type Connection, type Model, Schema } from 'mongoose'
import type { AccountKind } from '../http/route.ts'

export type AccountDocument = {
  /** `kind:id`, such as `marketplace:bazaar`. */
  _id: string
  kind: AccountKind
  accountId: string
  name: string
  /** SHA-256 of each API key, in hexadecimal: keys themselves are shown once and never stored. */
  keyHashes: string[]
  createdAtMs: number
}

const schema = new Schema<AccountDocument>(
  {
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    accountId: { type: String, required: true },
    name: { type: String, required: true },
    keyHashes: { type: [String], required: true },
    createdAtMs: { type: Number, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'accounts' },
)
/** Serves Accounts.byApiKey(); unique, so that no key ever stands for two accounts. */
schema.index({ keyHashes: 1 }, { unique: true, sparse: true })

export const accountModel = (db: Connection): Model<AccountDocument> =>
  db.model<AccountDocument>('Account', schema)
