import { createHash, randomBytes } from 'node:crypto'
import { type Hex, hexOf } from '../../kernel/bytes.ts'
import { isoDate } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import type { Brand } from '../brands/index.ts'
import { BATCHES_JOB, type ItemsDeps } from './deps.ts'
import { BATCH_SECRET_BYTES, SALT_BYTES } from './identity.ts'
import { ErrorList } from './import/error-list.ts'
import type { FileFormat, ImportedRows, ImportSummary, StoredBatch } from './ports.ts'

/** The first place on earth where a day begins is 14 hours ahead of UTC. */
const EARLIEST_DAY_MS = 14 * 60 * 60 * 1000
const STATUS_KEY_BYTES = 32

export type Submission = {
  readonly brand: Brand
  readonly source: AsyncIterable<Uint8Array>
  readonly format: FileFormat
  readonly idempotencyKey: string | null
}

export type SubmissionService = { submit(submission: Submission): Promise<StoredBatch> }

/**
 * Takes a brand's file in: every row is checked and stored before the batch is acknowledged, and nothing of it stays when
 * a single line is wrong. The same file under the same Idempotency-Key is the same batch.
 */
export function createSubmission(deps: ItemsDeps): SubmissionService {
  return {
    async submit(submission) {
      const source = hashing(submission.source)
      try {
        const known = await knownBatch(deps, submission)
        if (known) return await sameBatch(known, source)
        return await takeIn(deps, submission, source)
      } finally {
        await source.drain()
      }
    },
  }
}

async function takeIn(deps: ItemsDeps, submission: Submission, source: HashingSource): Promise<StoredBatch> {
  const { brand, format } = submission
  if (brand.status !== 'active')
    throw new AppError(
      'batch.conflict',
      `the brand ${brand.id} is ${brand.status}; only an active brand registers items`,
    )
  const batchId = newId('bat')
  const rules = { prefixes: brand.prefixes, latestDate: isoDate(deps.clock.nowMs() + EARLIEST_DAY_MS) }
  const intake = new Intake(deps, batchId)
  try {
    const summary = await deps.importer.read(source.bytes(), {
      format,
      rules,
      onRows: (rows) => intake.store(rows),
    })
    intake.refuseFaults(summary)
    const batch = newBatch(deps, submission, {
      batchId,
      summary,
      chunkCount: intake.chunkCount,
      bodyDigest: await source.digest(),
    })
    if (await deps.batches.insert(batch)) {
      deps.log.info({ batchId, brandId: brand.id, total: batch.total }, 'batch queued')
      deps.wake(BATCHES_JOB)
      return batch
    }
  } catch (error) {
    await deps.chunks.deleteOf(batchId)
    throw error
  }
  await deps.chunks.deleteOf(batchId)
  const winner = await knownBatch(deps, submission)
  if (!winner)
    throw new AppError(
      'batch.conflict',
      'another upload was being registered at the same moment; send the file again',
    )
  return sameBatch(winner, source)
}

function knownBatch(deps: ItemsDeps, { brand, idempotencyKey }: Submission): Promise<StoredBatch | null> {
  return idempotencyKey === null
    ? Promise.resolve(null)
    : deps.batches.byIdempotencyKey(brand.id, idempotencyKey)
}

async function sameBatch(batch: StoredBatch, source: HashingSource): Promise<StoredBatch> {
  await source.drain()
  if ((await source.digest()) === batch.bodyDigest) return batch
  throw new AppError(
    'idempotency.mismatch',
    'this Idempotency-Key was used for another file; use a new one',
    { batchId: batch.id },
  )
}

type Taken = { batchId: string; summary: ImportSummary; chunkCount: number; bodyDigest: Hex }

function newBatch(deps: ItemsDeps, { brand, idempotencyKey }: Submission, taken: Taken): StoredBatch {
  const { batchId, summary, chunkCount, bodyDigest } = taken
  return {
    id: batchId,
    brandId: brand.id,
    status: 'queued',
    total: summary.total,
    done: 0,
    root: null,
    transactionHash: null,
    gasUsed: null,
    errors: [],
    createdAtMs: deps.clock.nowMs(),
    anchoredAtMs: null,
    version: 1,
    chunkCount,
    idempotencyKey,
    bodyDigest,
    sealedSecret: deps.secrets.seal(secretPurpose(batchId), randomBytes(BATCH_SECRET_BYTES)),
    statusKey: randomBytes(STATUS_KEY_BYTES),
    prices: summary.prices,
  }
}

/** Bound to the batch, so that a sealed secret that was moved to another batch does not open. */
export function secretPurpose(batchId: string): string {
  return `batch-secret:${batchId}`
}

/** The rows of one upload on their way into the store. */
class Intake {
  readonly #deps: ItemsDeps
  readonly #batchId: string
  readonly #registered = new ErrorList()
  #rows = 0
  chunkCount = 0

  constructor(deps: ItemsDeps, batchId: string) {
    this.#deps = deps
    this.#batchId = batchId
  }

  /** Stores a chunk, or notes which of its items are registered already. */
  async store({ rows, count, keys, lines }: ImportedRows): Promise<void> {
    const registered = new Set(keys.length > 0 ? await this.#deps.items.registered(keys) : [])
    keys.forEach((key, i) => {
      if (!registered.has(key)) return
      const message = 'this GTIN and serial were registered before'
      this.#registered.add({ line: lines[i] ?? 0, field: 'serial', code: 'item.already_registered', message })
    })
    if (this.#registered.count > 0) return
    const chunk = {
      batchId: this.#batchId,
      number: this.chunkCount,
      firstIndex: this.#rows,
      count,
      rows,
      createdAtMs: this.#deps.clock.nowMs(),
    }
    await this.#deps.chunks.insert({ ...chunk, salts: randomBytes(count * SALT_BYTES) })
    this.chunkCount += 1
    this.#rows += count
  }

  refuseFaults(summary: ImportSummary): void {
    const errorCount = summary.errorCount + this.#registered.count
    if (errorCount === 0) return
    const all = new ErrorList()
    for (const error of [...summary.errors, ...this.#registered.listed()]) all.add(error)
    const message = `nothing was registered: ${errorCount} ${errorCount === 1 ? 'fault' : 'faults'} in ${summary.total} lines`
    throw new AppError('batch.rejected', message, { total: summary.total, errorCount, errors: all.listed() })
  }
}

/** A body that is hashed while it is read, to its end even when the reader stops early: the answer comes after the body. */
type HashingSource = { bytes(): AsyncIterable<Uint8Array>; drain(): Promise<void>; digest(): Promise<Hex> }

function hashing(source: AsyncIterable<Uint8Array>): HashingSource {
  const hash = createHash('sha256')
  const iterator = source[Symbol.asyncIterator]()
  let ended = false
  let digest: Hex | null = null
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    if (ended) return { done: true, value: undefined }
    try {
      const step = await iterator.next()
      if (step.done) ended = true
      else hash.update(step.value)
      return step
    } catch (error) {
      ended = true
      throw error
    }
  }
  const drain = async (): Promise<void> => {
    while (!(await next()).done);
  }
  return {
    bytes: () => ({ [Symbol.asyncIterator]: () => ({ next }) }),
    drain,
    async digest() {
      await drain()
      digest ??= hexOf(hash.digest())
      return digest
    },
  }
}
