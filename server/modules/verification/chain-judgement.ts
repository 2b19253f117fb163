import type { AnchorFact, ItemChainState, KeyFact, OwnershipFact } from '../../kernel/chain-facts.ts'
import { isoDate, isoTime } from '../../kernel/clock.ts'
import type { ItemEvidence, Source } from './evidence.ts'
import type { FindingCode } from './finding-texts.ts'
import { type FindingNote, note, type Outcome, worst } from './judgement.ts'
import type { VerdictKind } from './types.ts'

/** What the chain's facts amount to for an item whose certificate and proof hold. */
export function ofChain(
  evidence: ItemEvidence,
  record: FindingNote,
  state: ItemChainState,
  anchor: AnchorFact,
): Outcome {
  if (anchor.brandId !== evidence.brandChainId) {
    const brand = { brand: evidence.brandName }
    return {
      verdict: doubt(evidence.source),
      notes: [record, note('anchor', 'fail', 'anchored_by_other_brand', brand)],
    }
  }
  if (anchor.kind !== 'items' || anchor.leafCount !== evidence.leafCount) {
    return {
      verdict: 'unverifiable',
      notes: [record, note('anchor', 'unknown', 'anchor_of_other_shape')],
      damaged: true,
    }
  }
  const parts = [
    ofKey(evidence, state.key, anchor.anchoredAtUnix),
    ofAnchor(evidence, state, anchor),
    ofBit(state.revoked, 'revocation', 'revoked'),
    ofBit(state.recalled, 'recall', 'recalled'),
    ofOwnership(state.ownership),
  ]
  return {
    verdict: worst(parts.map((part) => part.verdict)),
    notes: [record, ...parts.flatMap((part) => part.notes)],
  }
}

/** The key must have been registered for the brand, and in force and not stolen, at the time of the anchor. */
function ofKey(evidence: ItemEvidence, key: KeyFact | null, anchoredAtUnix: number): Outcome {
  const fails = (verdict: VerdictKind, code: FindingCode): Outcome => ({
    verdict,
    notes: [note('signature', 'fail', code, { brand: evidence.brandName })],
  })
  if (key === null) return fails(doubt(evidence.source), 'key_not_on_chain')
  if (key.compromisedAtUnix !== null && anchoredAtUnix >= key.compromisedAtUnix)
    return fails('revoked', 'key_stolen_before_anchor')
  const inForce =
    anchoredAtUnix >= key.validFromUnix &&
    (key.validUntilUnix === null || anchoredAtUnix <= key.validUntilUnix)
  if (!inForce) return fails(doubt(evidence.source), 'key_not_in_force')
  return {
    verdict: 'verified',
    notes: [note('signature', 'pass', 'signed', { date: isoDate(key.validFromUnix * 1000) })],
  }
}

/** A negative fact counts from the block it was read at; `verified` waits until the anchor cannot be undone. */
function ofAnchor(evidence: ItemEvidence, state: ItemChainState, anchor: AnchorFact): Outcome {
  const values = {
    block: String(anchor.blockNumber),
    time: isoTime(anchor.anchoredAtUnix * 1000),
    count: String(anchor.confirmations),
  }
  if (state.brandSuspendedAtUnix !== null) {
    const suspended = { brand: evidence.brandName, date: isoDate(state.brandSuspendedAtUnix * 1000) }
    return { verdict: 'unverifiable', notes: [note('anchor', 'warn', 'brand_suspended', suspended)] }
  }
  if (!anchor.final)
    return { verdict: 'pending', notes: [note('anchor', 'warn', 'anchor_not_final', values)] }
  return { verdict: 'verified', notes: [note('anchor', 'pass', 'anchored', values)] }
}

function ofBit(set: boolean, check: 'revocation' | 'recall', verdict: 'revoked' | 'recalled'): Outcome {
  if (set) return { verdict, notes: [note(check, 'fail', verdict)] }
  return { verdict: 'verified', notes: [note(check, 'pass', `not_${verdict}`)] }
}

/** Whose an item is says nothing against it; that its owner or its brand reported it stolen does. */
function ofOwnership(state: OwnershipFact | null): Outcome {
  const of = (note: FindingNote, verdict: VerdictKind = 'verified'): Outcome => ({ verdict, notes: [note] })
  if (state === null) return of(note('ownership', 'unknown', 'ownership_not_read'))
  if (!state.claimed) return of(note('ownership', 'pass', 'unclaimed'))
  const date = (unix: number): { date: string } => ({ date: isoDate(unix * 1000) })
  const { stolen, recovery } = state
  if (stolen !== null) {
    const code = stolen.by === 'brand' ? 'reported_stolen_by_brand' : 'reported_stolen_by_owner'
    return of(note('ownership', 'fail', code, date(stolen.atUnix)), 'reported_stolen')
  }
  if (recovery !== null) return of(note('ownership', 'warn', 'recovery_pending', date(recovery.readyAtUnix)))
  return of(note('ownership', 'pass', 'claimed', date(state.claimedAtUnix)))
}

/** A contradiction shown from outside is a forgery; in our own records it only means that we cannot tell. */
function doubt(source: Source): VerdictKind {
  return source === 'presented' ? 'forged' : 'unverifiable'
}
