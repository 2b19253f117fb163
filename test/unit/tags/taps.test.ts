import { expect } from 'chai'
import {
  GAP_SCORE_MARKED,
  gapScore,
  judgeTap,
  SECOND_TAP_MS,
  SECOND_TAP_READS_MAX,
} from '../../../server/modules/verification/tags/taps.ts'

const lastTap = { sessionHash: '0xaa', counter: 10, atMs: 1_000 }
const state = { counter: 10, lastTap }
const tap = (counter: number, atMs = 2_000, sessionHash: string | null = '0xaa') => ({
  counter,
  atMs,
  sessionHash,
})

describe('taps by a chip’s counter', () => {
  it('count from the first read on, whatever its number', () => {
    const none = { counter: -1, lastTap: null }
    for (const counter of [0, 1, 7])
      expect(judgeTap(none, tap(counter)), String(counter)).to.deep.include({
        kind: 'accepted',
        isSecond: false,
      })
  })

  it('are accepted above the highest counter, and nowhere else', () => {
    for (const [counter, kind] of [
      [0, 'replayed'],
      [9, 'replayed'],
      [10, 'replayed'],
      [11, 'accepted'],
      [16_777_215, 'accepted'],
    ] as const)
      expect(judgeTap(state, tap(counter, 2_000, null)).kind, String(counter)).to.equal(kind)
  })

  it('are the second of two just until the time is over, and just as far on as a phone may read', () => {
    const isSecond = (counter: number, atMs: number, session?: string | null) => {
      const outcome = judgeTap(state, tap(counter, atMs, session))
      return outcome.kind === 'accepted' && outcome.isSecond
    }
    const end = lastTap.atMs + SECOND_TAP_MS
    expect([end - 1, end, end + 1].map((atMs) => isSecond(11, atMs))).to.deep.equal([true, true, false])
    const most = lastTap.counter + SECOND_TAP_READS_MAX
    expect([most, most + 1].map((counter) => isSecond(counter, end))).to.deep.equal([true, false])
    expect([isSecond(11, end, '0xbb'), isSecond(11, end, null)]).to.deep.equal([false, false])
  })

  it('tell a page loaded again from a copied link: same session, same message, a quarter of an hour', () => {
    const end = lastTap.atMs + 15 * 60_000
    expect([end, end + 1].map((atMs) => judgeTap(state, tap(10, atMs)).kind)).to.deep.equal([
      'reloaded',
      'replayed',
    ])
    expect(judgeTap(state, tap(9)).kind).to.equal('replayed')
    expect(judgeTap(state, tap(10, 2_000, '0xbb')).kind).to.equal('replayed')
  })

  it('count the reads that came nowhere', () => {
    expect(judgeTap(state, tap(11))).to.deep.include({ missing: 0 })
    expect(judgeTap(state, tap(43))).to.deep.include({ missing: 32 })
  })

  it('score a gap by the odds against it', () => {
    expect(gapScore(0)).to.equal(-0)
    for (const missing of [1, 5, 30, 31, 47]) {
      // The tail of the geometric distribution, summed instead of taken to the power.
      let tail = 1
      for (let k = 0; k < missing; k++) tail -= 0.2 * 0.8 ** k
      expect(10 ** -gapScore(missing), String(missing)).to.be.closeTo(tail, 1e-12)
    }
    expect([30, 31].map((missing) => gapScore(missing) >= GAP_SCORE_MARKED)).to.deep.equal([false, true])
  })
})
