import { type Connection, trusted } from 'mongoose'
import type { Hex } from '../../kernel/bytes.ts'
import { gathered } from '../../kernel/gather.ts'
import type { Gtin, Serial } from '../../kernel/gs1.ts'
import { type ItemDocument, itemModel } from './item.model.ts'
import type { ItemStore, MintedItem, NewItems } from './ports.ts'
import type { ItemRecord } from './types.ts'

const GTIN_DIGITS = 14
const DUPLICATE_KEY = 11_000
const PAGE_MAX = 5_000
/** Look-ups that share a round trip: about 400 kB of documents. */
const LOOKUPS_MAX = 200

export function itemStore(db: Connection): ItemStore {
  const model = itemModel(db)
  // A busy moment's look-ups share a round trip, and skip mongoose: ids are strings, and the documents are this file's own.
  const raw = db.collection<ItemDocument>(model.collection.name)
  const find = gathered(
    async (ids: string[]): Promise<(ItemRecord | null)[]> => {
      const found = await raw
        .find({ _id: { $in: ids } }, { limit: ids.length, batchSize: ids.length + 1 })
        .toArray()
      const records = new Map(found.map((item) => [item._id, recordOf(item)]))
      return ids.map((id) => records.get(id) ?? null)
    },
    { groupMax: LOOKUPS_MAX },
  )
  return {
    async insert(batch) {
      const documents = batch.items.map((item) => documentOf(batch, item))
      try {
        await model.collection.insertMany(documents as never[], { ordered: false })
        return { taken: [] }
      } catch (error) {
        return { taken: takenOf(error, batch.items) }
      }
    },
    async deleteRange(batchId, { from, to }) {
      await model.deleteMany({ batchId, index: trusted({ $gte: from, $lt: to }) })
    },
    find: ({ gtin, serial }) => find(`${gtin}/${serial}`),
    async registered(keys) {
      const found = await model
        .find({ _id: trusted({ $in: [...keys] }) }, { _id: 1 })
        .limit(keys.length)
        .lean()
      return found.map((item) => item._id)
    },
    async byIndexes(batchId, indexes) {
      const found = await model
        .find({ batchId, index: trusted({ $in: [...indexes] }) })
        .limit(Math.min(indexes.length, PAGE_MAX))
        .lean()
      return found.map(recordOf)
    },
    async ofBatch(batchId, { from, limit }) {
      const filter = { batchId, index: trusted({ $gte: from }) }
      return (await model.find(filter).sort({ index: 1 }).limit(Math.min(limit, PAGE_MAX)).lean()).map(
        recordOf,
      )
    },
    async ofGtin(brandId, gtin, { afterSerial, limit }) {
      const filter = { _id: trusted({ $gt: `${gtin}/${afterSerial ?? ''}`, $lt: `${gtin}0` }), brandId }
      return (await model.find(filter).sort({ _id: 1 }).limit(Math.min(limit, PAGE_MAX)).lean()).map(recordOf)
    },
  }
}

/** The items that were not inserted because their key is taken; anything else that went wrong is thrown. */
function takenOf(error: unknown, items: readonly MintedItem[]): number[] {
  const { writeErrors } = error as {
    writeErrors?: { code: number; index: number }[] | { code: number; index: number }
  }
  const faults = writeErrors === undefined ? [] : [writeErrors].flat()
  if (faults.length === 0 || faults.some((fault) => fault.code !== DUPLICATE_KEY)) throw error
  return faults.map((fault) => items[fault.index]?.index ?? -1)
}

function documentOf(
  { brandId, batchId, registeredAtMs }: NewItems,
  { facts, ...minted }: MintedItem,
): ItemDocument {
  const document: ItemDocument = {
    _id: `${facts.gtin}/${facts.serial}`,
    brandId,
    batchId,
    index: minted.index,
    model: facts.model,
    itemId: minted.itemId,
    claimKey: minted.claimKey,
    certificateId: minted.certificateId,
    certificate: minted.certificate,
    registeredAtMs,
  }
  for (const name of OPTIONAL) {
    const text = facts[name]
    if (text !== null) document[name] = text
  }
  return document
}

const OPTIONAL = [
  'category',
  'colour',
  'materials',
  'countryOfProduction',
  'productionDate',
  'facility',
  'currency',
  'retailPrice',
] as const

function recordOf(found: ItemDocument): ItemRecord {
  const { _id, ...rest } = found
  return {
    ...rest,
    gtin: _id.slice(0, GTIN_DIGITS) as Gtin,
    serial: _id.slice(GTIN_DIGITS + 1) as Serial,
    category: found.category ?? null,
    colour: found.colour ?? null,
    materials: found.materials ?? null,
    countryOfProduction: found.countryOfProduction ?? null,
    productionDate: found.productionDate ?? null,
    facility: found.facility ?? null,
    currency: found.currency ?? null,
    retailPrice: found.retailPrice ?? null,
    itemId: found.itemId as Hex,
    claimKey: found.claimKey as Hex,
  }
}
