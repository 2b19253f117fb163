import { type Connection, type Model, Schema } from 'mongoose'
import type { BrandKey } from './types.ts'

export type BrandKeyEntry = {
  kid: string
  thumbprint: string
  publicJwk: BrandKey['publicJwk']
  /** PKCS #8, sealed by the vault. */
  sealed: Buffer
  status: 'pending' | 'current' | 'retired' | 'compromised'
  createdAtMs: number
}

export type BrandDocument = {
  /** The brand's domain. */
  _id: string
  name: string
  chainId: string
  prefixes: string[]
  trademarks: string[]
  status: 'pending' | 'active' | 'suspended' | 'failed'
  /** Why onboarding failed: the chain's error code. */
  failure?: string
  keys: BrandKeyEntry[]
  createdAtMs: number
  /** True while the chain has everything that the brand asks of it. */
  settled: boolean
  version: number
}

const keySchema = new Schema<BrandKeyEntry>(
  {
    kid: { type: String, required: true },
    thumbprint: { type: String, required: true },
    publicJwk: { type: Schema.Types.Mixed, required: true },
    sealed: { type: Buffer, required: true },
    status: { type: String, required: true },
    createdAtMs: { type: Number, required: true },
  },
  { _id: false, strict: 'throw' },
)

const schema = new Schema<BrandDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    chainId: { type: String, required: true },
    prefixes: { type: [String], required: true },
    trademarks: { type: [String], required: true },
    status: { type: String, required: true },
    failure: String,
    keys: { type: [keySchema], required: true },
    createdAtMs: { type: Number, required: true },
    settled: { type: Boolean, required: true },
    version: { type: Number, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'brands' },
)
/** Races of two onboardings for one prefix: a company prefix has one owner (contracts refuse overlaps as well). */
schema.index({ prefixes: 1 }, { unique: true })

export const brandModel = (db: Connection): Model<BrandDocument> => db.model<BrandDocument>('Brand', schema)
