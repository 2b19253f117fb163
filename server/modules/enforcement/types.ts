import type { StatementOfReasons } from './statement.ts'

/** Where a restriction of a listing stands. Appeals come later and will add states, not change these. */
export type CaseState = 'in_force' | 'lifted'

/** What was done: the listing was never let in, or removed after it was. */
export type Measure = 'refused' | 'taken_down'

/** Who acted: a rule of the policy, or (later) a person by a pseudonym. */
export type Actor = { readonly kind: 'policy' | 'moderator'; readonly id: string }

/** Why a listing was restricted: each has its legal or contractual ground in `grounds.ts`. */
export type GroundId =
  | 'counterfeit_offer'
  | 'item_revoked'
  | 'item_recalled'
  | 'item_stolen'
  | 'item_cloned'
  | 'certificate_forged'
  | 'item_never_registered'

/** One line of a case's log: never changed, never removed. */
export type CaseEntry = {
  readonly sequence: number
  readonly action: 'restrict' | 'confirm' | 'lift'
  readonly from: CaseState | null
  readonly to: CaseState
  readonly atMs: number
  readonly actor: Actor
  readonly ground: GroundId | null
  /** The decision of screening that this entry follows from: `listing id / sequence`. */
  readonly decision: { readonly listingId: string; readonly sequence: number; readonly score: number }
  readonly evidence: readonly {
    readonly kind: string
    readonly weight: number
    readonly detail: string
    readonly evidence: { readonly [name: string]: unknown }
  }[]
}

/** Something to tell an account of, kept in the case until webhooks have taken it over. */
export type PendingNotice = {
  readonly id: string
  readonly type: 'listing.decided' | 'listing.taken_down'
  readonly data: { readonly [name: string]: unknown }
  readonly atMs: number
}

/** A restriction of one listing from its beginning to its end, in one document. */
export type Case = {
  readonly id: string
  readonly listingId: string
  readonly marketplaceId: string
  readonly externalId: string
  readonly sellerId: string
  readonly state: CaseState
  readonly measure: Measure
  readonly ground: GroundId
  readonly entries: readonly CaseEntry[]
  readonly statement: StatementOfReasons
  readonly pending: readonly PendingNotice[]
  readonly version: number
  readonly openedAtMs: number
  readonly liftedAtMs: number | null
}
