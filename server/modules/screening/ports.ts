import type { ChainEvents, RevocationReason } from '../../kernel/chain-facts.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { ItemKey } from '../../kernel/gs1.ts'
import type { Logger } from '../../kernel/log.ts'
import type { BrandReader } from '../brands/index.ts'
import type { ItemReader } from '../items/index.ts'
import type { OwnedItems, Permit } from '../ownership/index.ts'
import type { Assessment } from '../verification/index.ts'
import type { Decision, Listing, ListingStatus } from './types.ts'

/** Asks what an item is now, without recording a scan. */
export type ItemAssessor = {
  assess(subject: { key: ItemKey } | { url: string } | { certificate: string }): Promise<Assessment>
}

export type ListingFilter = {
  readonly status?: ListingStatus | undefined
  readonly decision?: Decision | undefined
}

export type ListingStore = {
  /** False when the marketplace has a listing with this externalId. */
  insert(listing: Listing): Promise<boolean>
  /** Replaces the listing if its sequence is still the one given; false otherwise. */
  replace(listing: Listing, expectedSequence: number): Promise<boolean>
  find(marketplaceId: string, externalId: string): Promise<Listing | null>
  byId(id: string): Promise<Listing | null>
  bySeller(sellerId: string, externalId: string, limit: number): Promise<Listing[]>
  /** Newest first, after a place in the list. */
  page(
    marketplaceId: string,
    filter: ListingFilter,
    after: { createdAtMs: number; id: string } | null,
    limit: number,
  ): Promise<Listing[]>
  count(marketplaceId: string): Promise<Readonly<Record<ListingStatus, number>>>
  /** Listings of an item by id, after an id. */
  byItem(itemKey: string, afterId: string, limit: number): Promise<Listing[]>
  byRoot(root: string, afterId: string, limit: number): Promise<Listing[]>
  dueForRecheck(nowMs: number, limit: number): Promise<Listing[]>
  setRecheck(id: string, sequence: number, recheckAtMs: number): Promise<void>
  undispatched(limit: number): Promise<Listing[]>
  markDispatched(id: string, sequence: number): Promise<void>
}

/** How far a reader of the feed of chain events has come. */
export type FeedCursor = { read(): Promise<number>; write(sequence: number): Promise<void> }

/** What follows from a decision, done by modules to the right. Called at least once a decision, in any order after a crash. */
export type ListingEffects = {
  decided(listing: Listing): Promise<void>
  itemsChanged(change: ItemsChanged): Promise<void>
}

/** Items whose certificates a brand revoked or recalled: at most 500 at a time. */
export type ItemsChanged = {
  /** The same however often the event is handled. */
  readonly eventId: string
  readonly brandId: string
  readonly kind: 'revoked' | 'recalled'
  readonly reason: RevocationReason | null
  readonly items: readonly { readonly gtin: string; readonly serial: string; readonly batchId: string }[]
  readonly blockNumber: number
  readonly transactionHash: string
  readonly atMs: number
}

/** Reads permits of owners; `unreadable` where the chain cannot be asked what became of the item. */
export type PermitReader = {
  standing(
    permitId: string,
  ): Promise<Pick<Permit, 'item' | 'marketplace' | 'listing' | 'state'> | 'unreadable' | null>
}

export type ScreeningDeps = {
  readonly permits: PermitReader
  /** Which item an event of the ownership contract is about. */
  readonly owned: OwnedItems
  readonly brands: BrandReader
  readonly items: ItemReader
  readonly assessor: ItemAssessor
  readonly listings: ListingStore
  readonly cursor: FeedCursor
  readonly events: ChainEvents
  readonly effects: ListingEffects
  readonly clock: Clock
  readonly log: Logger
}
