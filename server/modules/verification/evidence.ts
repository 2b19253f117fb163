import type { Hex } from '../../kernel/bytes.ts'
import type { BlockRef, ItemChainState } from '../../kernel/chain-facts.ts'

/**
 * Where the certificate that is judged came from: our own store (somebody asked by link or number), or the person who
 * asks (somebody showed a certificate). A fault in ours is our damage; a fault in theirs is a forgery.
 */
export type Source = 'stored' | 'presented'

/** What was found out before judging: how far the collection of evidence came, and everything it saw there. */
export type Evidence =
  /** The store did not answer. */
  | { readonly kind: 'store_unreadable' }
  /** The certificate shown is not one, for the reason given. */
  | { readonly kind: 'certificate_unreadable'; readonly fault: string }
  /** The certificate shown names an issuer that is no brand of this service. */
  | { readonly kind: 'issuer_unknown'; readonly issuer: string }
  /** The certificate shown names a brand known here, and a key that is not that brand's. */
  | { readonly kind: 'key_not_of_brand'; readonly brandName: string }
  /** The certificate shown has no right signature by the key it names. */
  | { readonly kind: 'signature_wrong'; readonly brandName: string }
  | NoRecord
  | ItemEvidence

/** Nothing is registered here under this number. */
export type NoRecord = {
  readonly kind: 'no_record'
  /** The brand whose GS1 company prefix the number begins with. */
  readonly prefixBrandName: string | null
  /** True where a certificate was shown that the brand's key signed, for an item that was never registered. */
  readonly signedByBrand: boolean
  readonly foreignHost: string | null
}

/** An item that is registered here, and all that was checked of it. */
export type ItemEvidence = {
  readonly kind: 'item'
  readonly source: Source
  readonly brandName: string
  /** keccak-256 of the brand's domain: who must have anchored the root. */
  readonly brandChainId: Hex
  readonly registeredAtMs: number
  /** Host of the link that was scanned, where it is neither ours, nor the brand's, nor GS1's. */
  readonly foreignHost: string | null
  /** True when the certificate judged is signed by the brand's key, names this item, and its leaf is in the tree. */
  readonly holds: boolean
  /** Presented only: our own copy holds, so that a certificate that differs from it is not the registered one. */
  readonly storedHolds: boolean
  /** Leaves of the batch's tree; null while it has none. */
  readonly leafCount: number | null
  /** The item's state at one block; null when the chain could not be read, or has nothing to be asked yet. */
  readonly chain: { readonly at: BlockRef; readonly state: ItemChainState } | null
}
