import { expect } from 'chai'
import { decide } from '../../../server/modules/screening/decide.ts'
import { type Signal, screen } from '../../../server/modules/screening/index.ts'
import { modelWords, priceSignal } from '../../../server/modules/screening/price.ts'
import { type Assessment, VERDICTS } from '../../../server/modules/verification/index.ts'
import { knowledge, listing } from './knowledge.ts'
import { assessment } from './memory.ts'

// decision = what the text gives away × what the record contradicts × circumstances
// ├── text alone              → at 35 a person, at 70 refused
// ├── contradiction           → refused, whatever else speaks for the seller
// ├── circumstances alone     → a person at most
// └── proof of provenance     → outweighs circumstances, never the text, and not where the proof itself is in doubt

const signal = (kind: string, weight: number): Signal => ({ kind, weight, detail: kind, evidence: {} })

describe('decisions', () => {
  const ROWS: readonly (readonly [string, readonly Signal[], string, number])[] = [
    ['nothing', [], 'approve', 0],
    ['text of 34', [signal('evasion', 34)], 'approve', 34],
    ['text of 35', [signal('evasion', 35)], 'review', 35],
    ['text of 69', [signal('evasion', 69)], 'review', 69],
    ['text of 70', [signal('evasion', 70)], 'reject', 70],
    [
      'text of 49 and circumstances of 60',
      [signal('evasion', 49), signal('price_too_low', 60)],
      'review',
      69,
    ],
    [
      'text of 50 and circumstances of 20',
      [signal('evasion', 50), signal('price_too_low', 20)],
      'reject',
      70,
    ],
    [
      'circumstances without end',
      [signal('price_too_low', 55), signal('origin_missing', 40), signal('double_listing', 45)],
      'review',
      60,
    ],
    ['a contradiction', [signal('item_revoked', 100)], 'reject', 100],
    [
      'a contradiction and a proof',
      [signal('item_recalled', 100), signal('item_verified', -30)],
      'reject',
      100,
    ],
    [
      'a proof against a low price',
      [signal('item_verified', -30), signal('price_too_low', 55)],
      'approve',
      25,
    ],
    ['a proof against the text', [signal('item_verified', -30), signal('evasion', 70)], 'reject', 70],
    [
      'a proof that another listing shows too',
      [signal('item_verified', -30), signal('double_listing', 45)],
      'review',
      45,
    ],
  ]
  for (const [what, signals, decision, score] of ROWS) {
    it(`are ${decision} at ${score} for ${what}`, () => {
      expect(decide(signals)).to.include({ decision, score })
    })
  }
})

describe('an item named in a listing', () => {
  const EXPECTED: Readonly<Record<(typeof VERDICTS)[number], string>> = {
    verified: 'approve',
    suspected_clone: 'reject',
    reported_stolen: 'reject',
    recalled: 'reject',
    revoked: 'reject',
    not_registered: 'reject',
    forged: 'reject',
    pending: 'review',
    unverifiable: 'review',
  }
  const decisionFor = (given: Assessment, prefixRegistered = true) =>
    screen(listing(), knowledge, { assessment: given, prefixRegistered, others: [] }).decision

  for (const verdict of VERDICTS) {
    it(`found ${verdict} is ${EXPECTED[verdict]}`, () => {
      expect(decisionFor(assessment(verdict, 'A1'))).to.equal(EXPECTED[verdict])
    })
  }

  it('of a brand that is not registered here speaks neither for nor against', () => {
    expect(decisionFor(assessment('not_registered', 'A1', { brand: null }), false)).to.equal('approve')
  })

  it('is looked at when the text names another model of the brand', () => {
    const other = assessment('verified', 'A1', {
      item: { ...assessment('verified', 'A1').item, model: 'Lunettes Azur' } as Assessment['item'],
    })
    expect(decisionFor(other)).to.equal('review')
  })

  it('is looked at when the text names another brand', () => {
    const other = assessment('verified', 'A1', { brand: { id: 'other.example', name: 'Other' } })
    expect(decisionFor(other)).to.equal('review')
  })

  it('is looked at when its link leads to another site', () => {
    const finding = { check: 'record', result: 'warn', detail: 'this link points at another site' } as const
    expect(decisionFor(assessment('verified', 'A1', { findings: [finding] }))).to.equal('review')
  })
})

describe('a price', () => {
  const models = modelWords([{ model: 'Montre Astrale', currency: 'EUR', lowest: '1000', highest: '1000' }])
  const weight = (amount: number, currency = 'EUR') =>
    priceSignal({ amount, currency }, models, models)?.weight ?? 0

  it('counts from a quarter and from two fifths of the least retail price down', () => {
    expect([249, 250, 399, 400, 1000, 5000].map((amount) => weight(amount))).to.deep.equal([
      55, 20, 20, 0, 0, 0,
    ])
  })

  it('in another currency is compared by reference rates with a tolerance for the seller', () => {
    expect([200, 210, 400].map((amount) => weight(amount, 'USD'))).to.deep.equal([55, 20, 0])
    const signal = priceSignal({ amount: 100, currency: 'USD' }, models, models)
    expect(signal?.evidence['ratesAsOf']).to.match(/^\d{4}-\d{2}-\d{2}$/)
  })

  it('in a currency without a known rate is not compared', () => {
    expect(weight(1, 'XAU')).to.equal(0)
  })

  it('of a model with a wide range is also compared with the usual price', () => {
    const wide = modelWords([{ model: 'Montre Astrale', currency: 'EUR', lowest: '290', highest: '12800' }])
    const of = (amount: number) => priceSignal({ amount, currency: 'EUR' }, wide, wide)?.weight ?? 0
    expect([72, 150, 173, 175, 240].map(of)).to.deep.equal([55, 45, 45, 0, 0])
  })
})
