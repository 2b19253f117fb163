import type { KeyObject } from 'node:crypto'
import type { Hex } from '../../kernel/bytes.ts'
import type { Gtin } from '../../kernel/gs1.ts'
import type { Batch, BatchStatus, ItemFacts, ItemRecord, LineError } from './types.ts'

/** Encrypts batch secrets before they are stored (implemented by `keys/vault.ts`). */
export type SecretBox = {
  seal(purpose: string, plain: Uint8Array): Buffer
  open(purpose: string, sealed: Uint8Array): Buffer
}

/** A batch as stored: what the world sees of it and what its own work needs. */
export type StoredBatch = Batch & {
  readonly version: number
  readonly chunkCount: number
  readonly idempotencyKey: string | null
  /** SHA-256 of the uploaded bytes. */
  readonly bodyDigest: Hex
  /** Sealed secret of the claim codes; null once they were handed out. */
  readonly sealedSecret: Buffer | null
  /** Shuffles the batch's places in its status list. */
  readonly statusKey: Buffer
  readonly prices: readonly ModelPrice[]
}

export type ModelPrice = {
  readonly model: string
  readonly category: string | null
  readonly currency: string
  readonly lowest: string
  readonly highest: string
}

/** What a step of the work changes in a batch. */
export type BatchChange = Partial<
  Pick<
    StoredBatch,
    'status' | 'done' | 'root' | 'transactionHash' | 'gasUsed' | 'errors' | 'anchoredAtMs' | 'sealedSecret'
  >
>

export type BatchStore = {
  /** False when the brand has used the idempotency key before. */
  insert(batch: StoredBatch): Promise<boolean>
  find(id: string): Promise<StoredBatch | null>
  byIdempotencyKey(brandId: string, key: string): Promise<StoredBatch | null>
  byRoot(root: Hex): Promise<StoredBatch | null>
  /** Oldest first. */
  withStatus(statuses: readonly BatchStatus[], limit: number): Promise<StoredBatch[]>
  /** Newest first, those created before the cursor's batch. */
  ofBrand(brandId: string, page: { before: BatchCursor | null; limit: number }): Promise<StoredBatch[]>
  /** Conditional on the version read; null when somebody else changed the batch meanwhile. */
  change(batch: Pick<StoredBatch, 'id' | 'version'>, change: BatchChange): Promise<StoredBatch | null>
}

export type BatchCursor = { readonly createdAtMs: number; readonly id: string }

/** A row of a brand's file that passed every rule; its serial is fixed, whether the brand's or made. */
export type CheckedRow = ItemFacts & { readonly line: number }

/** Consecutive rows of a batch, stored before the upload is acknowledged. */
export type Chunk = {
  readonly batchId: string
  readonly number: number
  readonly firstIndex: number
  readonly rows: readonly CheckedRow[]
  /** 16 random bytes a row. */
  readonly salts: Buffer
  readonly createdAtMs: number
}

/** A chunk without its rows: enough to see what is left to do. */
export type ChunkState = {
  readonly number: number
  readonly firstIndex: number
  readonly count: number
  readonly minted: boolean
}

export type ChunkStore = {
  insert(chunk: Omit<Chunk, 'rows'> & { readonly rows: Uint8Array; readonly count: number }): Promise<void>
  find(batchId: string, number: number): Promise<Chunk | null>
  states(batchId: string): Promise<ChunkState[]>
  /** Stores the 32-byte leaves of a chunk whose items are stored. */
  markMinted(batchId: string, number: number, leaves: Uint8Array): Promise<void>
  /** The leaves of all chunks in order. */
  leaves(batchId: string): Promise<Buffer>
  /** The line of the file that became this leaf. */
  lineOf(batchId: string, index: number): Promise<number | null>
  deleteOf(batchId: string): Promise<void>
  /** Batches that have chunks, in order of id, and when their first chunk was stored. */
  batches(after: string | null, limit: number): Promise<{ batchId: string; createdAtMs: number }[]>
}

export type NewItems = {
  readonly brandId: string
  readonly batchId: string
  readonly registeredAtMs: number
  readonly items: readonly MintedItem[]
}

