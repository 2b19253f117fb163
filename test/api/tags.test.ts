import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { runCli } from '../../server/cli/cli.ts'
import { digitalLinkPath } from '../../server/kernel/gs1.ts'
import { randomUid } from '../support/chips.ts'
import { PUBLIC_URL } from '../unit/verification/world.ts'
import {
  BRAND,
  itemPath,
  MARKET,
  OTHER_BRAND,
  sessionOf,
  tagFinding,
  tagsFixture,
  tapPath,
} from './tags-fixture.ts'

/*
 * POST /v1/items/{gtin}/{serial}/tags            the item's brand only · once · not a chip that is elsewhere · replaces
 * POST …/tags/{uid}/removals                     audited · 404 where it is not there
 * POST …/tags/{uid}/encodings                    keys until the first tap · each time is kept · 410 after it
 * GET  …/tags · GET /v1/tags                     the brand's own · pages
 * POST /v1/tags                                  a CSV: all or nothing, faults by line and field
 * POST /v1/tag-keys                              a key the brand brings · none that is no secret
 */
describe('chips of a brand over HTTP', () => {
  let f: Awaited<ReturnType<typeof tagsFixture>>

  before(async () => {
    f = await tagsFixture({ items: 40 })
  })
  after(() => f.close())
  afterEach(() => expect(f.errors).to.deep.equal([]))

  const post = (path: string, body: unknown, key: string | undefined = BRAND) =>
    f.call('POST', path, { body, ...(key ? { key } : {}) })
  const code = ({ status, json }: { status: number; json: Record<string, unknown> }) => [status, json['code']]
  const history = (json: Record<string, unknown>) =>
    (json['history'] as { action: string; by: string; reason: string }[]).map(({ action, by, reason }) => [
      action,
      by,
      reason,
    ])

  it('are bound by the item’s brand alone, once, with who and why', async () => {
    const path = itemPath(f.keyAt(0))
    const uid = randomUid()
    const body = { uid: uid.toLowerCase(), reason: 'workshop 4, order 77' }
    expect(code(await post(path, body, ''))).to.deep.equal([401, 'request.unauthenticated'])
    expect(code(await post(path, body, MARKET))).to.deep.equal([403, 'request.forbidden'])
    expect(code(await post(path, body, OTHER_BRAND))).to.deep.equal([404, 'item.not_found'])
    const bound = await post(path, body)
    expect([bound.status, bound.json['uid'], bound.json['status'], bound.json['counter']]).to.deep.equal([
      201,
      uid,
      'bound',
      -1,
    ])
    const again = await post(path, { ...body, reason: 'sent twice' })
    expect(again.json).to.deep.equal(bound.json)
    expect(history(again.json)).to.deep.equal([['bound', 'brand:maison-exemple.com', 'workshop 4, order 77']])
    expect(code(await post(itemPath(f.keyAt(1)), body))).to.deep.equal([409, 'tag.already_bound'])
  })

  it('are refused with the fault named where the request is wrong', async () => {
    const path = itemPath(f.keyAt(2))
    for (const [body, pointer] of [
      [{ uid: '05112233445566', reason: 'x' }, '/uid'],
      [{ uid: '0411223344556', reason: 'x' }, '/uid'],
      [{ uid: randomUid() }, '/reason'],
      [{ uid: randomUid(), reason: '  ' }, '/reason'],
      [{ uid: randomUid(), reason: 'x', mode: 'des' }, '/mode'],
    ] as const) {
      const { status, json } = await post(path, body)
      expect([status, (json['errors'] as { pointer: string }[])[0]?.pointer]).to.deep.equal([400, pointer])
    }
  })

  it('are replaced in one request, and both changes are kept', async () => {
    const old = await f.chip(3)
    const path = itemPath(old.key)
    const uid = randomUid()
    const order = { uid, replaces: old.uid, reason: 'chip broken in repair' }
    expect(code(await post(path, { ...order, replaces: randomUid() }))).to.deep.equal([404, 'tag.not_found'])
    expect((await post(path, order)).status).to.equal(201)
    expect((await post(path, order)).status).to.equal(201)
    const { json } = await f.call('GET', path, { key: BRAND })
    const found = json['data'] as Record<string, unknown>[]
    expect(found.map((tag) => [tag['uid'], tag['status']])).to.deep.equal([
      [uid, 'bound'],
      [old.uid, 'removed'],
    ])
    expect(history(found[1] ?? {}).at(-1)).to.deep.equal([
      'replaced',
      'brand:maison-exemple.com',
      'chip broken in repair',
    ])
    expect(tagFinding(await f.tap(old.key, old.read()))).to.deep.equal(['unverifiable', 'label', 'fail'])
  })

  it('are taken off with a reason, once', async () => {
    const chip = await f.chip(4)
    const path = `${itemPath(chip.key)}/${chip.uid}/removals`
    expect(code(await post(path, {}))[0]).to.equal(400)
    expect(code(await post(path, { reason: 'x' }, OTHER_BRAND))).to.deep.equal([404, 'tag.not_found'])
    expect((await post(path, { reason: 'sold without chip' })).json['status']).to.equal('removed')
    expect(code(await post(path, { reason: 'again' }))).to.deep.equal([404, 'tag.not_found'])
  })

  it('give their keys until the first tap, each time on record, and never after it', async () => {
    const chip = await f.chip(5)
    const path = `${itemPath(chip.key)}/${chip.uid}/encodings`
    expect(code(await post(path, { reason: 'x' }, OTHER_BRAND))).to.deep.equal([404, 'tag.not_found'])
    const given = await post(path, { reason: 'second try of the workshop' })
    expect(given.headers.get('cache-control')).to.equal('no-store')
    const keys = given.json['keys'] as string[]
    expect(new Set(keys).size).to.equal(5)
    for (const key of keys) expect(key).to.match(/^[0-9A-F]{32}$/)
    const actions = history(given.json['tag'] as Record<string, unknown>).map(([action]) => action)
    expect(actions).to.deep.equal(['bound', 'keys_given', 'keys_given'])
    const [sealed] = await f.keySets()
    expect(JSON.stringify(sealed)).not.to.include(keys[0])
    await f.tap(chip.key, chip.read())
    expect(code(await post(path, { reason: 'again' }))).to.deep.equal([410, 'tag.keys_gone'])
  })

  it('are written with what the command line gets for them, and answer', async () => {
    const key = f.keyAt(6)
    const uid = randomUid()
    await post(itemPath(key), { uid, reason: 'x', mode: 'lrp', seal: true })
    const out: string[] = []
    const io = { out: (line: string) => void out.push(line), err: () => {}, progress: null }
    const link = `${PUBLIC_URL}${digitalLinkPath(key)}`
    const flags = ['--uid', uid, '--encode', 'workshop', '--url', f.base, '--key', BRAND, '--json']
    expect(await runCli(['tag', link, ...flags], { env: {}, io })).to.equal(0)
    const written = JSON.parse(out[0] ?? '') as { mode: string; seal: boolean; selfTest: { url: string } }
    expect([written.mode, written.seal]).to.deep.equal(['lrp', true])
    const sent = await f.call('POST', '/v1/verifications', { body: { url: written.selfTest.url } })
    expect(tagFinding(sent)[2]).to.equal('warn')
    expect(await runCli(['tag', link, ...flags], { env: {}, io })).to.equal(1)
    const [tag] = await f.store.ofItem(key)
    expect(tag?.history.map(({ action, reason }) => [action, reason])).to.deep.equal([
      ['bound', 'x'],
      ['keys_given', 'workshop'],
    ])
  })

  it('are listed to their brand alone, page by page', async () => {
    const mine = await f.call('GET', '/v1/tags?limit=2', { key: BRAND })
    expect(mine.json['data']).to.have.length(2)
    const seen = new Set<unknown>()
    let cursor: unknown = ''
    while (cursor !== null) {
      const path = `/v1/tags?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`
      const page = await f.call('GET', path, { key: BRAND })
      for (const tag of page.json['data'] as { uid: string }[]) seen.add(tag.uid)
      cursor = page.json['next']
    }
    expect(seen.size).to.equal(await f.tags.service.count('maison-exemple.com'))
    expect((await f.call('GET', '/v1/tags', { key: OTHER_BRAND })).json).to.deep.equal({
      data: [],
      next: null,
    })
    expect(code(await f.call('GET', '/v1/tags?cursor=x', { key: BRAND }))).to.deep.equal([
      400,
      'tag.bad_cursor',
    ])
  })

  it('are bound from a CSV all at once, or not at all', async () => {
    const line = (index: number, uid = randomUid()) =>
      `${uid},${f.keyAt(index).gtin},${f.keyAt(index).serial}`
    const twice = randomUid()
    const bad = ['uid,gtin,serial', line(10), line(11, twice), line(12, twice), `x,1,y`, line(13)].join('\n')
    const refused = await post('/v1/tags', { csv: bad, reason: 'spring' })
    expect(code(refused)).to.deep.equal([422, 'tags.rejected'])
    const faults = (refused.json['errors'] as { line: number; field: string; code: string }[]).map((e) => [
      e.line,
      e.field,
      e.code,
    ])
    expect(faults).to.deep.equal([
      [4, 'uid', 'tag.duplicate_in_file'],
      [5, 'uid', 'tag.bad_uid'],
      [5, 'gtin', 'gs1.bad_gtin'],
    ])
    expect(await f.tags.service.ofItem('maison-exemple.com', f.keyAt(10))).to.deep.equal([])
    const elsewhere = await f.chip(14)
    const unknown = `${randomUid()},${f.keyAt(0).gtin},NOBODY`
    const csv = ['serial;uid;gtin'].join('')
    expect(code(await post('/v1/tags', { csv, reason: 'x' }))).to.deep.equal([400, 'tags.bad_file'])
    const checked = ['uid,gtin,serial', unknown, line(15, elsewhere.uid)].join('\r\n')
    const second = await post('/v1/tags', { csv: checked, reason: 'spring' })
    expect((second.json['errors'] as { code: string }[]).map((e) => e.code)).to.deep.equal([
      'item.not_found',
      'tag.already_bound',
    ])
    const good = `\uFEFFUID,GTIN,Serial\n${[16, 17, 18].map((i) => line(i)).join('\n')}\n`
    const done = await post('/v1/tags', { csv: good, reason: 'spring', mode: 'lrp' })
    expect([done.status, done.json]).to.deep.equal([200, { bound: 3 }])
    expect((await post('/v1/tags', { csv: good, reason: 'sent twice', mode: 'lrp' })).json).to.deep.equal({
      bound: 3,
    })
    const [tag] = await f.tags.service.ofItem('maison-exemple.com', f.keyAt(17))
    expect([tag?.mode, tag?.history.map((h) => h.reason)]).to.deep.equal(['lrp', ['spring']])
  })

  it('use a master key that the brand brings from then on, and no key that is no secret', async () => {
    for (const master of ['0'.repeat(32), 'AB'.repeat(16), 'F'.repeat(31), 'not hexadecimal'])
      expect(code(await post('/v1/tag-keys', { master }))[0], master).to.equal(400)
    const master = randomBytes(16)
    const before = await f.chip(20)
    f.pass(1)
    const brought = await post('/v1/tag-keys', { master: master.toString('hex') })
    expect(brought.status).to.equal(201)
    const after = await f.chip(21)
    expect((await f.store.ofItem(after.key))[0]?.keySetId).to.equal(brought.json['keySet'])
    for (const chip of [before, after]) {
      const first = await f.tap(chip.key, chip.read())
      expect(tagFinding(await f.tap(chip.key, chip.read(), sessionOf(first)))[1]).to.equal('tag')
    }
  })

  it('refuse what cannot be checked as unknown, never as a negative', async () => {
    const chip = await f.chip(22)
    const tag = (await f.store.ofItem(chip.key))[0]!
    const { item, status, mode, hasSeal, boundAtMs, removedAtMs } = tag
    const binding = { item, status, mode, hasSeal, boundAtMs, removedAtMs }
    await f.store.rebind(tag, { ...binding, keySetId: 'tks_GONE', changes: [] })
    expect(tagFinding(await f.tap(chip.key, chip.read()))).to.deep.equal(['verified', 'label', 'unknown'])
    expect(f.errors.splice(0)).to.deep.equal(['the message of a chip could not be checked'])
  })

  it('accept exactly 1 of 50 equal messages sent at once, by the API and by the link', async () => {
    for (const mode of ['aes', 'lrp'] as const) {
      const chip = await f.chip(mode === 'aes' ? 23 : 24, { mode })
      const sun = chip.read()
      const headers = { accept: 'application/json' }
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          i % 2 === 0 ? f.tap(chip.key, sun) : f.call('GET', tapPath(chip.key, sun), { headers }),
        ),
      )
      const results = answers.map((answer) => tagFinding(answer)[2])
      expect(results.filter((result) => result === 'warn')).to.have.length(1)
      expect(results.filter((result) => result === 'fail')).to.have.length(49)
      const trace = await f.tags.traces.of(chip.key)
      expect([trace.taps, trace.replays]).to.deep.equal([1, 49])
    }
  })

  it('accept none of 50 different messages twice, sent at once and then one by one', async () => {
    const chip = await f.chip(25)
    const suns = Array.from({ length: 50 }, () => chip.read())
    const isNew = async (sun: string) => tagFinding(await f.tap(chip.key, sun))[2] === 'warn'
    const atOnce = await Promise.all(suns.map(isNew))
    const highest = atOnce.lastIndexOf(true)
    const oneByOne: boolean[] = []
    for (const sun of suns) oneByOne.push(await isNew(sun))
    expect(oneByOne).to.deep.equal(suns.map((_, i) => i > highest))
    const [tag] = await f.store.ofItem(chip.key)
    expect(tag?.taps).to.equal([...atOnce, ...oneByOne].filter(Boolean).length)
  })
})
