import type { Hex } from '../../kernel/bytes.ts'
import type { ItemsDeps } from './deps.ts'
import { type OpenPage, openPage, pageOf } from './merkle-pages.ts'
import type { StoredBatch } from './ports.ts'
import { RecentlyUsed } from './recently-used.ts'
import type { Batch, ItemReader, MerkleProof } from './types.ts'

/** Proof pages kept in memory; a page is about 19 kB and serves 256 items. */
const PAGES_BYTES_MAX = 48 * 1024 * 1024
const ROOTS_BYTES_MAX = 4 * 1024 * 1024
const ROOT_BYTES = 200
const MODELS_MAX = 10_000
const LEAVES_A_QUERY = 1_000

type Rooted = { readonly root: Hex; readonly leafCount: number }

/** What other modules may ask of items. Roots and pages never change once stored, so they are remembered. */
export function createItemReader(
  deps: Pick<ItemsDeps, 'batches' | 'items' | 'pages' | 'prices'>,
): ItemReader {
  const pages = new RecentlyUsed<OpenPage>(PAGES_BYTES_MAX)
  const roots = new RecentlyUsed<Rooted>(ROOTS_BYTES_MAX)
  const rootOf = async (batchId: string): Promise<Rooted | null> => {
    const batch = await deps.batches.find(batchId)
    if (!batch || batch.root === null || batch.status === 'failed') return null
    const rooted = { root: batch.root, leafCount: batch.total }
    if (batch.status === 'anchored') roots.put(batchId, rooted, ROOT_BYTES)
    return rooted
  }
  const pageAt = async (batchId: string, page: number, leafCount: number): Promise<OpenPage | null> => {
    const nodes = await deps.pages.find(batchId, page)
    if (!nodes) return null
    const opened = openPage(leafCount, page, nodes)
    pages.put(`${batchId}:${page}`, opened, opened.byteLength)
    return opened
  }
  return {
    find: (key) => deps.items.find(key),
    async proof({ batchId, index }): Promise<MerkleProof | null> {
      const rooted = roots.get(batchId) ?? (await rootOf(batchId))
      if (!rooted) return null
      const number = pageOf(index)
      const page = pages.get(`${batchId}:${number}`) ?? (await pageAt(batchId, number, rooted.leafCount))
      return page && { ...rooted, index, siblings: page.siblings(index) }
    },
    async byLeaves(root, indexes) {
      const batch = await deps.batches.byRoot(root)
      if (!batch) return []
      const found = []
      for (let i = 0; i < indexes.length; i += LEAVES_A_QUERY) {
        found.push(...(await deps.items.byIndexes(batch.id, indexes.slice(i, i + LEAVES_A_QUERY))))
      }
      return found
    },
    async batch(id) {
      const found = await deps.batches.find(id)
      return found && batchOf(found)
    },
    retailPrices: (brandId) => deps.prices.ofBrand(brandId, MODELS_MAX),
  }
}

/** What the world sees of a batch. */
export function batchOf(stored: StoredBatch): Batch {
  const {
    id,
    brandId,
    status,
    total,
    done,
    root,
    transactionHash,
    gasUsed,
    errors,
    createdAtMs,
    anchoredAtMs,
  } = stored
  return {
    id,
    brandId,
    status,
    total,
    done,
    root,
    transactionHash,
    gasUsed,
    errors,
    createdAtMs,
    anchoredAtMs,
  }
}