export type ItemStore = {
  /** Inserts all that can be; returns the indexes of those whose GTIN and serial another batch already has. */
  insert(items: NewItems): Promise<{ taken: number[] }>
  deleteRange(batchId: string, range: { from: number; to: number }): Promise<void>
  find(key: { gtin: string; serial: string }): Promise<ItemRecord | null>
  /** Which of these keys (`gtin/serial`) are registered. */
  registered(keys: readonly string[]): Promise<string[]>
  byIndexes(batchId: string, indexes: readonly number[]): Promise<ItemRecord[]>
  /** Items of a batch from a leaf index on, in order. */
  ofBatch(batchId: string, page: { from: number; limit: number }): Promise<ItemRecord[]>
  /** Items of one GTIN in order of serial. */
  ofGtin(
    brandId: string,
    gtin: Gtin,
    page: { afterSerial: string | null; limit: number },
  ): Promise<ItemRecord[]>
}

/** Proof nodes of a batch by page (see `merkle-pages.ts`). */
export type PageStore = {
  /** Replaces what an interrupted run may have left. */
  put(batchId: string, pages: readonly { page: number; nodes: Uint8Array }[]): Promise<void>
  find(batchId: string, page: number): Promise<Buffer | null>
}

export type PriceStore = {
  /** Widens the known price ranges of a brand's models. */
  widen(brandId: string, prices: readonly ModelPrice[]): Promise<void>
  ofBrand(brandId: string, limit: number): Promise<ModelPrice[]>
}

/** Where in a batch some items stand, and what their certificates have in common. */
export type MintOrder = {
  readonly brand: { readonly id: string; readonly name: string; readonly did: string }
  readonly batch: {
    readonly id: string
    readonly total: number
    readonly createdAtMs: number
    readonly secret: Uint8Array
    readonly statusKey: Uint8Array
  }
  readonly firstIndex: number
  readonly rows: readonly ItemFacts[]
  readonly salts: Uint8Array
}

export type MintedItem = {
  readonly facts: ItemFacts
  readonly index: number
  readonly itemId: Hex
  readonly claimKey: Hex
  readonly certificateId: string
  readonly certificate: string
}

/** Makes certificates, off the main thread (implemented by the certificates module). */
export type Mint = {
  mint(
    order: MintOrder,
    key: { readonly kid: string; readonly privateKey: KeyObject },
  ): Promise<{
    items: MintedItem[]
    /** 32 bytes an item, in order. */
    leaves: Uint8Array
  }>
}

/** Builds the Merkle tree of a batch, off the main thread. */
export type TreeBuilder = {
  build(leaves: Uint8Array): Promise<{ root: Hex; pages: { page: number; nodes: Uint8Array }[] }>
}

export type FileFormat = 'csv' | 'ndjson' | 'xlsx'

/** What the rules for rows need to know. */
export type ImportRules = {
  /** GS1 company prefixes of the brand. */
  readonly prefixes: readonly string[]
  /** Latest production date that is not in the future anywhere on earth, `YYYY-MM-DD`. */
  readonly latestDate: string
}

/** Rows of a file that passed, as they come: stored while the rest is still being read. */
export type ImportedRows = {
  /** JSON of CheckedRow[] in UTF-8. */
  readonly rows: Uint8Array
  readonly count: number
  /** `gtin/serial` of the rows whose serial the brand chose, and their lines. */
  readonly keys: readonly string[]
  readonly lines: readonly number[]
}

export type ImportSummary = {
  readonly total: number
  /** The first thousand by line. */
  readonly errors: readonly LineError[]
  readonly errorCount: number
  readonly prices: readonly ModelPrice[]
}

/** Reads and checks a brand's file, off the main thread. */
export type Importer = {
  read(
    source: AsyncIterable<Uint8Array>,
    options: { format: FileFormat; rules: ImportRules; onRows(rows: ImportedRows): Promise<void> },
  ): Promise<ImportSummary>
}

/** Tells a background job that there is work. */
export type WakeJob = (job: string) => void
