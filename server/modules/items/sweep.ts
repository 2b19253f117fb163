import type { ItemsDeps } from './deps.ts'

/** No upload takes this long: chunks without a batch are then left over from a process that died while it read. */
const ABANDONED_AFTER_MS = 6 * 60 * 60 * 1000
const BATCHES_A_LOOK = 100

/** Deletes chunks that nothing needs any more: of batches that are finished, and of uploads that never became one. */
export async function sweepChunks(deps: ItemsDeps, signal: AbortSignal): Promise<void> {
  let after: string | null = null
  while (!signal.aborted) {
    const found = await deps.chunks.batches(after, BATCHES_A_LOOK)
    for (const { batchId, createdAtMs } of found) {
      const batch = await deps.batches.find(batchId)
      const abandoned = batch === null && createdAtMs < deps.clock.nowMs() - ABANDONED_AFTER_MS
      if (abandoned || batch?.status === 'anchored' || batch?.status === 'failed')
        await deps.chunks.deleteOf(batchId)
    }
    after = found.at(-1)?.batchId ?? null
    if (found.length < BATCHES_A_LOOK) return
  }
}
