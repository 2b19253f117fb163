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
  /** Origin of this service, without a slash at the end. */
  readonly publicUrl: string
}

/** Names of the module's background jobs. */
export const BATCHES_JOB = 'batches'
export const ANCHORS_JOB = 'anchors'
