import type { FindingCode } from './finding-texts.ts'
import type { FindingCheck, FindingResult, VerdictKind } from './types.ts'

/** A finding before it is put into words: its text by code, and the values that go into the text. */
export type FindingNote = {
  readonly check: FindingCheck
  readonly result: FindingResult
  readonly code: FindingCode
  readonly values: Readonly<Record<string, string>>
}

/** What evidence amounts to. `damaged` says that our own copy of a record is broken, so that somebody must act. */
export type Judgement = {
  readonly verdict: VerdictKind
  readonly notes: readonly FindingNote[]
  readonly damaged: boolean
}

/**
 * What outranks what when several hold at once, worst first. Proof of forgery and what a brand said against its item
 * stand whatever else is open; after those, not being able to check outranks waiting, and only what nothing speaks
 * against is `verified`.
 */
export const SEVERITY: readonly VerdictKind[] = [
  'forged',
  'not_registered',
  'revoked',
  'reported_stolen',
  'recalled',
  'suspected_clone',
  'unverifiable',
  'pending',
  'verified',
]

/** What one part of the evidence amounts to. */
export type Outcome = {
  readonly verdict: VerdictKind
  readonly notes: readonly FindingNote[]
  readonly damaged?: boolean
}

/** The worst of several verdicts, by `SEVERITY`. */
export function worst(verdicts: readonly VerdictKind[]): VerdictKind {
  return SEVERITY.find((kind) => verdicts.includes(kind)) ?? 'unverifiable'
}

export function note(
  check: FindingCheck,
  result: FindingResult,
  code: FindingCode,
  values: Readonly<Record<string, string>> = {},
): FindingNote {
  return { check, result, code, values }
}
