import { expect } from 'chai'
import type { Evidence } from '../../../server/modules/verification/evidence.ts'
import { SEVERITY } from '../../../server/modules/verification/judgement.ts'
import type { FindingCheck, FindingResult, VerdictKind } from '../../../server/modules/verification/types.ts'
import { VERDICTS } from '../../../server/modules/verification/types.ts'
import { judge } from '../../../server/modules/verification/verdict.ts'
import {
  ANCHORED_AT,
  anchorOf,
  itemOf,
  keyOf,
  noRecord,
  OTHER_BRAND,
  ownedBy,
  shown,
  stateOf,
} from './evidence-samples.ts'

/*
 * evidence
 * ├── the store does not answer ............................................ unverifiable
 * ├── asked by number or link
 * │   ├── no record (prefix known, unknown, link on a foreign host) ........ not_registered
 * │   └── record
 * │       ├── our copy does not hold ....................................... unverifiable, damaged
 * │       ├── no tree yet .................................................. pending
 * │       ├── chain not read ............................................... unverifiable
 * │       ├── anchor not at the block read ................................. pending
 * │       ├── anchored by another brand .................................... unverifiable
 * │       ├── anchor of another kind or leaf count ......................... unverifiable, damaged
 * │       ├── key unknown on chain, or not in force at the anchor .......... unverifiable
 * │       ├── key stolen at or before the anchor ........................... revoked
 * │       ├── brand suspended .............................................. unverifiable
 * │       ├── anchor not final ............................................. pending
 * │       ├── revoked (final or not, recalled or not) ...................... revoked
 * │       ├── recalled ..................................................... recalled
 * │       ├── link on a stranger's host, nothing worse ..................... unverifiable
 * │       └── nothing of these ............................................. verified
 * └── a certificate is shown
 *     ├── not one .......................................................... forged
 *     ├── issuer no brand here ............................................. not_registered
 *     ├── key not of that brand, signature wrong ........................... forged
 *     ├── signed, item never registered .................................... not_registered
 *     ├── differs from ours, and ours holds ................................ forged
 *     ├── differs from ours, and ours does not hold either ................. unverifiable, damaged
 *     ├── anchored by another brand, key unknown or not in force ........... forged
 *     └── else as above
 */

type Expected = {
  verdict: VerdictKind
  check?: FindingCheck
  result?: FindingResult
  code?: string
  damaged?: boolean
}
type Row = readonly [fact: string, evidence: Evidence, expected: Expected]

const stolenAt = (compromisedAtUnix: number) => stateOf({ key: keyOf({ compromisedAtUnix }) })

