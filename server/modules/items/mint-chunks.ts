import type { KeyObject } from 'node:crypto'
import type { ItemsDeps } from './deps.ts'
import { BATCH_SECRET_BYTES } from './identity.ts'
import type { ChunkState, MintOrder, StoredBatch } from './ports.ts'
import { secretPurpose } from './submission.ts'

/** Chunks at work at the same time: two being signed while another is being stored. */
const LANES = 3

export type MintRun = {
  /** True when an earlier run may have left items of chunks that it did not mark. */
  readonly resumed: boolean
  readonly signal: AbortSignal
  onMinted(count: number): Promise<void>
}

/** Mints chunks of a batch; returns the leaf indexes of items that another batch registered first, at which it stops. */
export async function mintChunks(
  deps: ItemsDeps,
  batch: StoredBatch,
  run: MintRun,
  chunks: readonly ChunkState[],
): Promise<number[]> {
  const order = await orderOf(deps, batch)
  const { key, privateKey } = await deps.signer.current(batch.brandId)
  const queue = [...chunks]
  const taken: number[] = []
  let failed = false
  const lane = async (): Promise<void> => {
    for (
      let next = queue.shift();
      next && taken.length === 0 && !failed && !run.signal.aborted;
      next = queue.shift()
    ) {
      try {
        taken.push(...(await mintChunk(deps, run, { order, number: next.number, kid: key.kid, privateKey })))
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  // Every lane has come to rest before a failure is reported: the next run must not meet a chunk still at work.
  const ends = await Promise.allSettled(Array.from({ length: LANES }, lane))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return taken
}

type Order = Pick<MintOrder, 'brand' | 'batch'>
type ChunkOrder = { order: Order; number: number; kid: string; privateKey: KeyObject }

async function mintChunk(
  deps: ItemsDeps,
  run: MintRun,
  { order, number, kid, privateKey }: ChunkOrder,
): Promise<number[]> {
  const { id: batchId, createdAtMs } = order.batch
  const chunk = await deps.chunks.find(batchId, number)
  if (!chunk) throw new Error(`chunk ${number} of ${batchId} is missing`)
  const { firstIndex, rows, salts } = chunk
  const { items, leaves } = await deps.mint.mint({ ...order, firstIndex, rows, salts }, { kid, privateKey })
  if (run.resumed) await deps.items.deleteRange(batchId, { from: firstIndex, to: firstIndex + items.length })
  const { taken } = await deps.items.insert({
    brandId: order.brand.id,
    batchId,
    registeredAtMs: createdAtMs,
    items,
  })
  if (taken.length > 0) return taken
  await deps.chunks.markMinted(batchId, number, leaves)
  await run.onMinted(items.length)
  return []
}

async function orderOf(deps: ItemsDeps, batch: StoredBatch): Promise<Order> {
  const brand = await deps.brands.byId(batch.brandId)
  if (!brand || !batch.sealedSecret) throw new Error(`batch ${batch.id} has no ${brand ? 'secret' : 'brand'}`)
  const secret = deps.secrets.open(secretPurpose(batch.id), batch.sealedSecret)
  if (secret.length !== BATCH_SECRET_BYTES)
    throw new Error(`the secret of ${batch.id} has ${secret.length} bytes`)
  const { id, total, createdAtMs, statusKey } = batch
  const { name, did } = brand
  return { brand: { id: brand.id, name, did }, batch: { id, total, createdAtMs, secret, statusKey } }
}
