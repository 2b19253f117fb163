import type { Fault, ReadEvent } from '../chain/fsck/index.ts'
import type { Db } from '../db/connection.ts'
import { bytesOf, type Hex } from '../kernel/bytes.ts'
import { sha256 } from '../kernel/digest.ts'
import { brandChainId } from '../modules/brands/index.ts'
import { anchoredBatches, batchStore } from '../modules/items/batch.store.ts'
import { buildTree, type ItemRecord, leafHashOf, rootOf, type StoredBatch } from '../modules/items/index.ts'
import { itemStore } from '../modules/items/item.store.ts'

type Anchor = Extract<ReadEvent, { root: Hex }>
export type BatchFaults = {
  readonly count: number
  readonly items: number
  readonly faults: readonly Fault[]
  /** Batches whose record can be made what the chain says. */
  readonly mendable: readonly { readonly batch: StoredBatch; readonly anchor: Anchor | null }[]
}

const PAGE = 200
const ITEMS_PAGE = 2_000

/** Batches that count as anchored, against the anchors of the chain, their roots computed anew from their items. */
export async function batchFaults(db: Db['connection'], events: readonly ReadEvent[]): Promise<BatchFaults> {
  const anchors = new Map<Hex, Anchor>(
    events.flatMap((one) => ('root' in one && one.kind === 'anchored' ? [[one.root, one] as const] : [])),
  )
  const faults: Fault[] = []
  const mendable: { batch: StoredBatch; anchor: Anchor | null }[] = []
  let count = 0
  let items = 0
  for await (const batch of allAnchored(db)) {
    count += 1
    items += batch.total
    const root = await rootOfItems(db, batch)
    if (root === null || root !== batch.root) {
      faults.push({ fact: 'batch', id: batch.id, stored: `items with root ${root}`, chain: `${batch.root}` })
      continue
    }
    const anchor = anchors.get(root) ?? null
    const stored = `${root} of ${brandChainId(batch.brandId)} by ${batch.transactionHash}`
    // Who anchored the same root before is named by no transaction of this batch.
    const by = batch.transactionHash === null ? null : (anchor?.transactionHash ?? null)
    const chain = anchor === null ? null : `${root} of ${anchor.brandId} by ${by}`
    if (stored === chain) continue
    faults.push({ fact: 'batch', id: batch.id, stored, chain })
    if (anchor === null || anchor.brandId === brandChainId(batch.brandId)) mendable.push({ batch, anchor })
  }
  return { count, items, faults, mendable }
}

/** A batch without anchor is anchored again by the service; one with another transaction takes over that of the chain. */
export async function repairBatches(db: Db['connection'], { mendable }: BatchFaults): Promise<void> {
  const store = batchStore(db)
  for (const { batch, anchor } of mendable)
    await store.change(
      batch,
      anchor === null ? { status: 'anchoring' } : { transactionHash: anchor.transactionHash },
    )
}

async function* allAnchored(db: Db['connection']): AsyncGenerator<StoredBatch> {
  for (let after: string = ''; ; ) {
    const page = await anchoredBatches(db, after, PAGE)
    yield* page
    after = page.at(-1)?.id ?? after
    if (page.length < PAGE) return
  }
}

/** Null where items are missing. */
async function rootOfItems(db: Db['connection'], batch: StoredBatch): Promise<Hex | null> {
  const store = itemStore(db)
  const leaves = Buffer.alloc(batch.total * 32)
  let next = 0
  while (next < batch.total) {
    const page = await store.ofBatch(batch.id, { from: next, limit: ITEMS_PAGE })
    if (page.some((item, i) => item.index !== next + i) || page.length === 0) return null
    for (const item of page) leaves.set(leafOf(item), item.index * 32)
    next += page.length
  }
  return batch.total === 0 ? null : rootOf(buildTree(leaves))
}

/** The digest of a certificate is that of its signing input: everything before the last dot. */
function leafOf({ index, itemId, certificate, claimKey }: ItemRecord): Buffer {
  const input = certificate.slice(0, certificate.lastIndexOf('.'))
  return leafHashOf(index, bytesOf(itemId), sha256(input), bytesOf(claimKey))
}