const ROWS: readonly Row[] = [
  [
    'a store that does not answer',
    { kind: 'store_unreadable' },
    { verdict: 'unverifiable', check: 'record', result: 'unknown' },
  ],
  ['a number without record or known prefix', noRecord(), { verdict: 'not_registered', code: 'no_record' }],
  [
    'a number with a known prefix',
    noRecord({ prefixBrandName: 'M' }),
    { verdict: 'not_registered', code: 'no_record_of_brand' },
  ],
  [
    'a link on a foreign host',
    noRecord({ foreignHost: 'evil.example' }),
    { verdict: 'not_registered', code: 'no_record_foreign_host' },
  ],
  [
    'a damaged copy',
    itemOf({ holds: false, storedHolds: false }),
    { verdict: 'unverifiable', code: 'copy_damaged', damaged: true },
  ],
  [
    'an item without a tree',
    itemOf({ leafCount: null }, null),
    { verdict: 'pending', check: 'anchor', result: 'unknown' },
  ],
  [
    'a chain that cannot be read',
    itemOf({}, null),
    { verdict: 'unverifiable', check: 'revocation', result: 'unknown', code: 'chain_unreachable' },
  ],
  [
    'an anchor that is not there',
    itemOf({}, stateOf({ anchor: null, key: null })),
    { verdict: 'pending', code: 'anchor_not_at_block' },
  ],
  [
    'another brand’s anchor',
    itemOf({}, stateOf({ anchor: anchorOf({ brandId: OTHER_BRAND }) })),
    { verdict: 'unverifiable', code: 'anchored_by_other_brand' },
  ],
  [
    'an anchor of decisions',
    itemOf({}, stateOf({ anchor: anchorOf({ kind: 'decisions' }) })),
    { verdict: 'unverifiable', damaged: true },
  ],
  [
    'an anchor of other size',
    itemOf({}, stateOf({ anchor: anchorOf({ leafCount: 9 }) })),
    { verdict: 'unverifiable', damaged: true },
  ],
  [
    'a key unknown on chain',
    itemOf({}, stateOf({ key: null })),
    { verdict: 'unverifiable', check: 'signature', result: 'fail' },
  ],
  [
    'a key in force a second after the anchor',
    itemOf({}, stateOf({ key: keyOf({ validFromUnix: ANCHORED_AT + 1 }) })),
    { verdict: 'unverifiable', code: 'key_not_in_force' },
  ],
  [
    'a key in force at the anchor',
    itemOf({}, stateOf({ key: keyOf({ validFromUnix: ANCHORED_AT }) })),
    { verdict: 'verified' },
  ],
  [
    'a key retired a second before the anchor',
    itemOf({}, stateOf({ key: keyOf({ validUntilUnix: ANCHORED_AT - 1 }) })),
    { verdict: 'unverifiable', code: 'key_not_in_force' },
  ],
  [
    'a key retired at the anchor',
    itemOf({}, stateOf({ key: keyOf({ validUntilUnix: ANCHORED_AT }) })),
    { verdict: 'verified' },
  ],
  [
    'a key stolen a second before the anchor',
    itemOf({}, stolenAt(ANCHORED_AT - 1)),
    { verdict: 'revoked', check: 'signature', result: 'fail' },
  ],
  [
    'a key stolen at the anchor',
    itemOf({}, stolenAt(ANCHORED_AT)),
    { verdict: 'revoked', code: 'key_stolen_before_anchor' },
  ],
  ['a key stolen a second after the anchor', itemOf({}, stolenAt(ANCHORED_AT + 1)), { verdict: 'verified' }],
  [
    'a suspended brand',
    itemOf({}, stateOf({ brandSuspendedAtUnix: ANCHORED_AT + 5 })),
    { verdict: 'unverifiable', code: 'brand_suspended' },
  ],
  [
    'an anchor that is not final',
    itemOf({}, stateOf({ anchor: anchorOf({ final: false }) })),
    { verdict: 'pending', check: 'anchor', result: 'warn' },
  ],
  [
    'a revoked item',
    itemOf({}, stateOf({ revoked: true })),
    { verdict: 'revoked', check: 'revocation', result: 'fail' },
  ],
  [
    'a revoked item under an anchor that is not final',
    itemOf({}, stateOf({ revoked: true, anchor: anchorOf({ final: false }) })),
    { verdict: 'revoked' },
  ],
  [
    'a revoked item of a suspended brand',
    itemOf({}, stateOf({ revoked: true, brandSuspendedAtUnix: 1 })),
    { verdict: 'revoked' },
  ],
  [
    'a revoked and recalled item',
    itemOf({}, stateOf({ revoked: true, recalled: true })),
    { verdict: 'revoked', check: 'recall', result: 'fail' },
  ],
  [
    'a recalled item',
    itemOf({}, stateOf({ recalled: true })),
    { verdict: 'recalled', check: 'recall', result: 'fail' },
  ],
  [
    'an item whose owner was not read',
    itemOf({}, stateOf({ ownership: null })),
    { verdict: 'verified', check: 'ownership', result: 'unknown' },
  ],
  [
    'a claimed item',
    itemOf({}, stateOf({ ownership: ownedBy() })),
    { verdict: 'verified', check: 'ownership', result: 'pass' },
  ],
  [
    'an item reported stolen by its owner',
    itemOf({}, stateOf({ ownership: ownedBy({ stolen: { atUnix: 5, by: 'owner' } }) })),
    { verdict: 'reported_stolen', code: 'reported_stolen_by_owner' },
  ],
  [
    'an item reported stolen by its brand, under an anchor that is not final',
    itemOf(
      {},
      stateOf({
        anchor: anchorOf({ final: false }),
        ownership: ownedBy({ stolen: { atUnix: 5, by: 'brand' } }),
      }),
    ),
    { verdict: 'reported_stolen', code: 'reported_stolen_by_brand' },
  ],
  [
    'a stolen item that is revoked',
    itemOf({}, stateOf({ revoked: true, ownership: ownedBy({ stolen: { atUnix: 5, by: 'brand' } }) })),
    { verdict: 'revoked', check: 'ownership', result: 'fail' },
  ],
  [
    'an item under recovery',
    itemOf(
      {},
      stateOf({ ownership: ownedBy({ recovery: { newOwner: `0x${'0f'.repeat(20)}`, readyAtUnix: 9 } }) }),
    ),
    { verdict: 'verified', check: 'ownership', result: 'warn' },
  ],
  ['an item with nothing against it', itemOf(), { verdict: 'verified', check: 'signature', result: 'pass' }],
  [
    'a registered number on a foreign host',
    itemOf({ foreignHost: 'evil.example' }),
    { verdict: 'unverifiable', check: 'record', result: 'warn' },
  ],
  [
    'a revoked number on a foreign host',
    itemOf({ foreignHost: 'evil.example' }, stateOf({ revoked: true })),
    { verdict: 'revoked', check: 'record', result: 'warn' },
  ],
  [
    'a number before its anchor on a foreign host',
    itemOf({ foreignHost: 'evil.example', leafCount: null }, null),
    { verdict: 'unverifiable', check: 'record', result: 'warn' },
  ],
  [
    'a text that is no certificate',
    { kind: 'certificate_unreadable', fault: 'high_s' },
    { verdict: 'forged', check: 'signature', result: 'fail' },
  ],
  [
    'an issuer that is no brand here',
    { kind: 'issuer_unknown', issuer: 'did:web:x.example' },
    { verdict: 'not_registered', code: 'issuer_unknown' },
  ],
  [
    'a key of another brand',
    { kind: 'key_not_of_brand', brandName: 'M' },
    { verdict: 'forged', code: 'key_not_of_brand' },
  ],
  [
    'a wrong signature',
    { kind: 'signature_wrong', brandName: 'M' },
    { verdict: 'forged', code: 'signature_wrong' },
  ],
  [
    'a signed certificate of no item',
    noRecord({ signedByBrand: true, prefixBrandName: 'M' }),
    { verdict: 'not_registered', code: 'signed_not_registered' },
  ],
  [
    'a shown certificate that is not ours',
    shown({ holds: false }),
    { verdict: 'forged', check: 'record', result: 'fail' },
  ],
  [
    'a shown certificate that is not ours, with the chain down',
    shown({ holds: false }, null),
    { verdict: 'forged' },
  ],
  [
    'a shown certificate beside a damaged copy',
    shown({ holds: false, storedHolds: false }),
    { verdict: 'unverifiable', damaged: true },
  ],
  [
    'a shown certificate that holds beside a damaged copy',
    shown({ storedHolds: false }),
    { verdict: 'verified' },
  ],
  [
    'a shown certificate under another brand’s anchor',
    shown({}, stateOf({ anchor: anchorOf({ brandId: OTHER_BRAND }) })),
    { verdict: 'forged', check: 'anchor', result: 'fail' },
  ],
  [
    'a shown certificate whose key is unknown on chain',
    shown({}, stateOf({ key: null })),
    { verdict: 'forged', code: 'key_not_on_chain' },
  ],
  [
    'a shown certificate whose key was not in force',
    shown({}, stateOf({ key: keyOf({ validUntilUnix: 0 }) })),
    { verdict: 'forged', code: 'key_not_in_force' },
  ],
  ['a shown certificate with a stolen key', shown({}, stolenAt(0)), { verdict: 'revoked' }],
  ['a shown certificate, chain down', shown({}, null), { verdict: 'unverifiable' }],
  ['a shown certificate before its anchor', shown({ leafCount: null }, null), { verdict: 'pending' }],
  ['a shown certificate with nothing against it', shown(), { verdict: 'verified' }],
]

describe('verdict', () => {
  for (const [fact, evidence, expected] of ROWS) {
    it(`calls ${fact} ${expected.verdict}`, () => {
      const judged = judge(evidence)
      expect(judged.verdict).to.equal(expected.verdict)
      expect(judged.damaged).to.equal(expected.damaged ?? false)
      const finding = judged.notes.find((n) =>
        expected.check ? n.check === expected.check : n.code === expected.code,
      )
      if (expected.check) expect(finding?.result).to.equal(expected.result)
      if (expected.code) expect(judged.notes.map((n) => n.code)).to.include(expected.code)
    })
  }

  it('gives one finding a check, in one order, for every evidence', () => {
    const order = [
      'record',
      'signature',
      'anchor',
      'revocation',
      'recall',
      'ownership',
      'scan_pattern',
      'tag',
    ]
    for (const [, evidence] of ROWS) expect(judge(evidence).notes.map((n) => n.check)).to.deep.equal(order)
  })

  it('ranks every verdict, with verified last', () => {
    expect([...SEVERITY].sort()).to.deep.equal([...VERDICTS].sort())
    expect(SEVERITY.at(-1)).to.equal('verified')
  })
})
