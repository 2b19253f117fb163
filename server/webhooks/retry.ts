/**
 * Pauses after the first, second, … failed attempt: quick ones for a blip, then the spacing of Standard Webhooks 1.0
 * ("Deliverability and reliability"), about three days in all.
 */
export const RETRY_PAUSES_MS: readonly number[] = [
  2_000, 5_000, 10_000, 30_000, 120_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000,
  72_000_000, 86_400_000,
]
export const ATTEMPTS_MAX = RETRY_PAUSES_MS.length + 1

/** Part of a pause that is random, so that receivers that come back are not met by everything at once. */
const JITTER = 0.2

/** Attempts that must have failed in a row, and for how long, before an endpoint is disabled. */
export const DISABLE_FAILURES_MIN = 20
export const DISABLE_AFTER_MS = 5 * 24 * 60 * 60 * 1000

/** Gone (RFC 9110 section 15.5.11): the receiver asks for no more. */
export const STATUS_GONE = 410

/** When to try again after `attemptsDone` failed attempts, or null when the last was the last. `random` is in [0, 1). */
export function nextAttemptAt(nowMs: number, attemptsDone: number, random: number): number | null {
  const pauseMs = RETRY_PAUSES_MS[attemptsDone - 1]
  return pauseMs === undefined ? null : nowMs + Math.round(pauseMs * (1 + JITTER * random))
}

/** Any 2xx says that the receiver took the event over. */
export function isAccepted(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300
}
