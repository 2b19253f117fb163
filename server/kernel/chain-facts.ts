import type { Hex } from './bytes.ts'

/** The block an answer was read at. Facts of one answer always come from one block. */
export type BlockRef = {
  readonly chainId: number
  readonly blockNumber: number
  readonly blockHash: Hex
  /** Seconds since 1970-01-01T00:00:00Z, as the block says. */
  readonly timeUnix: number
}

/** What an anchor (`ItemRegistry.anchorOf`) covers: items, custody events or enforcement decisions. */
export type AnchorKind = 'items' | 'events' | 'decisions'

/** Why a brand revoked or recalled items; the order is the order of `Reason` in the contracts. */
export type RevocationReason = (typeof REVOCATION_REASONS)[number]
export const REVOCATION_REASONS = [
  'unspecified',
  'counterfeit',
  'stolen',
  'destroyed',
  'issued_in_error',
  'safety',
  'quality',
] as const

/**
 * Which leaf of which anchor is asked about, the key (RFC 7638 thumbprint, 32 bytes) that signed its certificate, and the
 * token whose owner is asked for, if any.
 */
export type ItemQuery = {
  readonly root: Hex
  readonly index: number
  readonly thumbprint: Hex
  readonly tokenId?: Hex
}

export type AnchorFact = {
  readonly brandId: Hex
  readonly leafCount: number
  readonly kind: AnchorKind
  readonly anchoredAtUnix: number
  readonly blockNumber: number
  /** Blocks from the anchor's to the one read, both counted: 1 where the anchor is in the block read. */
  readonly confirmations: number
  /** True when the network's finality rule says that the anchor's block cannot be undone. */
  readonly final: boolean
}

export type KeyFact = {
  readonly validFromUnix: number
  readonly validUntilUnix: number | null
  readonly compromisedAtUnix: number | null
}

/** Whose an item is, by `ItemOwnership`; `claimed` false for an item that nobody has claimed. */
export type OwnershipFact =
  | { readonly claimed: false }
  | {
      readonly claimed: true
      /** Address of the owner, or the one that follows from a passkey. */
      readonly owner: Hex
      /** How often the item changed since its claim: what an owner signs names it. */
      readonly nonce: number
      readonly claimedAtUnix: number
      readonly stolen: { readonly atUnix: number; readonly by: 'owner' | 'brand' } | null
      readonly recovery: { readonly newOwner: Hex; readonly readyAtUnix: number } | null
    }

/** Everything the chain says of one item, all at one block. Null where the chain knows nothing. */
export type ItemChainState = {
  readonly anchor: AnchorFact | null
  readonly revoked: boolean
  readonly recalled: boolean
  readonly key: KeyFact | null
  readonly brandSuspendedAtUnix: number | null
  /** Null where no token was asked for, or the ownership contract is not known. */
  readonly ownership: OwnershipFact | null
}

/** Reads of the chain at one pinned block; throws `chain.unreachable` when no answer can be had. */
export type ChainReader = {
  itemStates(queries: readonly ItemQuery[]): Promise<{ at: BlockRef; states: ItemChainState[] }>
  head(): Promise<BlockRef>
}

/** A call that changes the chain, by contract and method name; integers as numbers or bigint, bytes as Hex. */
export type ChainCall = {
  readonly contract: 'BrandRegistry' | 'ItemRegistry' | 'ItemOwnership' | 'EnforcementLedger' | 'EscrowVault'
  readonly method: string
  readonly args: readonly unknown[]
}

/**
 * Where a chain write stands: `planned` (stored), `submitted` (signed bytes stored and sent), `included` (in a block),
 * `final` (cannot be undone), `failed` (the chain refused it; `error` says why).
 */
export type ChainWriteStatus = 'planned' | 'submitted' | 'included' | 'final' | 'failed'

export type ChainWrite = {
  readonly id: string
  readonly status: ChainWriteStatus
  readonly transactionHash: Hex | null
  readonly blockNumber: number | null
  readonly gasUsed: number | null
  readonly error: { readonly code: string; readonly message: string } | null
}

/** Writes to the chain: stored first, then signed and stored, then sent; the same id is never written twice. */
export type ChainWriter = {
  /** Stores the intent durably and returns; sending goes on in the background. A known id changes nothing. */
  submit(id: string, call: ChainCall): Promise<ChainWrite>
  find(id: string): Promise<ChainWrite | null>
  /** Resolves when the write is `final` or `failed`, or rejects with `chain.timeout` after timeoutMs. */
  settled(id: string, timeoutMs: number): Promise<ChainWrite>
}

/** One entry of the feed of chain events: what was added to, or removed from (a reorganisation), the canonical chain. */
export type ChainEvent = RegistryChange | OwnershipChange

type FeedEntry = {
  /** Grows by one an entry; a reader keeps the last one it has handled. */
  readonly sequence: number
  readonly change: 'added' | 'removed'
  readonly at: BlockRef
  readonly transactionHash: Hex
}

/** What became of the owner of a token. */
export type OwnershipChange = FeedEntry & {
  readonly kind: (typeof OWNERSHIP_CHANGES)[number]
  readonly tokenId: Hex
  /** For a claim: the leaf it was made with. */
  readonly origin: { readonly root: Hex; readonly index: number } | null
}
export const OWNERSHIP_CHANGES = [
  'claimed',
  'transferred',
  'reported_stolen',
  'reported_recovered',
  'recovery_started',
  'recovery_cancelled',
] as const

/** What a brand anchored, revoked or recalled. */
export type RegistryChange = FeedEntry & {
  readonly kind: 'anchored' | 'revoked' | 'recalled'
  readonly brandId: Hex
  readonly root: Hex
  /** For revocations and recalls: which leaves, 256 a word. */
  readonly words: readonly { readonly word: number; readonly mask: Hex }[]
  readonly reason: RevocationReason | null
}

export function isOwnershipChange(event: ChainEvent): event is OwnershipChange {
  return (OWNERSHIP_CHANGES as readonly string[]).includes(event.kind)
}

export type ChainEvents = {
  /** Entries after the given sequence, oldest first, at most `limit`. */
  after(sequence: number, limit: number): Promise<ChainEvent[]>
  /** Calls back soon after new entries were stored (a hint only: readers use `after`). Returns a way to stop. */
  onNews(listener: () => void): () => void
}
