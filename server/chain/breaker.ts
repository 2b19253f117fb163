import type { Clock } from '../kernel/clock.ts'

/** Keeps calls from an endpoint that fails again and again, so that its failures cost nobody time. */
export type Breaker = {
  isOpen(): boolean
  good(): void
  bad(): void
}

const FAILURES_MIN = 3
const OPEN_MS = 250
const OPEN_MAX_MS = 5_000

/**
 * After three failures in a row the breaker is open for a quarter of a second, then for twice as long each time, up to
 * five seconds: whatever was asked after that finds out whether the endpoint is back.
 */
export function createBreaker(clock: Clock): Breaker {
  let failuresInARow = 0
  let openUntilMs = 0
  return {
    isOpen: () => clock.nowMs() < openUntilMs,
    good() {
      failuresInARow = 0
      openUntilMs = 0
    },
    bad() {
      // What was under way when the breaker opened says nothing new.
      if (clock.nowMs() < openUntilMs) return
      failuresInARow += 1
      const times = failuresInARow - FAILURES_MIN
      if (times >= 0) openUntilMs = clock.nowMs() + Math.min(OPEN_MS * 2 ** times, OPEN_MAX_MS)
    },
  }
}
