import type { Connection } from 'mongoose'
import { isDuplicateKey } from '../../db/connection.ts'
import { bufferOf, type Hex } from '../../kernel/bytes.ts'
import { type BrandDocument, type BrandKeyEntry, brandModel } from './brand.model.ts'
import type { BrandStore, StoredBrand, StoredKey } from './ports.ts'

const BRANDS_MAX = 10_000

export function brandStore(db: Connection): BrandStore {
  const model = brandModel(db)
  return {
    async insert(brand) {
      try {
        await model.create(documentOf(brand))
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
    async replace(brand) {
      const { _id, ...next } = documentOf({ ...brand, version: brand.version + 1 })
      const done = await model.updateOne({ _id, version: brand.version }, { $set: next })
      return done.matchedCount === 1
    },
    async find(id) {
      const found = await model.findById(id).lean()
      return found && storedOf(found)
    },
    all: async () => (await model.find().sort({ _id: 1 }).limit(BRANDS_MAX).lean()).map(storedOf),
  }
}

function documentOf(brand: StoredBrand): BrandDocument {
  const { id, failure, ...rest } = brand
  const copies = {
    prefixes: [...brand.prefixes],
    trademarks: [...brand.trademarks],
    keys: brand.keys.map((k) => ({ ...k })),
  }
  return { _id: id, ...rest, ...copies, ...(failure === null ? {} : { failure }) }
}

function storedOf(found: BrandDocument): StoredBrand {
  const { _id, failure, ...rest } = found
  return {
    ...rest,
    id: _id,
    chainId: found.chainId as Hex,
    failure: failure ?? null,
    keys: found.keys.map(keyOf),
  }
}

function keyOf(entry: BrandKeyEntry): StoredKey {
  return { ...entry, thumbprint: entry.thumbprint as Hex, sealed: bufferOf(entry.sealed) }
}
