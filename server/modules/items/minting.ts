import type { Logger } from '../../kernel/log.ts'
import { ANCHORS_JOB, type ItemsDeps } from './deps.ts'
import { ERRORS_LISTED_MAX } from './import/limits.ts'
import { mintChunks } from './mint-chunks.ts'
import type { ChunkState, StoredBatch } from './ports.ts'
import type { LineError } from './types.ts'

const BATCHES_A_LOOK = 20

/**
 * Mints what is queued, the oldest batch first, chunk by chunk: sign, store the items, mark the chunk. Each step may be
 * the last before a crash; the next run deletes what an unmarked chunk left and mints it again. A batch that cannot be
 * minted now does not hold up the others.
 */
export async function mintQueued(deps: ItemsDeps, signal: AbortSignal): Promise<void> {
  const failures = new Map<string, unknown>()
  while (!signal.aborted) {
    const found = await deps.batches.withStatus(['queued', 'signing'], BATCHES_A_LOOK + failures.size)
    const batch = found.find(({ id }) => !failures.has(id))
    if (!batch) break
    try {
      await mintBatch(deps, batch, signal)
    } catch (error) {
      failures.set(batch.id, error)
      deps.log.warn({ batchId: batch.id, err: error }, 'batch could not be minted; it will be tried again')
    }
  }
  for (const failure of failures.values()) throw failure
}

async function mintBatch(deps: ItemsDeps, found: StoredBatch, signal: AbortSignal): Promise<void> {
  const resumed = found.status === 'signing'
  const batch = resumed ? found : await deps.batches.change(found, { status: 'signing' })
  if (!batch) return
  const progress = new Progress(deps, batch)
  const chunks = await deps.chunks.states(batch.id)
  await progress.begin(chunks.filter((chunk) => chunk.minted))
  const left = chunks.filter((chunk) => !chunk.minted)
  const taken = await mintChunks(
    deps,
    batch,
    { resumed, signal, onMinted: (count) => progress.advance(count) },
    left,
  )
  if (signal.aborted) return
  if (taken.length > 0) await fail(deps, progress, taken)
  else await plantTree(deps, progress)
}

async function plantTree(deps: ItemsDeps, progress: Progress): Promise<void> {
  const { id, brandId, prices } = progress.batch
  const { root, pages } = await deps.trees.build(await deps.chunks.leaves(id))
  await deps.pages.put(id, pages)
  await deps.prices.widen(brandId, prices)
  await progress.finish({ status: 'anchoring', root })
  deps.wake(ANCHORS_JOB)
}

/** A batch is all or nothing: its items are taken back, and the lines that clashed are named. */
async function fail(deps: ItemsDeps, progress: Progress, taken: readonly number[]): Promise<void> {
  const { id, total } = progress.batch
  const errors: LineError[] = []
  for (const index of taken.slice(0, ERRORS_LISTED_MAX)) {
    const line = (await deps.chunks.lineOf(id, index)) ?? 0
    errors.push({
      line,
      field: 'serial',
      code: 'item.already_registered',
      message: 'another batch registered this GTIN and serial first',
    })
  }
  await deps.items.deleteRange(id, { from: 0, to: total })
  await progress.finish({ status: 'failed', errors: errors.sort((a, b) => a.line - b.line) })
}

/** The batch document as this run knows it; only this run changes it while it is being minted. */
class Progress {
  readonly #deps: ItemsDeps
  readonly #log: Logger
  #done = 0
  #writing: Promise<void> = Promise.resolve()
  batch: StoredBatch

  constructor(deps: ItemsDeps, batch: StoredBatch) {
    this.#deps = deps
    this.#log = deps.log.child({ batchId: batch.id })
    this.batch = batch
  }

  async begin(minted: readonly ChunkState[]): Promise<void> {
    await this.advance(minted.reduce((sum, chunk) => sum + chunk.count, 0))
  }

  /** Lanes finish in any order; writes follow one another, so that `done` only grows. */
  advance(count: number): Promise<void> {
    this.#done += count
    this.#writing = this.#writing.then(() => this.#change({ done: this.#done }))
    return this.#writing
  }

  async finish(change: Parameters<ItemsDeps['batches']['change']>[1]): Promise<void> {
    await this.#writing
    await this.#change(change)
    this.#log.info({ status: this.batch.status, root: this.batch.root }, 'batch minted')
  }

  async #change(change: Parameters<ItemsDeps['batches']['change']>[1]): Promise<void> {
    const changed = await this.#deps.batches.change(this.batch, change)
    if (!changed)
      throw new Error(`batch ${this.batch.id} was changed by somebody else while it was being minted`)
    this.batch = changed
  }
}
