import { expect } from 'chai'
import { bytesOf, hexOf } from '../../../server/kernel/bytes.ts'
import { isAppError } from '../../../server/kernel/errors.ts'
import { batchProgress } from '../../../server/modules/items/batch-progress.ts'
import { claimAddress, claimPrivateKey, type StoredBatch } from '../../../server/modules/items/index.ts'
import { type Fixture, itemsFixture, startItemWorkers } from './items-fixture.ts'

const GTIN = '09521234001157'

/*
 * what a brand takes from a batch
 * ├── before it is anchored: nothing
 * ├── items.ndjson: every item in order
 * ├── claim codes: open the claim keys, formulas escaped, once; a broken download does not erase them
 * ├── labels: codes while they are there
 * └── lists and single items: the brand's own only; pages join without gap
 */
describe('Exports of a batch', function () {
  this.timeout(30_000)
  const workers = startItemWorkers()
  let fixture: Fixture
  beforeEach(() => {
    fixture = itemsFixture(workers)
  })
  after(() => workers.close())

  it('are refused before the batch is anchored', async () => {
    const batch = await fixture.submit(`gtin,serial,model\n${GTIN},A1,x\n`)
    const { itemLines, claimCodes, labels } = fixture.items.exports
    for (const open of [itemLines, claimCodes, labels]) {
      expect(await codeOf(open(batch).next())).to.equal('batch.conflict')
    }
  })

  it('give every item of the batch in order, a line each', async () => {
    const batch = await anchored(fixture, 1_201)
    const text = await all(fixture.items.exports.itemLines(batch))
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>)
    expect(lines.map((line) => line['serial'])).to.deep.equal(
      Array.from({ length: 1_201 }, (_, i) => `S${i}`),
    )
    expect(Object.keys(lines[0] ?? {})).to.deep.equal(['gtin', 'serial', 'url', 'certificate'])
    expect(lines[7]?.['url']).to.equal(`https://cachet.test/01/${GTIN}/21/S7`)
  })

  it('hand out claim codes that open each item’s claim key, then none any more', async () => {
    const batch = await anchored(fixture, 600)
    const [header, ...lines] = (await all(fixture.items.exports.claimCodes(batch))).trimEnd().split('\r\n')
    expect(header).to.equal('gtin,serial,url,claim_code')
    expect(lines).to.have.length(600)
    for (const line of lines) {
      const [gtin = '', serial = '', , code = ''] = line.split(',')
      const item = await fixture.items.service.item(batch.brandId, { gtin, serial } as never)
      expect(hexOf(claimAddress(claimPrivateKey(bytesOf(item.itemId), code)))).to.equal(item.claimKey)
    }
    const later = await fixture.batch(batch.id)
    expect(later.sealedSecret).to.equal(null)
    expect(await codeOf(fixture.items.exports.claimCodes(later).next())).to.equal('batch.claim_codes_gone')
  })

  it('keep the claim codes when the download breaks before its end', async () => {
    const batch = await anchored(fixture, 600)
    const codes = fixture.items.exports.claimCodes(batch)
    await codes.next()
    await codes.next()
    await codes.return(undefined)
    expect((await fixture.batch(batch.id)).sealedSecret).to.not.equal(null)
  })

  it('escape what a spreadsheet would run as a formula', async () => {
    const batch = await registered(fixture, `gtin,serial,model\n${GTIN},=1+1,x\n`)
    expect(await all(fixture.items.exports.claimCodes(batch))).to.contain(`${GTIN},'=1+1,`)
  })

  it('put claim codes on labels only until they were handed out', async () => {
    const batch = await anchored(fixture, 3)
    const before = await labelsOf(fixture, batch)
    expect(before[0]).to.deep.include({ gtin: GTIN, serial: 'S0', model: 'x', brandName: 'Maison Exemple' })
    expect(before.every((label) => /^[0-9A-Z]{16}$/.test(label.claimCode ?? ''))).to.equal(true)
    await all(fixture.items.exports.claimCodes(batch))
    expect(
      (await labelsOf(fixture, await fixture.batch(batch.id))).map((label) => label.claimCode),
    ).to.deep.equal([null, null, null])
  })

  it('show a batch or item to its own brand only', async () => {
    const batch = await anchored(fixture, 1)
    const { service } = fixture.items
    const key = { gtin: GTIN, serial: 'S0' } as never
    expect((await service.item(batch.brandId, key)).itemId).to.match(/^0x/)
    expect(await codeOf(service.batch('other.example', batch.id))).to.equal('batch.not_found')
    expect(await codeOf(service.item('other.example', key))).to.equal('item.not_found')
    expect((await service.items('other.example', {}, { cursor: null, limit: 10 })).entries).to.deep.equal([])
  })

  it('list items and batches page by page without gap or repetition, newest batch first', async () => {
    const older = await anchored(fixture, 5, 'O')
    const newer = await anchored(fixture, 4, 'N')
    const serials: string[] = []
    let cursor: string | null = null
    do {
      const page = await fixture.items.service.items(older.brandId, {}, { cursor, limit: 2 })
      serials.push(...page.entries.map((item) => item.serial))
      cursor = page.next
    } while (cursor !== null)
    expect(serials).to.deep.equal(['N0', 'N1', 'N2', 'N3', 'O0', 'O1', 'O2', 'O3', 'O4'])
    const first = await fixture.items.service.batches(older.brandId, { cursor: null, limit: 1 })
    const second = await fixture.items.service.batches(older.brandId, { cursor: first.next, limit: 1 })
    expect([...first.entries, ...second.entries].map((batch) => batch.id)).to.deep.equal([newer.id, older.id])
    expect(second.next).to.equal(null)
  })

  it('refuse a cursor that no list gave out', async () => {
    expect(await codeOf(fixture.items.service.batches('x', { cursor: 'nonsense', limit: 1 }))).to.equal(
      'request.bad_cursor',
    )
    expect(await codeOf(fixture.items.service.items('x', {}, { cursor: '1.bat_x.1', limit: 1 }))).to.equal(
      'request.bad_cursor',
    )
  })
})

