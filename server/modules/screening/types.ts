import type { OwnershipChange } from '../../kernel/chain-facts.ts'
import type { Gtin, Serial } from '../../kernel/gs1.ts'
import type { VerdictKind } from '../verification/index.ts'

/** What a marketplace asks about: a shop listing or a social post that offers goods. */
export type ListingChannel = 'shop' | 'social' | 'auction' | 'classified' | 'live'

export type ListingPrice = { readonly amount: number; readonly currency: string }

/** Where the seller says the goods come from. Empty text means that the seller left the field blank. */
export type ListingOrigin = { readonly country: string; readonly channel: string; readonly proof: string }

/** How a listing names the item it offers. */
export type ItemReference =
  | { readonly kind: 'key'; readonly gtin: Gtin; readonly serial: Serial }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'certificate'; readonly certificate: string }

/** What a marketplace sends of a listing, checked. */
export type ListingContent = {
  readonly externalId: string
  readonly sellerId: string
  readonly channel: ListingChannel
  readonly title: string
  readonly description: string
  readonly price: ListingPrice | null
  readonly origin: ListingOrigin | null
  readonly images: readonly string[]
  readonly item: ItemReference | null
  readonly permit: string | null
}

export type Decision = 'approve' | 'review' | 'reject'

/** Where a listing stands: shown, held for a person, never let in, or removed after it was in. */
export type ListingStatus = 'live' | 'in_review' | 'refused' | 'taken_down'

/** One reason in a screening. Weights add up to the score; a negative one speaks for the seller. */
export type Signal = {
  readonly kind: string
  readonly weight: number
  /** A sentence for people, without text of the listing or of people. */
  readonly detail: string
  /** What was found where: the matched text, the verdict, the prices compared. */
  readonly evidence: { readonly [name: string]: unknown }
}

/** The result of a screening: decision, score from 0 to 100 and its reasons, the heaviest first. */
export type Screening = {
  readonly decision: Decision
  readonly score: number
  readonly signals: readonly Signal[]
}

/** A listing with its last screening. */
export type Listing = ListingContent & {
  readonly id: string
  readonly marketplaceId: string
  readonly status: ListingStatus
  readonly decision: Decision
  readonly score: number
  readonly signals: readonly Signal[]
  /** `gtin/serial` of the item offered, where one was named and could be read. */
  readonly itemKey: string | null
  /** What the item was found to be, and when; null where no item was named. */
  readonly verdict: {
    readonly verdict: VerdictKind
    readonly checkedAt: string
    readonly blockNumber: number | null
  } | null
  /** Merkle root of the item's batch, where its anchor was read. */
  readonly root: string | null
  /** When to look again at an item that could not be decided on (pending or unverifiable); null otherwise. */
  readonly recheckAtMs: number | null
  /** Brands named in the text or by the item. */
  readonly brandIds: readonly string[]
  /** What made this decision: the marketplace's call, a chain event, another listing. */
  readonly cause: ScreeningCause
  /** Grows by one with every decision; with `id` it names the decision. */
  readonly sequence: number
  readonly createdAtMs: number
  readonly decidedAtMs: number
  /** False until enforcement and webhooks know of the decision `sequence`. */
  readonly dispatched: boolean
}

export type ScreeningCause =
  | { readonly kind: 'submitted' }
  | {
      readonly kind: 'chain_event'
      readonly eventId: string
      readonly event: 'revoked' | 'recalled' | OwnershipChange['kind']
      readonly change: 'added' | 'removed'
    }
  | { readonly kind: 'double_listing' }

/** A page of listings, newest first. */
export type ListingPage = { readonly listings: readonly Listing[]; readonly nextCursor: string | null }
