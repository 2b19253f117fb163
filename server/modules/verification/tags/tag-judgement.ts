import { isoDate } from '../../../kernel/clock.ts'
import type { FindingCode } from '../finding-texts.ts'
import { type FindingNote, type Judgement, note, worst } from '../judgement.ts'
import type { Assurance, VerdictKind } from '../types.ts'
import type { Seal } from './seal.ts'
import type { TagAdvice } from './tag-advice.ts'
import type { TagEvidence, TapEvidence } from './tag-evidence.ts'
import { SECOND_TAP_MS } from './taps.ts'

/** A judgement with what the chip adds to it. */
export type TagJudgement = Judgement & { readonly assurance: Assurance; readonly advice: TagAdvice | null }

/** What an outcome of the chip does: its finding, what it proves, and the verdict it leaves at best. */
type TagOutcome = {
  readonly note: FindingNote
  readonly assurance: Assurance
  readonly atBest: VerdictKind
  readonly advice: TagAdvice | null
}

/**
 * Adds the chip to what was judged of the label and its certificate. A chip never makes a certificate forged or an item
 * revoked, and never mends either: it can prove more of the object (`tag`), or show that the message is not a live one of
 * this item's chip; then nothing is said for the label that it came with, as for a label that leads to a stranger's site.
 */
export function withTag(
  judgement: Judgement,
  { tag, foreignHost }: { tag: TagEvidence | null; foreignHost: boolean },
): TagJudgement {
  if (tag === null) return { ...judgement, assurance: 'label', advice: null }
  const outcome = ofTag(tag)
  return {
    ...judgement,
    verdict: worst([judgement.verdict, outcome.atBest]),
    notes: judgement.notes.map((one) => (one.check === 'tag' ? outcome.note : one)),
    assurance: foreignHost ? 'label' : outcome.assurance,
    advice: foreignHost ? null : outcome.advice,
  }
}

function ofTag(tag: TagEvidence): TagOutcome {
  switch (tag.kind) {
    case 'unreadable':
      return label('unknown', 'tag_unreadable', 'tap')
    case 'not_bound':
      return label('unknown', 'tag_not_bound', null)
    case 'not_checked':
      return label('unknown', 'tag_not_checked', null)
    case 'reloaded':
      return label('warn', 'tag_reloaded', 'tap')
    case 'replayed':
      return against('tag_replayed', 'tap')
    case 'wrong':
      return against('tag_wrong', 'other_chip')
    case 'removed':
      return against('tag_removed', 'other_chip', { date: isoDate(tag.removedAtMs) })
    case 'tapped':
      return ofTap(tag)
  }
}

/** What a chip with a tamper loop says of it, where it is not closed. A chip without a loop has nothing to say. */
const SEAL_NOTES: Readonly<Record<Seal, FindingCode | null>> = {
  closed: null,
  opened: 'tag_seal_opened',
  open: 'tag_seal_open',
  not_switched_on: 'tag_seal_unset',
  not_there: 'tag_seal_unset',
  unreadable: 'tag_seal_unset',
}

function ofTap({ isSecond, seal }: TapEvidence): TagOutcome {
  const sealNote = seal === null ? null : SEAL_NOTES[seal]
  if (sealNote !== null) return label('warn', sealNote, 'seal')
  if (isSecond) {
    return { note: note('tag', 'pass', 'tag_answered'), assurance: 'tag', atBest: 'verified', advice: null }
  }
  return label('warn', 'tag_tap_again', 'tap_again', { seconds: String(SECOND_TAP_MS / 1000) })
}

/** Nothing more is proven than by the label, and nothing less. */
function label(
  result: 'warn' | 'unknown',
  code: FindingCode,
  advice: TagAdvice | null,
  values: Readonly<Record<string, string>> = {},
): TagOutcome {
  return { note: note('tag', result, code, values), assurance: 'label', atBest: 'verified', advice }
}

function against(
  code: FindingCode,
  advice: TagAdvice,
  values: Readonly<Record<string, string>> = {},
): TagOutcome {
  return { note: note('tag', 'fail', code, values), assurance: 'label', atBest: 'unverifiable', advice }
}
