import { assertNever } from '../../kernel/errors.ts'
import type { Decision, ListingStatus } from './types.ts'

/** The status that follows from a decision: a refusal of what was let in or held before is a takedown. */
export function statusAfter(previous: ListingStatus | null, decision: Decision): ListingStatus {
  switch (decision) {
    case 'approve':
      return 'live'
    case 'review':
      return 'in_review'
    case 'reject':
      return previous === null || previous === 'refused' ? 'refused' : 'taken_down'
    default:
      return assertNever(decision)
  }
}

const RECHECK_MIN_MS = 3_000
const RECHECK_MAX_MS = 60 * 60 * 1000

/** When to look again at what could not be decided: soon at first, then at a quarter of the time already waited. */
export function recheckAt(nowMs: number, createdAtMs: number): number {
  return nowMs + Math.min(RECHECK_MAX_MS, Math.max(RECHECK_MIN_MS, Math.floor((nowMs - createdAtMs) / 4)))
}
