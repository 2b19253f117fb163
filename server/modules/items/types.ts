import type { Hex } from '../../kernel/bytes.ts'
import type { Gtin, Serial } from '../../kernel/gs1.ts'

/** What a brand says of an item in its file, checked. */
export type ItemFacts = {
  readonly gtin: Gtin
  readonly serial: Serial
  readonly model: string
  readonly category: string | null
  readonly colour: string | null
  readonly materials: string | null
  /** ISO 3166-1 alpha-2. */
  readonly countryOfProduction: string | null
  /** YYYY-MM-DD. */
  readonly productionDate: string | null
  readonly facility: string | null
  /** ISO 4217. */
  readonly currency: string | null
  /** Decimal text such as `690` or `690.50`. */
  readonly retailPrice: string | null
}

/** A registered item: its facts, its place in the batch's Merkle tree and its certificate. */
export type ItemRecord = ItemFacts & {
  readonly brandId: string
  readonly batchId: string
  /** Leaf index in the batch, from 0. */
  readonly index: number
  readonly itemId: Hex
  readonly claimKey: Hex
  readonly certificateId: string
  /** Compact JWS, `vc+jwt`. */
  readonly certificate: string
  readonly registeredAtMs: number
}

export type BatchStatus = 'queued' | 'signing' | 'anchoring' | 'anchored' | 'failed'

export type LineError = {
  /** Line of the file, from 1 (the header of a CSV is line 1). */
  readonly line: number
  readonly field: string
  readonly code: string
  readonly message: string
}

export type Batch = {
  readonly id: string
  readonly brandId: string
  readonly status: BatchStatus
  readonly total: number
  /** Items signed and stored so far. */
  readonly done: number
  readonly root: Hex | null
  readonly transactionHash: Hex | null
  readonly gasUsed: number | null
  readonly errors: readonly LineError[]
  readonly createdAtMs: number
  readonly anchoredAtMs: number | null
}

/** Leaf, root and path from the one to the other (OpenZeppelin's sorted-pair keccak-256 hashing). */
export type MerkleProof = {
  readonly root: Hex
  readonly index: number
  readonly leafCount: number
  readonly siblings: readonly Hex[]
}

/** What modules to the right may ask of items. */
export type ItemReader = {
  find(key: { gtin: Gtin; serial: Serial }): Promise<ItemRecord | null>
  /** The item's proof, or null while its batch has no tree yet. */
  proof(item: Pick<ItemRecord, 'batchId' | 'index'>): Promise<MerkleProof | null>
  /** Items by their leaves under a root: how an event of the chain becomes a list of items. */
  byLeaves(root: Hex, indexes: readonly number[]): Promise<ItemRecord[]>
  batch(id: string): Promise<Batch | null>
  /** Lowest and highest retail price of a brand's model, per currency: what screening compares a listing with. */
  retailPrices(
    brandId: string,
  ): Promise<
    readonly { model: string; category: string | null; currency: string; lowest: string; highest: string }[]
  >
}