describe('Item events', function () {
  this.timeout(30_000)
  const workers = startItemWorkers()
  after(() => workers.close())

  it('revoke and recall an item by its word and bit under the root, each once', async () => {
    const fixture = itemsFixture(workers)
    const batch = await anchored(fixture, 300)
    const order = { brandId: batch.brandId, key: { gtin: GTIN, serial: 'S257' } as never }
    const state = await fixture.items.events.order({ ...order, kind: 'revocation', reason: 'counterfeit' })
    await fixture.items.events.order({ ...order, kind: 'revocation', reason: 'stolen' })
    await fixture.items.events.order({ ...order, kind: 'recall', reason: 'safety' })
    expect(state.write.status).to.equal('final')
    expect([...fixture.chain.calls.values()].slice(1)).to.deep.equal([
      { contract: 'ItemRegistry', method: 'revoke', args: [batch.root, [{ word: 1, mask: 2n }], 1] },
      { contract: 'ItemRegistry', method: 'recall', args: [batch.root, [{ word: 1, mask: 2n }], 5] },
    ])
  })

  it('are refused for another brand’s item and for one that is not anchored', async () => {
    const fixture = itemsFixture(workers)
    const { brandId } = await anchored(fixture, 1)
    fixture.chain.outcome = 'submitted'
    await fixture.submit(`gtin,serial,model\n${GTIN},NEW,x\n`)
    await fixture.run('batches')
    const order = { kind: 'recall', reason: 'safety' } as const
    const ask = (brand: string, serial: string) =>
      codeOf(fixture.items.events.order({ ...order, brandId: brand, key: { gtin: GTIN, serial } as never }))
    expect(await ask('other.example', 'S0')).to.equal('item.not_found')
    expect(await ask(brandId, 'NONE')).to.equal('item.not_found')
    expect(await ask(brandId, 'NEW')).to.equal('item.conflict')
  })
})

describe('Progress of a batch', () => {
  it('is told from the whole state to the end, each version once', async () => {
    const states = [2, 2, 3].map((version) => ({ id: 'bat', version, status: 'signing' }) as StoredBatch)
    states.push({ id: 'bat', version: 4, status: 'anchored' } as StoredBatch)
    const first = { id: 'bat', version: 1, status: 'queued' } as StoredBatch
    const find = async () => states.shift() ?? null
    const text = await all(
      batchProgress({ find }, first, ({ version }) => version, new AbortController().signal),
    )
    const event = (version: number, name: string) => `id: ${version}\nevent: ${name}\ndata: ${version}\n\n`
    expect(text).to.equal(
      [event(1, 'progress'), event(2, 'progress'), event(3, 'progress'), event(4, 'done')].join(''),
    )
  })

  it('ends when the reader goes away', async () => {
    const gone = new AbortController()
    const batch = { id: 'bat', version: 1, status: 'queued' } as StoredBatch
    const events = batchProgress({ find: async () => batch }, batch, () => 1, gone.signal)
    await events.next()
    gone.abort()
    expect((await events.next()).done).to.equal(true)
  })
})

async function anchored(fixture: Fixture, count: number, prefix = 'S'): Promise<StoredBatch> {
  return registered(
    fixture,
    `gtin,serial,model\n${Array.from({ length: count }, (_, i) => `${GTIN},${prefix}${i},x`).join('\n')}`,
  )
}

async function registered(fixture: Fixture, text: string): Promise<StoredBatch> {
  const { id } = await fixture.submit(text)
  await fixture.run('batches')
  await fixture.run('anchors')
  return fixture.batch(id)
}

async function labelsOf(fixture: Fixture, batch: StoredBatch): Promise<{ claimCode: string | null }[]> {
  const labels = []
  for await (const label of fixture.items.exports.labels(batch)) labels.push(label)
  return labels
}

async function all(parts: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const part of parts) text += part
  return text
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
  return 'not refused'
}
