import { expect } from 'chai'
import { screen } from '../../../server/modules/screening/index.ts'
import { goldenListings, knowledge, sampleListings, type Wanted } from './knowledge.ts'

type Miss = {
  readonly name: string
  readonly expected: string
  readonly decided: string
  readonly score: number
}

function missesOf(listings: readonly Wanted[]): Miss[] {
  return listings
    .map((wanted) => ({ wanted, got: screen(wanted, knowledge, null) }))
    .filter(({ wanted, got }) => wanted.expected !== got.decision)
    .map(({ wanted, got }) => ({
      name: wanted.case,
      expected: wanted.expected,
      decided: got.decision,
      score: got.score,
    }))
}

describe('screening of recorded listings', () => {
  it('decides all twelve samples as a fair moderator would', () => {
    const samples = sampleListings()
    expect(samples).to.have.length(12)
    expect(missesOf(samples)).to.deep.equal([])
  })

  it('decides at least 98 in 100 of the golden listings as expected', () => {
    const golden = goldenListings()
    expect(golden.length).to.be.greaterThan(180)
    const misses = missesOf(golden)
    expect(misses.length, JSON.stringify(misses)).to.be.at.most(Math.floor(golden.length * 0.02))
  })

  it('refuses no honest listing and lets at most 2 in 100 plain copies in', () => {
    const all = [...goldenListings(), ...sampleListings()]
    const misses = missesOf(all)
    expect(misses.filter((miss) => miss.expected === 'approve' && miss.decided === 'reject')).to.deep.equal(
      [],
    )
    const copies = all.filter((wanted) => wanted.expected === 'reject').length
    const letIn = misses.filter((miss) => miss.expected === 'reject' && miss.decided === 'approve')
    expect(letIn.length, JSON.stringify(letIn)).to.be.at.most(Math.floor(copies * 0.02))
  })

  it('gives every signal a place in the text that holds what it says was found', () => {
    for (const wanted of goldenListings()) {
      for (const { evidence } of screen(wanted, knowledge, null).signals) {
        if (typeof evidence['start'] !== 'number') continue
        const source = evidence['field'] === 'title' ? wanted.title : wanted.description
        const slice = source.slice(evidence['start'], evidence['end'] as number)
        expect(slice.slice(0, 120), wanted.case).to.equal(evidence['text'])
        expect(slice, wanted.case).to.not.equal('')
      }
    }
  })
})
