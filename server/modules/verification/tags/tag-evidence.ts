import type { Seal } from './seal.ts'

/** What the message of a chip amounts to, for an item whose label was scanned. */
export type TagEvidence =
  /** The link has parts of a message, and no whole one. */
  | { readonly kind: 'unreadable' }
  /** No chip is bound to the item, so there is nothing to check the message with. */
  | { readonly kind: 'not_bound' }
  /** Keys or store did not answer. */
  | { readonly kind: 'not_checked' }
  /** Not made by a chip that is or was bound to the item, or altered on the way. */
  | { readonly kind: 'wrong' }
  /** Made by a chip that the brand has taken off the item. */
  | { readonly kind: 'removed'; readonly removedAtMs: number }
  /** Made by the item's chip, and used before. */
  | { readonly kind: 'replayed' }
  /** Made by the item's chip, and used before in this very session. */
  | { readonly kind: 'reloaded' }
  | TapEvidence

/** A new message of the item's chip. */
export type TapEvidence = {
  readonly kind: 'tapped'
  /** True where it is the second tap of one look at the item. */
  readonly isSecond: boolean
  /** What the chip says of its tamper loop; null for a chip that was bound without one. */
  readonly seal: Seal | null
  /** What the next tap must come with, and until when. */
  readonly next: TapSession
}

/** A scan session: the token proves that two taps were seen by the same browser or program. */
export type TapSession = { readonly session: string; readonly untilMs: number }
