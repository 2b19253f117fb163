import { AppError } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import { decided, type ItemFacts, itemFacts, knowledgeCache, rivalsOf } from './evaluate.ts'
import { permitFacts } from './permit.ts'
import type { ScreeningDeps } from './ports.ts'
import type { Knowledge } from './screen.ts'
import type { Listing, ListingContent, ScreeningCause } from './types.ts'

/** How far the reader of chain events has begun: see `Decider.#settle`. */
export type FeedMark = { begun: number }

type About = {
  readonly id: string
  readonly marketplaceId: string
  readonly previous: Listing | null
  readonly cause: ScreeningCause
}

const ATTEMPTS_MAX = 5

/** Takes decisions on listings and stores each in one write, with the mark that others are still to be told. */
export class Decider {
  readonly #deps: ScreeningDeps
  readonly #feed: FeedMark
  readonly #knowledge: () => Promise<Knowledge>

  constructor(deps: ScreeningDeps, feed: FeedMark) {
    this.#deps = deps
    this.#feed = feed
    this.#knowledge = knowledgeCache(deps)
  }

  /** Decides on what a marketplace sent. Null when the listing was changed meanwhile. */
  async write(
    marketplaceId: string,
    content: ListingContent,
    previous: Listing | null,
  ): Promise<Listing | null> {
    const { begun } = this.#feed
    const id = previous?.id ?? newId('lst')
    const { listing, facts } = await this.#judge(content, {
      id,
      marketplaceId,
      previous,
      cause: { kind: 'submitted' },
    })
    const { listings, log } = this.#deps
    const done =
      previous === null ? await listings.insert(listing) : await listings.replace(listing, previous.sequence)
    if (!done) return null
    log.info(
      { listing: id, marketplace: marketplaceId, decision: listing.decision, score: listing.score },
      'listing decided',
    )
    return this.#settle(listing, { begun, facts })
  }

  /** Decides on a listing again; writes and tells only if something changed. True when it did. */
  async rescreen(stale: Listing, cause: ScreeningCause): Promise<boolean> {
    const { listings, log } = this.#deps
    let previous: Listing | null = stale
    for (let attempt = 0; attempt < ATTEMPTS_MAX && previous !== null; attempt++) {
      const { listing } = await this.#judge(contentOf(previous), {
        id: previous.id,
        marketplaceId: previous.marketplaceId,
        previous,
        cause,
      })
      if (isSameOutcome(previous, listing)) return this.#keepWaiting(previous, listing)
      if (await listings.replace(listing, previous.sequence)) {
        log.info(
          { listing: listing.id, cause: cause.kind, decision: listing.decision, status: listing.status },
          'listing decided again',
        )
        await this.dispatch(listing)
        return true
      }
      previous = await listings.byId(stale.id)
    }
    if (previous === null) return false
    throw new AppError('listing.changed', 'the listing keeps being changed by others', {
      externalId: stale.externalId,
    })
  }

  /** Tells enforcement of a decision that is stored; harmless to repeat. A failure is left to the job's next run. */
  async dispatch(listing: Listing): Promise<void> {
    try {
      await this.#deps.effects.decided(listing)
      await this.#deps.listings.markDispatched(listing.id, listing.sequence)
    } catch (error) {
      this.#deps.log.warn(
        { listing: listing.id, err: error },
        'a decision could not be passed on; the job will try again',
      )
    }
  }

  async #judge(content: ListingContent, about: About): Promise<{ listing: Listing; facts: ItemFacts }> {
    const facts = await itemFacts(content.item, about, this.#deps)
    const place = { marketplaceId: about.marketplaceId, itemKey: facts?.itemKey ?? null }
    const permit = await permitFacts(content, place, this.#deps.permits)
    const knowledge = await this.#knowledge()
    const nowMs = this.#deps.clock.nowMs()
    const listing = decided(content, { ...about, nowMs }, facts, { knowledge, permit })
    return { listing, facts }
  }

  /**
   * Between reading the item's state and storing the listing, its item may have been revoked, or offered elsewhere, and
   * whoever handled that did not find this listing yet. Looking once more after the write closes the gap.
   */
  async #settle(written: Listing, before: { begun: number; facts: ItemFacts }): Promise<Listing> {
    await this.dispatch(written)
    if (written.itemKey === null) return { ...written, dispatched: true }
    const { earlier, later } = await rivalsOf(written.itemKey, written, this.#deps)
    for (const rival of later) await this.rescreen(rival, { kind: 'double_listing' })
    const missed = earlier.length > 0 && before.facts?.provenance.others.length === 0
    if (!missed && this.#feed.begun === before.begun) return written
    await this.rescreen(written, missed ? { kind: 'double_listing' } : { kind: 'submitted' })
    return (await this.#deps.listings.byId(written.id)) ?? written
  }

  async #keepWaiting(previous: Listing, now: Listing): Promise<false> {
    if (now.recheckAtMs !== null)
      await this.#deps.listings.setRecheck(previous.id, previous.sequence, now.recheckAtMs)
    return false
  }
}

function contentOf({
  externalId,
  sellerId,
  channel,
  title,
  description,
  price,
  origin,
  images,
  item,
  permit,
}: Listing): ListingContent {
  return { externalId, sellerId, channel, title, description, price, origin, images, item, permit }
}

function isSameOutcome(a: Listing, b: Listing): boolean {
  const reasons = (listing: Listing) => listing.signals.map((s) => `${s.kind}:${s.weight}`).join()
  return (
    a.decision === b.decision &&
    a.status === b.status &&
    a.verdict?.verdict === b.verdict?.verdict &&
    reasons(a) === reasons(b)
  )
}
