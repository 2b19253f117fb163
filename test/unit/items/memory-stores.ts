import type {
  BatchStore,
  CheckedRow,
  Chunk,
  ChunkStore,
  ItemStore,
  PageStore,
  PriceStore,
  StoredBatch,
} from '../../../server/modules/items/ports.ts'
import type { ItemRecord } from '../../../server/modules/items/types.ts'

/** The module's stores in memory, with the same rules: unique keys, conditional changes, bounded reads. */
export type MemoryStores = {
  batches: BatchStore
  chunks: ChunkStore
  items: ItemStore
  pages: PageStore
  prices: PriceStore
  counts(): { batches: number; chunks: number; items: number }
}

type StoredChunk = Omit<Chunk, 'rows'> & { rows: Uint8Array; count: number; leaves: Buffer | null }

export function memoryStores(): MemoryStores {
  const batches = new Map<string, StoredBatch>()
  const chunks = new Map<string, StoredChunk>()
  const items = new Map<string, ItemRecord>()
  return {
    batches: memoryBatches(batches),
    chunks: memoryChunks(chunks),
    items: memoryItems(items),
    pages: memoryPages(),
    prices: { widen: async () => {}, ofBrand: async () => [] },
    counts: () => ({ batches: batches.size, chunks: chunks.size, items: items.size }),
  }
}

function memoryBatches(batches: Map<string, StoredBatch>): BatchStore {
  const all = () => [...batches.values()]
  const sameKey = (a: StoredBatch, b: StoredBatch) =>
    a.idempotencyKey !== null && a.brandId === b.brandId && a.idempotencyKey === b.idempotencyKey
  return {
    async insert(batch) {
      if (all().some((other) => sameKey(batch, other))) return false
      batches.set(batch.id, batch)
      return true
    },
    find: async (id) => batches.get(id) ?? null,
    byIdempotencyKey: async (brandId, key) =>
      all().find((b) => b.brandId === brandId && b.idempotencyKey === key) ?? null,
    byRoot: async (root) => all().find((batch) => batch.root === root) ?? null,
    withStatus: async (statuses, limit) =>
      all()
        .filter((batch) => statuses.includes(batch.status))
        .slice(0, limit),
    async ofBrand(brandId, { before, limit }) {
      const newestFirst = all()
        .filter((b) => b.brandId === brandId)
        .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1))
      const start = before ? newestFirst.findIndex((batch) => batch.id === before.id) + 1 : 0
      return newestFirst.slice(start, start + limit)
    },
    async change({ id, version }, change) {
      const found = batches.get(id)
      if (found?.version !== version) return null
      const changed = { ...found, ...change, version: version + 1 }
      batches.set(id, changed)
      return changed
    },
  }
}

function memoryChunks(chunks: Map<string, StoredChunk>): ChunkStore {
  const key = (batchId: string, number: number) => `${batchId}:${number}`
  const ofBatch = (batchId: string) =>
    [...chunks.values()].filter((chunk) => chunk.batchId === batchId).sort((a, b) => a.number - b.number)
  const rowsOf = (chunk: StoredChunk) => JSON.parse(Buffer.from(chunk.rows).toString()) as CheckedRow[]
  return {
    insert: async (chunk) => void chunks.set(key(chunk.batchId, chunk.number), { ...chunk, leaves: null }),
    async find(batchId, number) {
      const found = chunks.get(key(batchId, number))
      return found ? { ...found, rows: rowsOf(found) } : null
    },
    states: async (batchId) =>
      ofBatch(batchId).map(({ number, firstIndex, count, leaves }) => ({
        number,
        firstIndex,
        count,
        minted: leaves !== null,
      })),
    async markMinted(batchId, number, leaves) {
      const found = chunks.get(key(batchId, number))
      if (found) found.leaves = Buffer.from(leaves)
    },
    leaves: async (batchId) =>
      Buffer.concat(ofBatch(batchId).map((chunk) => chunk.leaves ?? Buffer.alloc(0))),
    async lineOf(batchId, index) {
      const chunk = ofBatch(batchId).find(
        ({ firstIndex, count }) => index >= firstIndex && index < firstIndex + count,
      )
      return chunk ? (rowsOf(chunk)[index - chunk.firstIndex]?.line ?? null) : null
    },
    async deleteOf(batchId) {
      for (const chunk of ofBatch(batchId)) chunks.delete(key(batchId, chunk.number))
    },
    async batches(after, limit) {
      const firsts = [...chunks.values()].filter(
        (chunk) => chunk.number === 0 && (after === null || chunk.batchId > after),
      )
      return firsts.map(({ batchId, createdAtMs }) => ({ batchId, createdAtMs })).slice(0, limit)
    },
  }
}

function memoryItems(items: Map<string, ItemRecord>): ItemStore {
  const ofBatch = (batchId: string) =>
    [...items.values()].filter((item) => item.batchId === batchId).sort((a, b) => a.index - b.index)
  return {
    async insert({ items: minted, ...registration }) {
      const taken: number[] = []
      for (const { facts, ...item } of minted) {
        const key = `${facts.gtin}/${facts.serial}`
        if (items.has(key)) taken.push(item.index)
        else items.set(key, { ...facts, ...item, ...registration })
      }
      return { taken }
    },
    async deleteRange(batchId, { from, to }) {
      for (const item of ofBatch(batchId))
        if (item.index >= from && item.index < to) items.delete(`${item.gtin}/${item.serial}`)
    },
    find: async ({ gtin, serial }) => items.get(`${gtin}/${serial}`) ?? null,
    registered: async (keys) => keys.filter((key) => items.has(key)),
    byIndexes: async (batchId, indexes) => ofBatch(batchId).filter((item) => indexes.includes(item.index)),
    ofBatch: async (batchId, { from, limit }) =>
      ofBatch(batchId)
        .filter((item) => item.index >= from)
        .slice(0, limit),
    async ofGtin(brandId, gtin, { afterSerial, limit }) {
      const found = [...items.values()].filter(
        (item) => item.brandId === brandId && item.gtin === gtin && item.serial > (afterSerial ?? ''),
      )
      return found.sort((a, b) => (a.serial < b.serial ? -1 : 1)).slice(0, limit)
    },
  }
}

function memoryPages(): PageStore {
  const pages = new Map<string, Buffer>()
  return {
    async put(batchId, added) {
      for (const { page, nodes } of added) pages.set(`${batchId}:${page}`, Buffer.from(nodes))
    },
    find: async (batchId, page) => pages.get(`${batchId}:${page}`) ?? null,
  }
}
