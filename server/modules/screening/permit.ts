import type { Assessment } from '../verification/index.ts'
import { WEIGHTS } from './policy.ts'
import type { PermitReader } from './ports.ts'
import type { Listing, ListingContent, Signal } from './types.ts'

/** What was found out of the permit that a listing names. */
export type PermitFacts =
  | { readonly kind: 'redeemed' | 'open' | 'void' | 'expired' }
  /** There is no such permit, or it is for another listing or item. */
  | { readonly kind: 'other' }
  /** It could not be looked at now. */
  | { readonly kind: 'unreadable' }

type Place = { readonly marketplaceId: string; readonly itemKey: string | null }

/** Looks at the permit of a listing; null where it names none. */
export async function permitFacts(
  { permit, externalId }: Pick<ListingContent, 'permit' | 'externalId'>,
  { marketplaceId, itemKey }: Place,
  permits: PermitReader,
): Promise<PermitFacts | null> {
  if (permit === null) return null
  const found = await permits.standing(permit)
  if (found === 'unreadable') return { kind: 'unreadable' }
  const isOurs =
    found !== null &&
    found.marketplace === marketplaceId &&
    found.listing === externalId &&
    `${found.item.gtin}/${found.item.serial}` === itemKey
  return isOurs ? { kind: found.state } : { kind: 'other' }
}

/**
 * The signal of a permit. One that the owner signed for this very listing and that was redeemed is proof of provenance,
 * as long as the item's record speaks for it too. A permit that counts no more asks for a person.
 */
export function permitSignals(facts: PermitFacts | null, assessment: Assessment | null): Signal[] {
  if (facts === null) return []
  const evidence = { permit: facts.kind, verdict: assessment?.verdict ?? null }
  const of = (kind: string, weight: number, detail: string): Signal[] => [{ kind, weight, detail, evidence }]
  switch (facts.kind) {
    case 'redeemed':
      return of(
        'permit_redeemed',
        assessment?.verdict === 'verified' ? WEIGHTS.permitRedeemed : 0,
        'The item’s owner permitted this very listing, and the permit was redeemed.',
      )
    case 'open':
      return of('permit_not_redeemed', 0, 'The permit was not redeemed yet, so it did not count.')
    case 'void':
      return of(
        'permit_void',
        WEIGHTS.cannotCheck,
        'The item has changed since its owner permitted this listing: it was moved, reported or recovered.',
      )
    case 'expired':
      return of('permit_expired', WEIGHTS.cannotCheck, 'The permit expired before it was redeemed.')
    case 'other':
      return of('permit_rejected', WEIGHTS.itemMismatch, 'The permit named is none for this listing.')
    case 'unreadable':
      return of('permit_not_checked', 0, 'The permit could not be checked now and did not count.')
    default:
      return facts satisfies never
  }
}

/** Shown while the listing is live and its owner's permit stands. */
export function badgeOf({ status, signals }: Pick<Listing, 'status' | 'signals'>): 'owner_permit' | null {
  const permitted = signals.some(({ kind, weight }) => kind === 'permit_redeemed' && weight < 0)
  return status === 'live' && permitted ? 'owner_permit' : null
}
