import { isoDate } from '../../kernel/clock.ts'
import type { Listing } from '../screening/index.ts'
import { GROUNDS } from './grounds.ts'
import type { StatementOfReasons } from './statement.ts'
import type { GroundId, Measure } from './types.ts'

const FACTS_CHARACTERS_MAX = 5_000

/** Everything a statement of reasons is made of. Nothing in it is the seller's text or about a person. */
export type ReasonsInput = {
  readonly caseId: string
  readonly listing: Pick<Listing, 'signals' | 'score' | 'createdAtMs' | 'decidedAtMs' | 'itemKey' | 'cause'>
  readonly measure: Measure
  readonly ground: GroundId
  /** Name of the brand whose statement on chain led to this, where it did. */
  readonly notifiedBy: string | null
}

/** The statement of reasons of an automatic decision. Pure. */
export function statementFor({
  caseId,
  listing,
  measure,
  ground,
  notifiedBy,
}: ReasonsInput): StatementOfReasons {
  const { category, keyword, illegal, clause, explanation, source } = GROUNDS[ground]
  const notified = source !== 'SOURCE_VOLUNTARY' && notifiedBy !== null
  const ean = eanOf(listing.itemKey)
  return {
    decision_visibility: [
      measure === 'taken_down'
        ? 'DECISION_VISIBILITY_CONTENT_REMOVED'
        : 'DECISION_VISIBILITY_CONTENT_DISABLED',
    ],
    ...(illegal
      ? {
          decision_ground: 'DECISION_GROUND_ILLEGAL_CONTENT' as const,
          illegal_content_legal_ground: clause,
          illegal_content_explanation: explanation,
        }
      : {
          decision_ground: 'DECISION_GROUND_INCOMPATIBLE_CONTENT' as const,
          incompatible_content_ground: clause,
          incompatible_content_explanation: explanation,
          incompatible_content_illegal: 'No' as const,
        }),
    content_type: ['CONTENT_TYPE_PRODUCT'],
    category,
    category_specification: keyword,
    content_date: isoDate(listing.createdAtMs),
    application_date: isoDate(listing.decidedAtMs),
    decision_facts: factsOf(listing, measure).slice(0, FACTS_CHARACTERS_MAX),
    source_type: source === 'SOURCE_VOLUNTARY' || notified ? source : 'SOURCE_VOLUNTARY',
    ...(notified ? { source_identity: notifiedBy } : {}),
    automated_detection: 'Yes',
    automated_decision: 'AUTOMATED_DECISION_FULLY',
    ...(ean === null ? {} : { content_id: { 'EAN-13': ean } }),
    puid: caseId,
  }
}

function factsOf({ signals, score, cause }: ReasonsInput['listing'], measure: Measure): string {
  const counted = signals.filter((signal) => signal.weight > 0)
  const act = measure === 'taken_down' ? 'The listing was removed' : 'The listing was not published'
  const occasion =
    cause.kind === 'chain_event'
      ? ` after the brand's record of the item changed (${cause.event}, ${cause.change})`
      : ' when it was screened'
  const reasons = counted.map((signal) => `- ${signal.detail} (${signal.kind}, ${signal.weight} points)`)
  return [`${act}${occasion}, by rule, with a score of ${score} of 100. What counted:`, ...reasons].join('\n')
}

/** A GTIN-14 that stands for a single unit (indicator 0) is its EAN-13 with a zero in front. */
function eanOf(itemKey: string | null): string | null {
  const gtin = itemKey?.split('/')[0] ?? ''
  return /^0\d{13}$/.test(gtin) ? gtin.slice(1) : null
}
