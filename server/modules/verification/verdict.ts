import { isoDate } from '../../kernel/clock.ts'
import { ofChain } from './chain-judgement.ts'
import type { Evidence, ItemEvidence, NoRecord } from './evidence.ts'
import type { FindingCode } from './finding-texts.ts'
import { type FindingNote, type Judgement, note, type Outcome, worst } from './judgement.ts'
import type { FindingCheck } from './types.ts'

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

/** What is said of a check that was not reached. Scans and tags are not looked at yet. */
const NOT_CHECKED: Readonly<Record<FindingCheck, FindingCode>> = {
  record: 'not_reached',
  signature: 'not_reached',
  anchor: 'not_reached',
  revocation: 'not_reached',
  recall: 'not_reached',
  ownership: 'ownership_not_read',
  scan_pattern: 'scan_pattern_not_scored',
  tag: 'tag_not_shown',
}

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
    notes: CHECKS.map(
      (check) => outcome.notes.find((n) => n.check === check) ?? note(check, 'unknown', NOT_CHECKED[check]),
    ),
    damaged: outcome.damaged ?? false,
  }
}

function ofNoItem(evidence: Exclude<Evidence, ItemEvidence>): Outcome {
  switch (evidence.kind) {
    case 'store_unreadable':
      return { verdict: 'unverifiable', notes: [note('record', 'unknown', 'store_unreadable')] }
    case 'certificate_unreadable':
      return {
        verdict: 'forged',
        notes: [note('signature', 'fail', 'certificate_unreadable', { fault: evidence.fault })],
      }
    case 'issuer_unknown':
      return {
        verdict: 'not_registered',
        notes: [note('record', 'fail', 'issuer_unknown', { issuer: evidence.issuer })],
      }
    case 'key_not_of_brand':
      return {
        verdict: 'forged',
        notes: [note('signature', 'fail', 'key_not_of_brand', { brand: evidence.brandName })],
      }
    case 'signature_wrong':
      return {
        verdict: 'forged',
        notes: [note('signature', 'fail', 'signature_wrong', { brand: evidence.brandName })],
      }
    case 'no_record':
      return ofNoRecord(evidence)
  }
}

function ofNoRecord(evidence: NoRecord): Outcome {
  if (evidence.signedByBrand) {
    const brand = { brand: evidence.prefixBrandName ?? '' }
    const notes = [
      note('record', 'fail', 'signed_not_registered', brand),
      note('signature', 'warn', 'signed_not_registered', brand),
    ]
    return { verdict: 'not_registered', notes }
  }
  if (evidence.foreignHost !== null) {
    return {
      verdict: 'not_registered',
      notes: [note('record', 'fail', 'no_record_foreign_host', { host: evidence.foreignHost })],
    }
  }
  const known = evidence.prefixBrandName
  if (known === null) return { verdict: 'not_registered', notes: [note('record', 'fail', 'no_record')] }
  return {
    verdict: 'not_registered',
    notes: [note('record', 'fail', 'no_record_of_brand', { brand: known })],
  }
}

function ofItem(evidence: ItemEvidence): Outcome {
  if (!evidence.holds) return ofFault(evidence)
  const record = ofRecord(evidence)
  if (evidence.leafCount === null) {
    return {
      verdict: 'pending',
      notes: [
        record,
        note('signature', 'unknown', 'key_not_read'),
        note('anchor', 'unknown', 'not_anchored_yet'),
      ],
    }
  }
  if (evidence.chain === null) return { verdict: 'unverifiable', notes: [record, ...CHAIN_NOT_READ] }
  const { at, state } = evidence.chain
  if (state.anchor === null) {
    const notes = [
      note('signature', 'unknown', 'key_not_read'),
      note('anchor', 'unknown', 'anchor_not_at_block', { block: String(at.blockNumber) }),
    ]
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
  if (evidence.foreignHost !== null)
    return note('record', 'warn', 'registered_foreign_host', { host: evidence.foreignHost })
  return note('record', 'pass', 'registered', {
    brand: evidence.brandName,
    date: isoDate(evidence.registeredAtMs),
  })
}

const CHAIN_NOT_READ: readonly FindingNote[] = [
  note('signature', 'unknown', 'key_not_read'),
  note('anchor', 'unknown', 'chain_unreachable'),
  note('revocation', 'unknown', 'chain_unreachable'),
  note('recall', 'unknown', 'chain_unreachable'),
]
