import { isoTime } from '../../kernel/clock.ts'
import { sha256 } from '../../kernel/digest.ts'
import { base32 } from '../../kernel/ids.ts'
import type { ItemsChanged, Listing } from '../screening/index.ts'
import type { TellAccount } from './ports.ts'
import type { PendingNotice } from './types.ts'

type Event = Parameters<TellAccount>[0]

/** What a marketplace is told of a decision; the id follows from the decision. */
export function noticeOf(listing: Listing, type: PendingNotice['type']): PendingNotice {
  const data = {
    id: listing.id,
    externalId: listing.externalId,
    sellerId: listing.sellerId,
    status: listing.status,
    decision: listing.decision,
    score: listing.score,
    signals: listing.signals,
    item: itemOf(listing.itemKey),
    verdict: listing.verdict?.verdict ?? null,
    cause: listing.cause.kind,
    decidedAt: isoTime(listing.decidedAtMs),
    statementOfReasons:
      listing.decision === 'reject'
        ? `/v1/listings/${encodeURIComponent(listing.externalId)}/statement-of-reasons`
        : null,
  }
  return { id: eventId(`${listing.id}:${listing.sequence}`), type, data, atMs: listing.decidedAtMs }
}

export function eventFor(notice: PendingNotice, marketplaceId: string): Event {
  return { ...notice, accountKind: 'marketplace', accountId: marketplaceId }
}

/** What a brand is told once its revocation or recall is on chain. */
export function itemsEvent(change: ItemsChanged): Event {
  return {
    id: eventId(change.eventId),
    accountKind: 'brand',
    accountId: change.brandId,
    type: change.kind === 'revoked' ? 'item.revoked' : 'item.recalled',
    data: {
      items: change.items,
      reason: change.reason,
      blockNumber: change.blockNumber,
      transactionHash: change.transactionHash,
    },
    atMs: change.atMs,
  }
}

function itemOf(itemKey: string | null): { gtin: string; serial: string } | null {
  const at = itemKey?.indexOf('/') ?? -1
  return itemKey === null || at < 0 ? null : { gtin: itemKey.slice(0, at), serial: itemKey.slice(at + 1) }
}

function eventId(seed: string): string {
  return `evt_${base32(sha256(seed)).slice(0, 26)}`
}
