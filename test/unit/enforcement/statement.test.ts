import { expect } from 'chai'
import { GROUNDS } from '../../../server/modules/enforcement/grounds.ts'
import type { GroundId } from '../../../server/modules/enforcement/index.ts'
import { type StatementOfReasons, statementFaults } from '../../../server/modules/enforcement/index.ts'
import { statementFor } from '../../../server/modules/enforcement/reasons.ts'

const AT = Date.UTC(2026, 10, 23, 10)

function statement(ground: GroundId, measure: 'refused' | 'taken_down' = 'taken_down'): StatementOfReasons {
  const signals = [
    {
      kind: 'replica_vocabulary',
      weight: 60,
      detail: 'The text speaks of a copy: “replica”.',
      evidence: { text: '+86 130 secret' },
    },
    { kind: 'brand_mention', weight: 0, detail: 'The listing names Maison Exemple.', evidence: {} },
  ]
  const cause = { kind: 'submitted' } as const
  const listing = {
    signals,
    score: 90,
    createdAtMs: AT,
    decidedAtMs: AT + 86_400_000,
    itemKey: '09521234001003/A1',
    cause,
  }
  return statementFor({ caseId: 'cas_1', listing, measure, ground, notifiedBy: 'Maison Exemple' })
}

describe('statement of reasons', () => {
  for (const ground of Object.keys(GROUNDS) as GroundId[]) {
    it(`for ${ground} would be taken by the transparency database`, () => {
      expect(statementFaults(statement(ground))).to.deep.equal([])
      expect(statementFaults(statement(ground, 'refused'))).to.deep.equal([])
    })
  }

  it('says what was done, when, by whom and on what facts', () => {
    const taken = statement('item_revoked')
    expect(taken).to.include({
      content_date: '2026-11-23',
      application_date: '2026-11-24',
      automated_detection: 'Yes',
      automated_decision: 'AUTOMATED_DECISION_FULLY',
      source_type: 'SOURCE_TYPE_OTHER_NOTIFICATION',
      source_identity: 'Maison Exemple',
      puid: 'cas_1',
    })
    expect(taken.content_id).to.deep.equal({ 'EAN-13': '9521234001003' })
    expect(taken.decision_visibility).to.deep.equal(['DECISION_VISIBILITY_CONTENT_REMOVED'])
    expect(statement('item_revoked', 'refused').decision_visibility).to.deep.equal([
      'DECISION_VISIBILITY_CONTENT_DISABLED',
    ])
    expect(taken.decision_facts).to.include('“replica”').and.not.include('names Maison')
  })

  it('repeats nothing that a seller wrote', () => {
    for (const ground of Object.keys(GROUNDS) as GroundId[])
      expect(JSON.stringify(statement(ground))).to.not.include('secret')
  })

  const valid = statement('counterfeit_offer') as unknown as Record<string, unknown>
  const WRONG: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['no decision', { decision_visibility: undefined }, 'decision_visibility'],
    ['an unknown visibility', { decision_visibility: ['DECISION_VISIBILITY_GONE'] }, 'decision_visibility'],
    [
      'a visibility that is no list',
      { decision_visibility: 'DECISION_VISIBILITY_CONTENT_REMOVED' },
      'decision_visibility',
    ],
    [
      'another visibility unexplained',
      { decision_visibility: ['DECISION_VISIBILITY_OTHER'] },
      'decision_visibility_other',
    ],
    ['an unknown account decision', { decision_account: 'DECISION_ACCOUNT_PAUSED' }, 'decision_account'],
    ['an unknown monetary decision', { decision_monetary: 'FINE' }, 'decision_monetary'],
    ['an unknown provision decision', { decision_provision: 'STOP' }, 'decision_provision'],
    ['no ground', { decision_ground: undefined }, 'decision_ground'],
    ['no legal ground', { illegal_content_legal_ground: undefined }, 'illegal_content_legal_ground'],
    [
      'a legal ground of 501 characters',
      { illegal_content_legal_ground: 'x'.repeat(501) },
      'illegal_content_legal_ground',
    ],
    [
      'an explanation of 2,001 characters',
      { illegal_content_explanation: 'x'.repeat(2001) },
      'illegal_content_explanation',
    ],
    [
      'the fields of the other ground',
      { incompatible_content_ground: 'terms' },
      'incompatible_content_ground',
    ],
    [
      'an incompatible ground without its fields',
      { decision_ground: 'DECISION_GROUND_INCOMPATIBLE_CONTENT' },
      'incompatible_content_ground',
    ],
    ['another content type', { content_type: ['CONTENT_TYPE_FURNITURE'] }, 'content_type'],
    ['an empty content type', { content_type: [] }, 'content_type'],
    ['an unknown category', { category: 'FAKES' }, 'category'],
    ['an unknown keyword', { category_specification: ['KEYWORD_FAKES'] }, 'category_specification'],
    ['a date with a time', { content_date: '2026-11-23T10:00:00Z' }, 'content_date'],
    ['a date that does not exist', { application_date: '2026-02-30' }, 'application_date'],
    ['no facts', { decision_facts: '' }, 'decision_facts'],
    ['facts of 5,001 characters', { decision_facts: 'x'.repeat(5001) }, 'decision_facts'],
    ['an unknown source', { source_type: 'SOURCE_RUMOUR' }, 'source_type'],
    ['a notifier of an own investigation', { source_identity: 'somebody' }, 'source_identity'],
    ['automation as a boolean', { automated_detection: true }, 'automated_detection'],
    ['an unknown automation', { automated_decision: 'FULLY' }, 'automated_decision'],
    ['an EAN of 14 digits', { content_id: { 'EAN-13': '09521234001003' } }, 'content_id'],
    ['a puid with a blank', { puid: 'cas 1' }, 'puid'],
    ['a puid of 501 characters', { puid: 'x'.repeat(501) }, 'puid'],
  ]
  for (const [what, change, field] of WRONG) {
    it(`is refused with ${what}`, () => {
      const faults = statementFaults({ ...valid, ...change })
      expect(faults.map((fault) => fault.split(':')[0])).to.include(field)
    })
  }

  it('is taken with texts of the greatest length', () => {
    const longest = {
      illegal_content_legal_ground: 'x'.repeat(500),
      illegal_content_explanation: 'x'.repeat(2000),
      decision_facts: 'x'.repeat(5000),
      puid: 'x'.repeat(500),
    }
    expect(statementFaults({ ...valid, ...longest })).to.deep.equal([])
  })
})
