import type { ChainEvents } from '../kernel/chain-facts.ts'
import type { FollowerStore } from './follower.store.ts'
import { feedOf } from './follower-step.ts'

const FEED_LIMIT_MAX = 1_000

/** The public feed on the stored steps. */
export function eventFeed(store: FollowerStore, listeners: Set<() => void>): ChainEvents {
  return {
    async after(sequence, limit) {
      const wanted = Math.min(Math.max(limit, 1), FEED_LIMIT_MAX)
      const steps = await store.eventfulAfter(sequence, wanted)
      const entries = steps.flatMap(feedOf).filter((event) => event.sequence > sequence)
      return entries.slice(0, wanted)
    },
    onNews(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
