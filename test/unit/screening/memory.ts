import type { ChainEvent, RegistryChange } from '../../../server/kernel/chain-facts.ts'
import { type ItemKey, parseGtin, parseSerial } from '../../../server/kernel/gs1.ts'
import { silentLog } from '../../../server/kernel/log.ts'
import type { ItemRecord } from '../../../server/modules/items/index.ts'
import type { Listing, ListingStore, ScreeningDeps } from '../../../server/modules/screening/index.ts'
import type { Assessment, VerdictKind } from '../../../server/modules/verification/index.ts'
import { MAISON } from './knowledge.ts'

export const GTIN = parseGtin('09521234001003')
export const ROOT = `0x${'ab'.repeat(32)}` as const

/** Listings kept in memory with the rules of the store: one externalId a marketplace, writes by sequence. */
export function memoryListings(): ListingStore & { readonly all: Map<string, Listing> } {
  const all = new Map<string, Listing>()
  const where = (test: (listing: Listing) => boolean) =>
    [...all.values()].filter(test).sort((a, b) => (a.id < b.id ? -1 : 1))
  const find = async (marketplaceId: string, externalId: string) =>
    where((l) => l.marketplaceId === marketplaceId && l.externalId === externalId)[0] ?? null
  const change = (id: string, sequence: number, next: Partial<Listing>) => {
    const known = all.get(id)
    if (known?.sequence === sequence) all.set(id, { ...known, ...next })
  }
  return {
    all,
    find,
    async insert(listing) {
      if (await find(listing.marketplaceId, listing.externalId)) return false
      all.set(listing.id, listing)
      return true
    },
    async replace(listing, expected) {
      if (all.get(listing.id)?.sequence !== expected) return false
      all.set(listing.id, listing)
      return true
    },
    byId: async (id) => all.get(id) ?? null,
    bySeller: async (sellerId, externalId, limit) =>
      where((l) => l.sellerId === sellerId && l.externalId === externalId).slice(0, limit),
    async page(marketplaceId, filter, after, limit) {
      const newest = where((l) => l.marketplaceId === marketplaceId)
        .filter(
          (l) => (filter.status ?? l.status) === l.status && (filter.decision ?? l.decision) === l.decision,
        )
        .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1))
      return newest
        .filter(
          (l) =>
            !after ||
            l.createdAtMs < after.createdAtMs ||
            (l.createdAtMs === after.createdAtMs && l.id < after.id),
        )
        .slice(0, limit)
    },
    async count(marketplaceId) {
      const of = (status: string) =>
        where((l) => l.marketplaceId === marketplaceId && l.status === status).length
      return {
        live: of('live'),
        in_review: of('in_review'),
        refused: of('refused'),
        taken_down: of('taken_down'),
      }
    },
    byItem: async (itemKey, afterId, limit) =>
      where((l) => l.itemKey === itemKey && l.id > afterId).slice(0, limit),
    byRoot: async (root, afterId, limit) => where((l) => l.root === root && l.id > afterId).slice(0, limit),
    dueForRecheck: async (nowMs, limit) =>
      where((l) => l.recheckAtMs !== null && l.recheckAtMs <= nowMs).slice(0, limit),
    setRecheck: async (id, sequence, recheckAtMs) => change(id, sequence, { recheckAtMs }),
    undispatched: async (limit) => where((l) => !l.dispatched).slice(0, limit),
    markDispatched: async (id, sequence) => change(id, sequence, { dispatched: true }),
  }
}

export function assessment(verdict: VerdictKind, serial: string, more: Partial<Assessment> = {}): Assessment {
  return {
    verdict,
    assurance: 'label',
    item: { gtin: GTIN, serial: parseSerial(serial), model: 'Sac Émeraude 28', countryOfProduction: 'FR' },
    brand: { id: MAISON.brand.id, name: MAISON.brand.name },
    ownership: 'unknown',
    findings: [],
    chain: {
      chainId: 31337,
      blockNumber: 7,
      blockHash: `0x${'11'.repeat(32)}`,
      confirmations: 3,
      root: ROOT,
    },
    advice: '',
    checkedAt: '2026-11-23T10:00:00.000Z',
    proof: null,
    certificate: null,
    ...more,
  }
}

/** A small world: a clock, a chain's feed, items whose verdicts can be set, and a record of what followed. */
export function world() {
  const time = { nowMs: Date.UTC(2026, 10, 23, 10) }
  const verdicts = new Map<string, VerdictKind>()
  const feed: ChainEvent[] = []
  const state = { cursor: 0, cursorWrites: 0 }
  const told: Listing[] = []
  const changes: unknown[] = []
  const listings = memoryListings()
  const leaves: string[] = []
  const permits = new Map<string, Awaited<ReturnType<ScreeningDeps['permits']['standing']>>>()
  const owned = new Map<string, ItemKey>()
  const brand = { ...MAISON.brand } as unknown as Awaited<ReturnType<ScreeningDeps['brands']['byId']>>
  const assess: ScreeningDeps['assessor']['assess'] = async (subject) => {
    const serial =
      'key' in subject ? subject.key.serial : ('url' in subject && subject.url.split('/').at(-1)) || 'X'
    return assessment(verdicts.get(serial) ?? 'not_registered', serial)
  }
  const deps: ScreeningDeps = {
    brands: {
      all: async () => (brand ? [brand] : []),
      byGtin: async () => brand,
      byId: async () => brand,
      byChainId: async () => brand,
      key: async () => null,
      keys: async () => [],
    },
    items: {
      find: async () => null,
      proof: async () => null,
      byLeaves: async (_root, indexes) => indexes.map((i) => record(leaves[i] ?? 'NONE', i)),
      batch: async () => null,
      retailPrices: async () => MAISON.prices,
    } as ScreeningDeps['items'],
    assessor: { assess },
    listings,
    cursor: {
      read: async () => state.cursor,
      async write(sequence) {
        state.cursor = sequence
        state.cursorWrites += 1
      },
    },
    permits: { standing: async (id) => permits.get(id) ?? null },
    owned: { itemOf: async ({ tokenId }) => owned.get(tokenId) ?? null },
    events: {
      after: async (sequence, limit) => feed.filter((event) => event.sequence > sequence).slice(0, limit),
      onNews: () => () => {},
    },
    effects: {
      async decided(listing) {
        told.push(listing)
      },
      async itemsChanged(change) {
        changes.push(change)
      },
    },
    clock: { nowMs: () => time.nowMs },
    log: silentLog,
  }
  return { deps, time, verdicts, feed, state, told, changes, listings, leaves, permits, owned }
}

function record(serial: string, index: number): ItemRecord {
  return {
    gtin: GTIN,
    serial: parseSerial(serial),
    index,
    batchId: 'bat_1',
    brandId: MAISON.brand.id,
  } as ItemRecord
}

export function chainEvent(given: Partial<RegistryChange> & Pick<RegistryChange, 'sequence'>): ChainEvent {
  return {
    change: 'added',
    kind: 'revoked',
    brandId: `0x${'22'.repeat(32)}`,
    root: ROOT,
    words: [{ word: 0, mask: `0x${'00'.repeat(31)}01` }],
    reason: 'counterfeit',
    at: { chainId: 31337, blockNumber: 9, blockHash: `0x${'33'.repeat(32)}`, timeUnix: 1_700_000_000 },
    transactionHash: `0x${'44'.repeat(32)}`,
    ...given,
  }
}
