import type { Clock } from '../../kernel/clock.ts'
import type { Logger } from '../../kernel/log.ts'
import type { BrandReader } from '../brands/index.ts'
import type { Case } from './types.ts'

export type CaseStore = {
  /** False when the case exists. */
  insert(entry: Case): Promise<boolean>
  /** Replaces the case if its version is still the one given. */
  replace(next: Case, expectedVersion: number): Promise<boolean>
  byId(id: string): Promise<Case | null>
  inForce(listingId: string): Promise<Case | null>
  /** All cases of a listing's externalId, newest first: a marketplace's, or a seller's. */
  ofListing(
    owner: { marketplaceId: string } | { sellerId: string },
    externalId: string,
    limit: number,
  ): Promise<Case[]>
  untold(limit: number): Promise<Case[]>
  /** Notes that all notices pending in this version were taken over. */
  markTold(id: string, version: number): Promise<void>
  /** Newest first. */
  page(after: { openedAtMs: number; id: string } | null, limit: number): Promise<Case[]>
}

/** Takes an event over durably; the same event again changes nothing. `webhooks.enqueue`. */
export type TellAccount = (event: {
  readonly id: string
  readonly accountKind: 'marketplace' | 'brand'
  readonly accountId: string
  readonly type: 'listing.decided' | 'listing.taken_down' | 'item.revoked' | 'item.recalled'
  readonly data: { readonly [name: string]: unknown }
  readonly atMs: number
}) => Promise<void>

export type EnforcementDeps = {
  readonly cases: CaseStore
  readonly tell: TellAccount
  readonly brands: Pick<BrandReader, 'byId'>
  readonly clock: Clock
  readonly log: Logger
}
