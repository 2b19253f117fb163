import {
  type ChainEvent,
  isOwnershipChange,
  type OwnershipChange,
  type RegistryChange,
} from '../../kernel/chain-facts.ts'
import { sha256 } from '../../kernel/digest.ts'
import { base32 } from '../../kernel/ids.ts'
import type { Job } from '../../kernel/job.ts'
import type { ItemRecord } from '../items/index.ts'
import type { Decider, FeedMark } from './decider.ts'
import type { ScreeningDeps } from './ports.ts'
import type { Listing, ScreeningCause } from './types.ts'

const EVENTS_MAX = 50
const LEAVES_MAX = 500
const LISTINGS_MAX = 100
const SWEEP_MAX = 50
const EVERY_MS = 1_000

/**
 * Follows the chain: when items are revoked or recalled, change hands, or are reported stolen or recovered, or that is
 * undone by a reorganisation, their listings are decided on again. The place in the feed is stored after an event was
 * handled, and handling twice changes nothing, so a crash at any point loses no event. Each run also finishes what an
 * earlier crash left: decisions that nobody was told of, and items that could not be decided on.
 */
export function createChainWatch(deps: ScreeningDeps, decider: Decider, feed: FeedMark): Job {
  return {
    name: 'screening',
    everyMs: EVERY_MS,
    async run(signal) {
      await followEvents(deps, decider, feed, signal)
      for (const listing of await deps.listings.undispatched(SWEEP_MAX)) await decider.dispatch(listing)
      for (const listing of await deps.listings.dueForRecheck(deps.clock.nowMs(), SWEEP_MAX)) {
        if (!signal.aborted) await decider.rescreen(listing, listing.cause)
      }
    },
  }
}

async function followEvents(
  deps: ScreeningDeps,
  decider: Decider,
  feed: FeedMark,
  signal: AbortSignal,
): Promise<void> {
  for (let at = await deps.cursor.read(); !signal.aborted; ) {
    const events = await deps.events.after(at, EVENTS_MAX)
    for (const event of events) {
      if (signal.aborted) return
      feed.begun = event.sequence
      await handle(event, deps, decider)
      at = event.sequence
      await deps.cursor.write(at)
    }
    if (events.length < EVENTS_MAX) return
  }
}

async function handle(event: ChainEvent, deps: ScreeningDeps, decider: Decider): Promise<void> {
  if (isOwnershipChange(event)) await handleOwnership(event, deps, decider)
  else await handleRegistry(event, deps, decider)
}

async function handleOwnership(event: OwnershipChange, deps: ScreeningDeps, decider: Decider): Promise<void> {
  const item = await deps.owned.itemOf(event)
  if (item === null) return
  const { kind, change } = event
  const cause = { kind: 'chain_event', eventId: eventIdOf(event), event: kind, change } as const
  await rescreenItem(item, cause, { deps, decider })
}

function rescreenItem(
  { gtin, serial }: { readonly gtin: string; readonly serial: string },
  cause: ScreeningCause,
  { deps, decider }: { deps: ScreeningDeps; decider: Decider },
): Promise<void> {
  const page = (after: string) => deps.listings.byItem(`${gtin}/${serial}`, after, LISTINGS_MAX)
  return rescreenAll(page, decider, cause)
}

async function handleRegistry(event: RegistryChange, deps: ScreeningDeps, decider: Decider): Promise<void> {
  if (event.kind === 'anchored') {
    if (event.change === 'removed')
      await rescreenAll((after) => deps.listings.byRoot(event.root, after, LISTINGS_MAX), decider, {
        kind: 'submitted',
      })
    return
  }
  const cause = {
    kind: 'chain_event',
    eventId: eventIdOf(event),
    event: event.kind,
    change: event.change,
  } as const
  const leaves = leavesOf(event)
  for (let from = 0; from < leaves.length; from += LEAVES_MAX) {
    const items = await deps.items.byLeaves(event.root, leaves.slice(from, from + LEAVES_MAX))
    for (const item of items) await rescreenItem(item, cause, { deps, decider })
    if (event.change === 'added') await tellBrand(event, `${cause.eventId}_${from / LEAVES_MAX}`, items, deps)
  }
}

async function rescreenAll(
  page: (afterId: string) => Promise<Listing[]>,
  decider: Decider,
  cause: ScreeningCause,
): Promise<void> {
  for (let after = ''; ; ) {
    const listings = await page(after)
    for (const listing of listings) await decider.rescreen(listing, cause)
    if (listings.length < LISTINGS_MAX) return
    after = listings.at(-1)?.id ?? ''
  }
}

async function tellBrand(
  event: RegistryChange,
  eventId: string,
  items: readonly ItemRecord[],
  deps: ScreeningDeps,
): Promise<void> {
  const brandId = items[0]?.brandId
  if (brandId === undefined || event.kind === 'anchored') return
  await deps.effects.itemsChanged({
    eventId,
    brandId,
    kind: event.kind,
    reason: event.reason,
    items: items.map(({ gtin, serial, batchId }) => ({ gtin, serial, batchId })),
    blockNumber: event.at.blockNumber,
    transactionHash: event.transactionHash,
    atMs: event.at.timeUnix * 1000,
  })
}

/** The same for the same entry of the feed, whoever handles it and however often. */
function eventIdOf(event: ChainEvent): string {
  const subject = isOwnershipChange(event) ? event.tokenId : event.root
  const text = `${event.sequence}:${event.change}:${event.kind}:${event.transactionHash}:${subject}`
  return base32(sha256(text)).slice(0, 26)
}

const WORD_BITS = 256

/** Leaf indexes of the set bits of an event's words; bit 0 is the least significant. */
export function leavesOf(event: Pick<RegistryChange, 'words'>): number[] {
  const leaves: number[] = []
  for (const { word, mask } of event.words) {
    const bits = BigInt(mask)
    for (let bit = 0; bit < WORD_BITS; bit++) {
      if ((bits >> BigInt(bit)) & 1n) leaves.push(word * WORD_BITS + bit)
    }
  }
  return leaves
}
