import { isAppError } from '../kernel/errors.ts'
import type { ItemKey } from '../kernel/gs1.ts'
import type { OwnershipDeps, Permits } from '../modules/ownership/index.ts'
import type { Listing, ListingStore, ScreeningDeps } from '../modules/screening/index.ts'
import type { VerdictKind } from '../modules/verification/index.ts'

const LISTINGS_A_LOOK = 100

/** What ownership is told of offers and scans, which stand to its right. */
export function offersOf(
  listings: Pick<ListingStore, 'byItem' | 'find'>,
  verdictOf: (item: ItemKey) => Promise<VerdictKind>,
): OwnershipDeps['offers'] {
  return {
    isSuspectedClone: async (item) => (await verdictOf(item)) === 'suspected_clone',
    async isListedElsewhere({ gtin, serial }, { marketplace, listing }) {
      const isElsewhere = (one: Listing): boolean =>
        one.status === 'live' && !(one.marketplaceId === marketplace && one.externalId === listing)
      for (let after = ''; ; ) {
        const found = await listings.byItem(`${gtin}/${serial}`, after, LISTINGS_A_LOOK)
        if (found.some(isElsewhere)) return true
        if (found.length < LISTINGS_A_LOOK) return false
        after = found.at(-1)?.id ?? ''
      }
    },
    async standingOf({ marketplace, listing }) {
      const found = await listings.find(marketplace, listing)
      if (found === null) return 'none'
      return found.status === 'live' || found.status === 'in_review' ? 'standing' : 'ended'
    },
  }
}

/** What screening is told of permits. */
export function permitReader(permits: Pick<Permits, 'find'>): ScreeningDeps['permits'] {
  return {
    async standing(id) {
      try {
        return await permits.find(id)
      } catch (error) {
        if (isAppError(error, 'permit.not_found')) return null
        if (isAppError(error, 'chain.unreachable') || isAppError(error, 'chain.not_ready'))
          return 'unreadable'
        throw error
      }
    },
  }
}
