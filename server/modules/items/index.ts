/**
 * Items: registration from a brand's file to the root on chain. Promises that a batch is all or nothing, that what was
 * acknowledged is anchored in the end whatever crashes, and that a GTIN and serial stand for one item only.
 */

import type { Job } from '../../kernel/job.ts'
import { anchorMinted } from './anchoring.ts'
import { type BatchExports, createBatchExports, type LabelFacts } from './batch-exports.ts'
import { ANCHORS_JOB, BATCHES_JOB, type ItemsDeps } from './deps.ts'
import { createItemEvents, type ItemEvents } from './item-events.ts'
import { createItemReader } from './item-reader.ts'
import { createItemsService, type ItemsService } from './items.service.ts'
import { mintQueued } from './minting.ts'
import { createSubmission, type SubmissionService } from './submission.ts'
import { sweepChunks } from './sweep.ts'
import type { ItemReader } from './types.ts'

export { ITEM_ERRORS, LINE_ERRORS } from './errors.ts'
export { claimAddress, claimCode, claimCoder, claimPrivateKey, itemIdOf, SALT_BYTES } from './identity.ts'
export {
  buildTree,
  type Leaf,
  leafHash,
  leafHashOf,
  rootOf,
  siblingPositions,
  verifyProof,
} from './merkle.ts'
export type {
  BatchStore,
  ChunkStore,
  ItemStore,
  Mint,
  MintedItem,
  MintOrder,
  PageStore,
  PriceStore,
  StoredBatch,
} from './ports.ts'
export type {
  Batch,
  BatchStatus,
  ItemFacts,
  ItemReader,
  ItemRecord,
  LineError,
  MerkleProof,
} from './types.ts'
export { type ItemWorkers, startItemWorkers } from './workers.ts'
export type { ItemsDeps, LabelFacts }

export type Items = {
  readonly reader: ItemReader
  readonly service: ItemsService
  readonly submission: SubmissionService
  readonly exports: BatchExports
  readonly events: ItemEvents
  /** `batches`, `anchors` and `batch-sweep`; the first two are woken by name when there is work. */
  readonly jobs: readonly Job[]
}

const LOOK_EVERY_MS = 2_000
const SWEEP_EVERY_MS = 60 * 60 * 1000

export function createItems(deps: ItemsDeps): Items {
  return {
    reader: createItemReader(deps),
    service: createItemsService(deps),
    submission: createSubmission(deps),
    exports: createBatchExports(deps),
    events: createItemEvents(deps),
    jobs: [
      { name: BATCHES_JOB, everyMs: LOOK_EVERY_MS, run: (signal) => mintQueued(deps, signal) },
      { name: ANCHORS_JOB, everyMs: LOOK_EVERY_MS, run: (signal) => anchorMinted(deps, signal) },
      { name: 'batch-sweep', everyMs: SWEEP_EVERY_MS, run: (signal) => sweepChunks(deps, signal) },
    ],
  }
}
