import { expect } from 'chai'
import { type Attempt, drawAttempts, LAST, messageOf, SEED, type Sent } from '../support/attempts.ts'
import { tagFinding, tagsFixture } from './tags-fixture.ts'

/** Each costs a signed and stored verdict: by hand, `TAPS_OVER_HTTP=10000` sends as many as the unit test reads. */
const OVER_HTTP = Number(process.env['TAPS_OVER_HTTP'] ?? 200)
const AT_ONCE = 10

describe(`messages that a chip did not send just now, over HTTP, seed ${SEED}`, () => {
  let f: Awaited<ReturnType<typeof tagsFixture>>
  let sent: Sent

  before(async () => {
    f = await tagsFixture({ items: 4 })
    const chips = [
      await f.chip(0),
      await f.chip(1, { mode: 'lrp' }),
      await f.chip(2, { seal: 'CC' }),
      await f.chip(3, { mode: 'lrp', seal: 'CC' }),
    ]
    const used = chips.map((chip) => chip.read({ counter: LAST }))
    const fresh = chips.map((chip) => chip.read({ counter: LAST + 1 }))
    sent = { chips, used, fresh }
    for (const [i, chip] of chips.entries())
      expect(tagFinding(await f.tap(chip.key, used[i] ?? ''))[2]).to.equal('warn')
  })
  after(() => f.close())

  const attempt = async (one: Attempt): Promise<void> => {
    const sun = messageOf(one, sent)
    if (sun === '') return
    const answer = await f.tap(sent.chips[one.chip]!.key, sun)
    const [verdict, assurance, result] = tagFinding(answer)
    expect([answer.status, assurance, answer.json['tap']]).to.deep.equal([200, 'label', undefined])
    expect(verdict).to.be.oneOf(['verified', 'unverifiable'])
    // A message in part is no message: the label alone is judged then.
    expect(result).to.be.oneOf(verdict === 'verified' ? ['unknown'] : ['fail'])
  }

  it(`get the assurance of a chip in none of ${OVER_HTTP.toLocaleString('en')} cases`, async function () {
    this.timeout(0)
    const all = drawAttempts(OVER_HTTP)
    for (let i = 0; i < all.length; i += AT_ONCE) await Promise.all(all.slice(i, i + AT_ONCE).map(attempt))
    expect(f.errors).to.deep.equal([])
  })

  it('leave the chips as they were: their next message is accepted', async () => {
    for (const [i, chip] of sent.chips.entries())
      expect(tagFinding(await f.tap(chip.key, sent.fresh[i] ?? ''))[2]).to.equal('warn')
  })
})
