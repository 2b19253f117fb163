import type { Hex } from '../kernel/bytes.ts'
import type { Logger } from '../kernel/log.ts'
import { runningHashAfter } from './event-codec.ts'
import type { FollowerStore } from './follower.store.ts'
import type { ReadEvent } from './follower-chain.ts'
import type { FollowedEvent, FollowerStep } from './follower-step.ts'

/** How far a brand's events have been seen: its own count and running hash, as the contract keeps them in storage. */
export type BrandHead = { readonly sequence: number; readonly runningHash: Hex }

/** Checks that the events of each brand join on without a gap, so that an endpoint that withholds a log is noticed. */
export type BrandHeads = {
  /** Adds to each event the running hash that was seen before it, and notes gaps. */
  link(events: readonly ReadEvent[]): Promise<FollowedEvent[]>
  /** Takes over what a stored step says. */
  apply(step: FollowerStep): void
  load(): Promise<void>
  gaps(): readonly string[]
  all(): ReadonlyMap<Hex, BrandHead>
}

const PAGE = 500
const GAPS_MAX = 100
/** Running hash of a brand without events. */
const NO_EVENTS: Hex = `0x${'00'.repeat(32)}`

export function createBrandHeads(store: FollowerStore, log: Logger): BrandHeads {
  const heads = new Map<Hex, BrandHead>()
  const gaps = new Set<string>()

  const check = (event: ReadEvent, before: BrandHead): void => {
    const joins =
      event.brandSequence === before.sequence + 1 &&
      runningHashAfter(before.runningHash, event) === event.runningHash
    if (joins) return
    log.error(
      { brandId: event.brandId, expected: before.sequence + 1, got: event.brandSequence },
      'events of a brand are missing from the log',
    )
    if (gaps.size < GAPS_MAX)
      gaps.add(`${event.brandId}: after event ${before.sequence} came ${event.brandSequence}`)
  }

  const apply = (step: FollowerStep): void => {
    for (const event of step.events) {
      const { brandSequence, previousHash } = event
      if (step.change === 'added')
        heads.set(event.brandId, { sequence: brandSequence, runningHash: event.runningHash })
      else heads.set(event.brandId, { sequence: brandSequence - 1, runningHash: previousHash ?? NO_EVENTS })
    }
  }

  return {
    async link(events) {
      const seen = new Map(heads)
      return events.map((event) => {
        const before = seen.get(event.brandId) ?? { sequence: 0, runningHash: NO_EVENTS }
        check(event, before)
        seen.set(event.brandId, { sequence: event.brandSequence, runningHash: event.runningHash })
        return { ...event, previousHash: before.runningHash }
      })
    },
    apply,
    async load() {
      heads.clear()
      let sequence = 0
      for (;;) {
        const steps = await store.eventfulAfter(sequence, PAGE)
        for (const step of steps) apply(step)
        sequence = steps.at(-1)?.lastSequence ?? sequence
        if (steps.length < PAGE) return
      }
    },
    gaps: () => [...gaps],
    all: () => heads,
  }
}
