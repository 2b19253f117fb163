import { isoDate, isoTime } from '../../kernel/clock.ts'
import type { AnchorFact, ItemChainState, KeyFact } from '../../kernel/chain-facts.ts'
import type { Evidence, ItemEvidence, NoRecord, Source } from './evidence.ts'
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
export type Judgement = { readonly verdict: VerdictKind; readonly notes: readonly FindingNote[]; readonly damaged: boolean }

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

const CHECKS: readonly FindingCheck[] = [
  'record',
  'signature',
  'anchor',
  'revocation',
  'recall',
  'ownership',
  'scan_pattern',
  'tag',
]

/** What is said of a check that was not reached. Ownership, scans and tags are not looked at yet. */
const NOT_CHECKED: Readonly<Record<FindingCheck, FindingCode>> = {
  record: 'not_reached',
  signature: 'not_reached',
  anchor: 'not_reached',
  revocation: 'not_reached',
  recall: 'not_reached',
  ownership: 'ownership_not_kept',
  scan_pattern: 'scan_pattern_not_scored',
  tag: 'tag_not_shown',
}

type Outcome = { readonly verdict: VerdictKind; readonly notes: readonly FindingNote[]; readonly damaged?: boolean }

/**
 * Judges evidence. Total: every evidence has a verdict. Pure: the same evidence has the same verdict, at any time.
 *
 * A registered number on a label that leads to a stranger's site is not the label that was registered, so that nothing
 * is said for it; what the brand said against the item stands.
 */
export function judge(evidence: Evidence): Judgement {
  const outcome = evidence.kind === 'item' ? ofItem(evidence) : ofNoItem(evidence)
  const otherLabel = evidence.kind === 'item' && evidence.foreignHost !== null
  return {
    verdict: otherLabel ? worst([outcome.verdict, 'unverifiable']) : outcome.verdict,
    notes: CHECKS.map((check) => outcome.notes.find((n) => n.check === check) ?? note(check, 'unknown', NOT_CHECKED[check])),
    damaged: outcome.damaged ?? false,
  }
}

function ofNoItem(evidence: Exclude<Evidence, ItemEvidence>): Outcome {
  switch (evidence.kind) {
    case 'store_unreadable':
      return { verdict: 'unverifiable', notes: [note('record', 'unknown', 'store_unreadable')] }
    case 'certificate_unreadable':
      return { verdict: 'forged', notes: [note('signature', 'fail', 'certificate_unreadable', { fault: evidence.fault })] }
    case 'issuer_unknown':
      return { verdict: 'not_registered', notes: [note('record', 'fail', 'issuer_unknown', { issuer: evidence.issuer })] }
    case 'key_not_of_brand':
      return { verdict: 'forged', notes: [note('signature', 'fail', 'key_not_of_brand', { brand: evidence.brandName })] }
    case 'signature_wrong':
      return { verdict: 'forged', notes: [note('signature', 'fail', 'signature_wrong', { brand: evidence.brandName })] }
    case 'no_record':
      return ofNoRecord(evidence)
  }
}

function ofNoRecord(evidence: NoRecord): Outcome {
  if (evidence.signedByBrand) {
    const brand = { brand: evidence.prefixBrandName ?? '' }
    const notes = [note('record', 'fail', 'signed_not_registered', brand), note('signature', 'warn', 'signed_not_registered', brand)]
    return { verdict: 'not_registered', notes }
  }
  if (evidence.foreignHost !== null) {
    return { verdict: 'not_registered', notes: [note('record', 'fail', 'no_record_foreign_host', { host: evidence.foreignHost })] }
  }
  const known = evidence.prefixBrandName
  if (known === null) return { verdict: 'not_registered', notes: [note('record', 'fail', 'no_record')] }
  return { verdict: 'not_registered', notes: [note('record', 'fail', 'no_record_of_brand', { brand: known })] }
}

function ofItem(evidence: ItemEvidence): Outcome {
  if (!evidence.holds) return ofFault(evidence)
  const record = ofRecord(evidence)
  if (evidence.leafCount === null) {
    return { verdict: 'pending', notes: [record, note('signature', 'unknown', 'key_not_read'), note('anchor', 'unknown', 'not_anchored_yet')] }
  }
  if (evidence.chain === null) return { verdict: 'unverifiable', notes: [record, ...CHAIN_NOT_READ] }
  const { at, state } = evidence.chain
  if (state.anchor === null) {
    const notes = [note('signature', 'unknown', 'key_not_read'), note('anchor', 'unknown', 'anchor_not_at_block', { block: String(at.blockNumber) })]
    return { verdict: 'pending', notes: [record, ...notes] }
  }
  return ofChain(evidence, record, state, state.anchor)
}

