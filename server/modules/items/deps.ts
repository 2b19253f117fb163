import type { Hex } from '../../kernel/bytes.ts'
import type { ChainWriter } from '../../kernel/chain-facts.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Logger } from '../../kernel/log.ts'
import type { BrandReader, BrandSigner } from '../brands/index.ts'
import type {
  BatchStore,
  ChunkStore,
  Importer,
  ItemStore,
  Mint,
  PageStore,
  PriceStore,
  SecretBox,
  StoredBatch,
  TreeBuilder,
  WakeJob,
} from './ports.ts'

/** Everything the module needs from the world. */
export type ItemsDeps = {
  readonly batches: BatchStore
  readonly chunks: ChunkStore
  readonly items: ItemStore
  readonly pages: PageStore
  readonly prices: PriceStore
  readonly brands: BrandReader
  readonly signer: BrandSigner
  readonly mint: Mint
  readonly importer: Importer
  readonly trees: TreeBuilder
  readonly secrets: SecretBox
  readonly writer: ChainWriter
  readonly clock: Clock
  readonly log: Logger
  readonly wake: WakeJob
  /** What follows when a batch is anchored; called at least once a batch. */
  readonly anchored: (batch: AnchoredBatch) => Promise<void>
  /** Origin of this service, without a slash at the end. */
  readonly publicUrl: string
}

/** What the world is told of a batch whose anchor is final. */
export type AnchoredBatch = Pick<StoredBatch, 'id' | 'brandId' | 'total' | 'root'> & {
  readonly transactionHash: Hex | null
  readonly atMs: number
}

/** Names of the module's background jobs. */
export const BATCHES_JOB = 'batches'
export const ANCHORS_JOB = 'anchors'
