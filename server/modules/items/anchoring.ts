import type { ChainWrite } from '../../kernel/chain-facts.ts'
import { isAppError } from '../../kernel/errors.ts'
import type { ItemsDeps } from './deps.ts'
import type { StoredBatch } from './ports.ts'

/** `Kind.Items` in the contracts. */
const KIND_ITEMS = 0
const SETTLE_WAIT_MS = 10_000
const BATCHES_MAX = 50

/** Names the chain write of a batch: the same id is never written twice, so a restart may submit again. */
export function anchorWriteId(batchId: string): string {
  return `batch:${batchId}`
}

/** Anchors the roots of batches whose items are stored and notes what became of those under way. */
export async function anchorMinted(deps: ItemsDeps, signal: AbortSignal): Promise<void> {
  const batches = await deps.batches.withStatus(['anchoring'], BATCHES_MAX)
  if (!signal.aborted) await Promise.all(batches.map((batch) => anchor(deps, batch)))
}

async function anchor(deps: ItemsDeps, batch: StoredBatch): Promise<void> {
  const brand = await deps.brands.byId(batch.brandId)
  if (!brand) throw new Error(`batch ${batch.id} has no brand`)
  const id = anchorWriteId(batch.id)
  const args = [brand.chainId, batch.root, batch.total, KIND_ITEMS]
  await deps.writer.submit(id, { contract: 'ItemRegistry', method: 'anchor', args })
  const write = await settled(deps, id)
  if (write?.status === 'final') await finish(deps, batch, write)
  if (write?.status === 'failed') await refuse(deps, batch, write)
}

/** Null while the chain has not decided: the job comes back. */
async function settled(deps: ItemsDeps, id: string): Promise<ChainWrite | null> {
  try {
    return await deps.writer.settled(id, SETTLE_WAIT_MS)
  } catch (error) {
    if (isAppError(error, 'chain.timeout')) return null
    throw error
  }
}

async function finish(deps: ItemsDeps, batch: StoredBatch, write: ChainWrite): Promise<void> {
  const { transactionHash, gasUsed } = write
  const { id, brandId, total, root } = batch
  await deps.anchored({ id, brandId, total, root, transactionHash, atMs: deps.clock.nowMs() })
  await deps.batches.change(batch, {
    status: 'anchored',
    transactionHash,
    gasUsed,
    done: batch.total,
    anchoredAtMs: deps.clock.nowMs(),
  })
  deps.log.info(
    { batchId: batch.id, brandId: batch.brandId, total: batch.total, transactionHash, gasUsed },
    'batch anchored',
  )
  await deps.chunks.deleteOf(batch.id)
}

/** The chain refused the root: nothing of the batch stays, so that its serials are free again. */
async function refuse(deps: ItemsDeps, batch: StoredBatch, write: ChainWrite): Promise<void> {
  await deps.items.deleteRange(batch.id, { from: 0, to: batch.total })
  const code = write.error?.code ?? 'chain.rejected'
  const message = `the chain refused the anchor: ${write.error?.message ?? 'no reason given'}`
  await deps.batches.change(batch, { status: 'failed', errors: [{ line: 0, field: 'batch', code, message }] })
  deps.log.error({ batchId: batch.id, brandId: batch.brandId, code }, 'batch refused by the chain')
}
