import { expect } from 'chai'
import { digitalLinkPath } from '../../server/kernel/gs1.ts'
import { SECOND_TAP_MS } from '../../server/modules/verification/tags/taps.ts'
import { verdictSchema } from '../../server/modules/verification/verification.schema.ts'
import { PUBLIC_URL } from '../unit/verification/world.ts'
import { sessionOf, tagFinding, tagsFixture, tapPath } from './tags-fixture.ts'

/*
 * A message of a chip, sent with a scan
 * ├── of the item's chip, new
 * │   ├── the first ……………………………………… warn, label, with a session
 * │   ├── a second, soon, same session …… pass, tag
 * │   └── a second, late or elsewhere ……… warn, label: it is a first again
 * ├── of the item's chip, used before …… fail, unverifiable; by the same browser: warn
 * ├── of another chip, or altered ………… fail, unverifiable, never forged
 * ├── of a chip taken off the item ………… fail, unverifiable
 * ├── in part …………………………………………………… unknown, the label's verdict
 * └── of an item without a chip ……………… unknown, the label's verdict
 */
describe('taps of a chip over HTTP', () => {
  let f: Awaited<ReturnType<typeof tagsFixture>>

  before(async () => {
    f = await tagsFixture({ items: 13 })
  })
  after(() => f.close())
  afterEach(() => expect(f.errors).to.deep.equal([]))

  for (const mode of ['aes', 'lrp'] as const) {
    it(`prove the chip with two in a row, not with one (${mode})`, async () => {
      const chip = await f.chip(mode === 'aes' ? 0 : 1, { mode })
      const first = await f.tap(chip.key, chip.read())
      expect(tagFinding(first)).to.deep.equal(['verified', 'label', 'warn'])
      verdictSchema.parse(first.json)
      const second = await f.tap(chip.key, chip.read(), sessionOf(first))
      expect(tagFinding(second)).to.deep.equal(['verified', 'tag', 'pass'])
      expect(second.json['advice']).to.include('where the brand puts it')
      expect(sessionOf(second)).to.equal(sessionOf(first))
      const kept = await f.call('GET', `/v1/verifications/${second.json['id']}`)
      expect(kept.json['assurance']).to.equal('tag')
      expect(kept.json).not.to.have.property('tap')
    })
  }

  it('do not prove the chip where the second comes late, from elsewhere, or far on', async () => {
    const chip = await f.chip(2)
    const first = sessionOf(await f.tap(chip.key, chip.read()))
    f.pass(SECOND_TAP_MS)
    const inTime = await f.tap(chip.key, chip.read(), first)
    expect(tagFinding(inTime)).to.deep.equal(['verified', 'tag', 'pass'])
    f.pass(SECOND_TAP_MS + 1)
    const late = await f.tap(chip.key, chip.read(), sessionOf(inTime))
    expect(tagFinding(late)).to.deep.equal(['verified', 'label', 'warn'])
    const elsewhere = await f.tap(chip.key, chip.read(), 'c29tZWJvZHkgZWxzZQ')
    expect(tagFinding(elsewhere)).to.deep.equal(['verified', 'label', 'warn'])
    const farOn = await f.tap(chip.key, chip.read({ counter: 11 }), sessionOf(elsewhere))
    expect(tagFinding(farOn)).to.deep.equal(['verified', 'label', 'warn'])
  })

  it('tell a copied link by its second tap: the same message again is a replay', async () => {
    const chip = await f.chip(3)
    const harvested = chip.read()
    const first = await f.tap(chip.key, harvested)
    expect(tagFinding(first)).to.deep.equal(['verified', 'label', 'warn'])
    const fake = await f.tap(chip.key, harvested)
    expect(tagFinding(fake)).to.deep.equal(['unverifiable', 'label', 'fail'])
    const again = await f.tap(chip.key, harvested, sessionOf(first))
    expect(tagFinding(again)).to.deep.equal(['verified', 'label', 'warn'])
    expect((again.json['findings'] as { detail: string }[]).at(-1)?.detail).to.include('loaded again')
    const trace = await f.tags.traces.of(chip.key)
    expect([trace.taps, trace.replays, trace.marks.map((m) => m.kind)]).to.deep.equal([1, 1, ['replay']])
  })

  it('spend every message collected earlier as soon as the chip is tapped again', async () => {
    const chip = await f.chip(4)
    const collected = Array.from({ length: 40 }, () => chip.read())
    expect(tagFinding(await f.tap(chip.key, chip.read()))[2]).to.equal('warn')
    for (const sun of collected) expect(tagFinding(await f.tap(chip.key, sun))[2]).to.equal('fail')
  })

  it('keep a gap in the counter as a mark, with how surprising it is', async () => {
    const chip = await f.chip(5)
    await f.tap(chip.key, chip.read())
    await f.tap(chip.key, chip.read({ counter: 50 }))
    const { marks } = await f.tags.traces.of(chip.key)
    expect(marks.map(({ kind, counter, missing }) => [kind, counter, missing])).to.deep.equal([
      ['gap', 50, 48],
    ])
    expect(marks[0]?.score).to.be.closeTo(48 * Math.log10(1.25), 1e-9)
  })

  it('never make an item forged by a wrong message: nothing is said for the label then', async () => {
    const chip = await f.chip(6)
    const other = await f.chip(7)
    const swapped = await f.tap(chip.key, other.read())
    expect(tagFinding(swapped)).to.deep.equal(['unverifiable', 'label', 'fail'])
    const part = await f.tap(chip.key, chip.read().slice(0, -1))
    expect(tagFinding(part)).to.deep.equal(['verified', 'label', 'unknown'])
    const chipless = await f.tap(f.keyAt(11), other.read())
    expect(tagFinding(chipless)).to.deep.equal(['verified', 'label', 'unknown'])
    expect((await f.tags.traces.of(chip.key)).wrongs).to.equal(1)
  })

  it('say what a seal says, and do not prove the chip where it is not closed', async () => {
    const chip = await f.chip(8, { seal: 'CC' })
    const closed = await f.tap(chip.key, chip.read())
    expect(tagFinding(await f.tap(chip.key, chip.read(), sessionOf(closed)))[1]).to.equal('tag')
    for (const [seal, words] of [
      ['OO', 'seal is open'],
      ['OC', 'was open once'],
      ['II', 'nothing of its seal'],
      ['NT', 'nothing of its seal'],
      ['XX', 'nothing of its seal'],
    ] as const) {
      const first = await f.tap(chip.key, chip.read({ seal, counter: nextCounter() }))
      const second = await f.tap(chip.key, chip.read({ seal, counter: nextCounter() }), sessionOf(first))
      expect(tagFinding(second), seal).to.deep.equal(['verified', 'label', 'warn'])
      expect((second.json['findings'] as { detail: string }[]).at(-1)?.detail).to.include(words)
    }
    const { marks } = await f.tags.traces.of(chip.key)
    expect(marks.filter((m) => m.kind === 'seal')).to.have.length(2)
  })

  let counter = 100
  function nextCounter(): number {
    counter += 1
    return counter
  }

  it('count by the item’s own link as well, in one browser, and not where a page is fetched ahead', async () => {
    const chip = await f.chip(9)
    const ahead = await f.call('GET', tapPath(chip.key, chip.read({ counter: 1 })), {
      headers: { accept: 'application/json', 'sec-purpose': 'prefetch' },
    })
    expect(tagFinding(ahead)).to.deep.equal(['verified', 'label', 'unknown'])
    const html = { accept: 'text/html' }
    const first = await f.call('GET', tapPath(chip.key, chip.read({ counter: 1 })), { headers: html })
    const cookie = first.headers.get('set-cookie') ?? ''
    expect(cookie).to.match(/^cachet_tap=[\w-]{22}; Path=\/01; HttpOnly; SameSite=Lax; Max-Age=900/)
    const headers = { ...html, cookie: `a=b; ${cookie.split(';')[0]}` }
    const second = await f.call('GET', tapPath(chip.key, chip.read({ counter: 2 })), { headers })
    expect(tagFinding(second)).to.deep.equal(['verified', 'tag', 'pass'])
    const reloaded = await f.call('GET', tapPath(chip.key, chip.read({ counter: 2 })), { headers })
    expect(tagFinding(reloaded)).to.deep.equal(['verified', 'label', 'warn'])
  })

  it('count nowhere where only the head of a page is asked for, however often', async () => {
    const chip = await f.chip(12)
    const path = tapPath(chip.key, chip.read({ counter: 1 }))
    for (const accept of ['text/html', 'application/json', 'text/html']) {
      const head = await f.call('HEAD', path, { headers: { accept } })
      expect([head.status, head.headers.get('cache-control'), head.headers.get('set-cookie')]).to.deep.equal([
        200,
        'no-store',
        null,
      ])
      expect(head.headers.get('content-type')).to.include(accept)
    }
    const scans = await f.scans()
    expect((await f.call('HEAD', `${digitalLinkPath(chip.key)}/verdict`)).status).to.equal(200)
    expect(await f.scans()).to.equal(scans)
    const [tag] = await f.store.ofItem(chip.key)
    expect([tag?.marks, tag?.counter]).to.deep.equal([[], -1])
    expect(tagFinding(await f.call('GET', path, { headers: { accept: 'text/html' } }))[2]).to.equal('warn')
    expect(await f.scans()).to.equal(scans + 1)
  })

  it('are read from the whole link of a tap, and from a message in one piece', async () => {
    const chip = await f.chip(10)
    const url = `${PUBLIC_URL}${digitalLinkPath(chip.key)}?${chip.read()}`
    const first = await f.call('POST', '/v1/verifications', { body: { url } })
    expect(tagFinding(first)[2]).to.equal('warn')
    const parts = new URLSearchParams(chip.read())
    const joined = `sun=${parts.get('picc_data')}${parts.get('cmac')}`
    expect(tagFinding(await f.tap(chip.key, joined, sessionOf(first)))).to.deep.equal([
      'verified',
      'tag',
      'pass',
    ])
  })

  it('lose their worth when the brand takes the chip off, and its counter when it comes back', async () => {
    const chip = await f.chip(11)
    const body = { reason: 'strap replaced' }
    const used = chip.read()
    await f.tap(chip.key, used)
    const path = `/v1/items/${chip.key.gtin}/${chip.key.serial}/tags`
    const key = 'ck_brand_MAISON'
    expect((await f.call('POST', `${path}/${chip.uid}/removals`, { key, body })).status).to.equal(200)
    expect(tagFinding(await f.tap(chip.key, chip.read()))).to.deep.equal(['unverifiable', 'label', 'fail'])
    await f.call('POST', path, { key, body: { uid: chip.uid, reason: 'strap put back' } })
    expect(tagFinding(await f.tap(chip.key, used))[2]).to.equal('fail')
    expect(tagFinding(await f.tap(chip.key, chip.read()))[2]).to.equal('warn')
  })
})
