import { CONTRADICTION_KINDS, POLICY, TEXT_KINDS, UNDERMINING_KINDS } from './policy.ts'
import type { Decision, Screening, Signal } from './types.ts'

/**
 * Signals to a decision. Three sums are kept apart: what the text itself gives away, what the item's record contradicts,
 * and circumstances. Circumstances are capped and alone lead to a person at most; proof of provenance weighs against
 * circumstances, never against the listing's own words.
 */
export function decide(signals: readonly Signal[]): Screening {
  const undermined = signals.some((signal) => UNDERMINING_KINDS.has(signal.kind))
  const counted = undermined ? signals.map((s) => ({ ...s, weight: Math.max(0, s.weight) })) : signals
  const ordered = [...counted].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
  const text = sum(ordered.filter((s) => TEXT_KINDS.has(s.kind)))
  const contradiction = Math.max(
    0,
    ...ordered.filter((s) => CONTRADICTION_KINDS.has(s.kind)).map((s) => s.weight),
  )
  const others = sum(ordered.filter((s) => !TEXT_KINDS.has(s.kind) && !CONTRADICTION_KINDS.has(s.kind)))
  const circumstances = Math.max(0, Math.min(POLICY.circumstancesMax, others))
  const total = text + contradiction + circumstances
  const refusable = contradiction >= POLICY.rejectMin || text >= POLICY.rejectTextMin
  const score = Math.min(refusable ? 100 : POLICY.rejectMin - 1, total)
  return { decision: decisionFor(score), score, signals: ordered }
}

function decisionFor(score: number): Decision {
  if (score >= POLICY.rejectMin) return 'reject'
  return score >= POLICY.reviewMin ? 'review' : 'approve'
}

function sum(signals: readonly Signal[]): number {
  return signals.reduce((total, signal) => total + signal.weight, 0)
}
