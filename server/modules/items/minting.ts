import type { Logger } from '../../kernel/log.ts'
import { ANCHORS_JOB, type ItemsDeps } from './deps.ts'
import { BATCH_SECRET_BYTES } from './identity.ts'
import { ERRORS_LISTED_MAX } from './import/limits.ts'
import type { ChunkState, MintOrder, StoredBatch } from './ports.ts'
import { secretPurpose } from './submission.ts'
import type { LineError } from './types.ts'

/** Chunks at work at the same time: two being signed while another is being stored. */
const LANES = 3
const BATCHES_A_LOOK = 1

/**
 * Mints what is queued, the oldest batch first, chunk by chunk: sign, store the items, mark the chunk. Each step may be
 * the last before a crash; the next run deletes what an unmarked chunk left and mints it again.
 */
export async function mintQueued(deps: ItemsDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const [batch] = await deps.batches.withStatus(['queued', 'signing'], BATCHES_A_LOOK)
    if (!batch) return
    await mintBatch(deps, batch, signal)
  }
}

async function mintBatch(deps: ItemsDeps, found: StoredBatch, signal: AbortSignal): Promise<void> {
  const resumed = found.status === 'signing'
  const batch = resumed ? found : await deps.batches.change(found, { status: 'signing' })
  if (!batch) return
  const progress = new Progress(deps, batch)
  const chunks = await deps.chunks.states(batch.id)
  await progress.begin(chunks.filter((chunk) => chunk.minted))
  const taken = await mintChunks(deps, batch, {
    chunks: chunks.filter((chunk) => !chunk.minted),
    resumed,
    progress,
    signal,
  })
  if (signal.aborted) return
  if (taken.length > 0) await fail(deps, progress, taken)
  else await plantTree(deps, progress)
}

type MintRun = { chunks: ChunkState[]; resumed: boolean; progress: Progress; signal: AbortSignal }

/** Returns the leaf indexes of items that another batch registered first; stops at the first chunk that has some. */
async function mintChunks(
  deps: ItemsDeps,
  batch: StoredBatch,
  { chunks, resumed, progress, signal }: MintRun,
): Promise<number[]> {
  const order = await orderOf(deps, batch)
  const key = await deps.signer.current(batch.brandId)
  const signing = { kid: key.key.kid, privateKey: key.privateKey }
  const queue = [...chunks]
  const taken: number[] = []
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next && taken.length === 0 && !signal.aborted; next = queue.shift()) {
      const chunk = await deps.chunks.find(batch.id, next.number)
      if (!chunk) throw new Error(`chunk ${next.number} of ${batch.id} is missing`)
      const { items, leaves } = await deps.mint.mint(
        { ...order, firstIndex: chunk.firstIndex, rows: chunk.rows, salts: chunk.salts },
        signing,
      )
      if (resumed)
        await deps.items.deleteRange(batch.id, {
          from: chunk.firstIndex,
          to: chunk.firstIndex + items.length,
        })
      const registration = {
        brandId: batch.brandId,
        batchId: batch.id,
        registeredAtMs: batch.createdAtMs,
        items,
      }
      taken.push(...(await deps.items.insert(registration)).taken)
      if (taken.length > 0) return
      await deps.chunks.markMinted(batch.id, chunk.number, leaves)
      await progress.advance(items.length)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return taken
}

async function orderOf(deps: ItemsDeps, batch: StoredBatch): Promise<Pick<MintOrder, 'brand' | 'batch'>> {
  const brand = await deps.brands.byId(batch.brandId)
  if (!brand || !batch.sealedSecret) throw new Error(`batch ${batch.id} has no ${brand ? 'secret' : 'brand'}`)
  const secret = deps.secrets.open(secretPurpose(batch.id), batch.sealedSecret)
  if (secret.length !== BATCH_SECRET_BYTES)
    throw new Error(`the secret of ${batch.id} has ${secret.length} bytes`)
  const { id, total, createdAtMs, statusKey } = batch
  return {
    brand: { id: brand.id, name: brand.name, did: brand.did },
    batch: { id, total, createdAtMs, secret, statusKey },
  }
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