/** A certificate that does not hold: ours is damaged, theirs is forged, unless ours is damaged too and cannot tell. */
function ofFault(evidence: ItemEvidence): Outcome {
  if (evidence.source === 'presented' && evidence.storedHolds) {
    const notes = [note('record', 'fail', 'bytes_differ', { brand: evidence.brandName })]
    return { verdict: 'forged', notes }
  }
  return { verdict: 'unverifiable', notes: [note('record', 'unknown', 'copy_damaged')], damaged: true }
}

function ofRecord(evidence: ItemEvidence): FindingNote {
  if (evidence.foreignHost !== null) return note('record', 'warn', 'registered_foreign_host', { host: evidence.foreignHost })
  return note('record', 'pass', 'registered', { brand: evidence.brandName, date: isoDate(evidence.registeredAtMs) })
}

const CHAIN_NOT_READ: readonly FindingNote[] = [
  note('signature', 'unknown', 'key_not_read'),
  note('anchor', 'unknown', 'chain_unreachable'),
  note('revocation', 'unknown', 'chain_unreachable'),
  note('recall', 'unknown', 'chain_unreachable'),
]

function ofChain(evidence: ItemEvidence, record: FindingNote, state: ItemChainState, anchor: AnchorFact): Outcome {
  if (anchor.brandId !== evidence.brandChainId) {
    const brand = { brand: evidence.brandName }
    return { verdict: doubt(evidence.source), notes: [record, note('anchor', 'fail', 'anchored_by_other_brand', brand)] }
  }
  if (anchor.kind !== 'items' || anchor.leafCount !== evidence.leafCount) {
    return { verdict: 'unverifiable', notes: [record, note('anchor', 'unknown', 'anchor_of_other_shape')], damaged: true }
  }
  const parts = [
    ofKey(evidence, state.key, anchor.anchoredAtUnix),
    ofAnchor(evidence, state, anchor),
    ofBit(state.revoked, 'revocation', 'revoked'),
    ofBit(state.recalled, 'recall', 'recalled'),
  ]
  return { verdict: worst(parts.map((part) => part.verdict)), notes: [record, ...parts.flatMap((part) => part.notes)] }
}

function worst(verdicts: readonly VerdictKind[]): VerdictKind {
  return SEVERITY.find((kind) => verdicts.includes(kind)) ?? 'unverifiable'
}

/** The key must have been registered for the brand, and in force and not stolen, at the time of the anchor. */
function ofKey(evidence: ItemEvidence, key: KeyFact | null, anchoredAtUnix: number): Outcome {
  const fails = (verdict: VerdictKind, code: FindingCode): Outcome => ({
    verdict,
    notes: [note('signature', 'fail', code, { brand: evidence.brandName })],
  })
  if (key === null) return fails(doubt(evidence.source), 'key_not_on_chain')
  if (key.compromisedAtUnix !== null && anchoredAtUnix >= key.compromisedAtUnix) return fails('revoked', 'key_stolen_before_anchor')
  const inForce = anchoredAtUnix >= key.validFromUnix && (key.validUntilUnix === null || anchoredAtUnix <= key.validUntilUnix)
  if (!inForce) return fails(doubt(evidence.source), 'key_not_in_force')
  return { verdict: 'verified', notes: [note('signature', 'pass', 'signed', { date: isoDate(key.validFromUnix * 1000) })] }
}

/** A negative fact counts from the block it was read at; `verified` waits until the anchor cannot be undone. */
function ofAnchor(evidence: ItemEvidence, state: ItemChainState, anchor: AnchorFact): Outcome {
  const values = { block: String(anchor.blockNumber), time: isoTime(anchor.anchoredAtUnix * 1000), count: String(anchor.confirmations) }
  if (state.brandSuspendedAtUnix !== null) {
    const suspended = { brand: evidence.brandName, date: isoDate(state.brandSuspendedAtUnix * 1000) }
    return { verdict: 'unverifiable', notes: [note('anchor', 'warn', 'brand_suspended', suspended)] }
  }
  if (!anchor.final) return { verdict: 'pending', notes: [note('anchor', 'warn', 'anchor_not_final', values)] }
  return { verdict: 'verified', notes: [note('anchor', 'pass', 'anchored', values)] }
}

function ofBit(set: boolean, check: 'revocation' | 'recall', verdict: 'revoked' | 'recalled'): Outcome {
  if (set) return { verdict, notes: [note(check, 'fail', verdict)] }
  return { verdict: 'verified', notes: [note(check, 'pass', `not_${verdict}`)] }
}

/** A contradiction shown from outside is a forgery; in our own records it only means that we cannot tell. */
function doubt(source: Source): VerdictKind {
  return source === 'presented' ? 'forged' : 'unverifiable'
}

function note(
  check: FindingCheck,
  result: FindingResult,
  code: FindingCode,
  values: Readonly<Record<string, string>> = {},
): FindingNote {
  return { check, result, code, values }
}
