import type { z } from 'zod'
import { isoTime } from '../../kernel/clock.ts'
import type { listingJson } from './listing.schema.ts'
import { badgeOf } from './permit.ts'
import type { Listing } from './types.ts'

/** A listing as the API shows it to its marketplace. */
export function viewListing(listing: Listing): z.output<typeof listingJson> {
  const [gtin, ...serial] = listing.itemKey?.split('/') ?? []
  return {
    id: listing.id,
    externalId: listing.externalId,
    sellerId: listing.sellerId,
    channel: listing.channel,
    title: listing.title,
    decision: listing.decision,
    status: listing.status,
    score: listing.score,
    signals: listing.signals.map(({ kind, weight, detail, evidence }) => ({
      kind,
      weight,
      detail,
      evidence,
    })),
    item: gtin === undefined ? null : { gtin, serial: serial.join('/') },
    verdict: listing.verdict?.verdict ?? null,
    badge: badgeOf(listing),
    brands: [...listing.brandIds],
    cause: listing.cause.kind,
    createdAt: isoTime(listing.createdAtMs),
    decidedAt: isoTime(listing.decidedAtMs),
  }
}
