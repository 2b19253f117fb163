import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { type App, buildApp } from '../../server/app.ts'
import { readConfig } from '../../server/config/config.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { readCertificate, verifyCertificate } from '../../server/modules/certificates/index.ts'
import { type TempDir, tempDir } from '../support/temp-dir.ts'

/*
 * POST /v1/batches                     brands · 202 · 401 403 · 415 · 422 with every line · same key, same batch
 * GET  /v1/batches/{id} · /events      progress to `done`; another brand's is 404
 * GET  /v1/batches/{id}/items.ndjson   every item with a certificate that its brand's key verifies
 * GET  /v1/batches/{id}/claim-codes.csv   once, then 410
 * GET  /v1/items · POST …/revocations  the brand's own items; a revocation is final on chain
 */

const BRAND = { id: 'maison-exemple.com', name: 'Maison Exemple', prefixes: ['9521234'], trademarks: [] }
const OTHER = { id: 'autre.example', name: 'Autre', prefixes: ['9529999'], trademarks: [] }
const HEADER = 'gtin,serial,model'
const GTIN = '09521234001157'
const READY_MS = 30_000

type Batch = {
  id: string
  status: string
  total: number
  done: number
  root: string
  gasUsed: number
  errors: unknown[]
}
type Problem = { code: string; errorCount: number; errors: { line: number; field: string; code: string }[] }

describe('the batch API, on a real store and chain', function () {
  this.timeout(120_000)
  let folder: TempDir
  let app: App
  let base: string
  let key: string
  let otherKey: string

  before(async () => {
    folder = await tempDir()
    app = await buildApp(readConfig({}, { port: '0', data: folder.path, demo: false }), {}, silentLog)
    base = `http://127.0.0.1:${await app.start()}`
    const { brands, accounts } = app.services
    for (const brand of [BRAND, OTHER]) {
      await brands.service.onboard(brand)
      expect((await brands.service.whenReady(brand.id, READY_MS)).status).to.equal('active')
    }
    key = (await accounts.create({ kind: 'brand', id: BRAND.id, name: BRAND.name })).apiKey
    otherKey = (await accounts.create({ kind: 'brand', id: OTHER.id, name: OTHER.name })).apiKey
  })
  after(async () => {
    await app.close()
    await folder.remove()
  })

  const get = (path: string, apiKey = key) =>
    fetch(`${base}${path}`, { headers: { authorization: `Bearer ${apiKey}` } })
  const send = (
    body: string | Buffer | FormData,
    headers: Record<string, string> = { 'content-type': 'text/csv' },
    apiKey = key,
  ) =>
    fetch(`${base}/v1/batches`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
      body: body as NonNullable<RequestInit['body']>,
    })
  /** Follows the events of a batch to their end and gives the last one. */
  const follow = async (id: string): Promise<{ names: string[]; batch: Batch }> => {
    const text = await (await get(`/v1/batches/${id}/events`)).text()
    const names = [...text.matchAll(/^event: (.+)$/gm)].map((match) => match[1] ?? '')
    const last = [...text.matchAll(/^data: (.+)$/gm)].at(-1)?.[1] ?? 'null'
    return { names, batch: JSON.parse(last) as Batch }
  }
  const register = async (body: string | Buffer): Promise<Batch> => {
    const answer = await send(body)
    expect(answer.status).to.equal(202)
    return (await follow(((await answer.json()) as Batch).id)).batch
  }

  it('registers items-1000.csv: progress to done, one anchor under 110,000 gas, 1,000 certificates of the brand’s key', async () => {
    const answer = await send(sample('items-1000.csv'))
    expect(answer.status).to.equal(202)
    const queued = (await answer.json()) as Batch
    expect(queued).to.include({ total: 1_000 })
    const { names, batch } = await follow(queued.id)
    expect(names.at(-1)).to.equal('done')
    expect(names.slice(0, -1).every((name) => name === 'progress')).to.equal(true)
    expect(batch).to.include({ id: queued.id, status: 'anchored', total: 1_000, done: 1_000 })
    expect(batch.gasUsed).to.be.within(20_000, 110_000)
    expect(await (await get(`/v1/batches/${queued.id}`)).json()).to.deep.equal(batch)
    const lines = (await (await get(`/v1/batches/${queued.id}/items.ndjson`)).text()).trimEnd().split('\n')
    expect(lines).to.have.length(1_000)
    const [brandKey] = await app.services.brands.reader.keys(BRAND.id)
    const publicKey = createPublicKey({ key: brandKey?.publicJwk as JsonWebKey, format: 'jwk' })
    for (const line of lines) {
      const { url, gtin, serial, certificate } = JSON.parse(line) as Record<string, string>
      const reading = readCertificate(certificate ?? '')
      expect(reading.ok && reading.certificate.payload.credentialSubject.id).to.equal(url)
      expect(url).to.contain(`/01/${gtin}/21/${serial}`)
      expect(await verifyCertificate(certificate ?? '', publicKey)).to.equal(true)
    }
  })

  it('refuses items-bad.csv with 422, naming every bad line with its field, and registers nothing', async () => {
    const before = await countItems()
    const answer = await send(sample('items-bad.csv'))
    expect(answer.status).to.equal(422)
    expect(answer.headers.get('content-type')).to.contain('application/problem+json')
    const problem = (await answer.json()) as Problem
    expect(problem).to.include({ code: 'batch.rejected', errorCount: 14 })
    expect(problem.errors.map((error) => error.line)).to.deep.equal([
      2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 17,
    ])
    expect(problem.errors.every((error) => error.field !== '' && error.code.includes('.'))).to.equal(true)
    expect(await countItems()).to.equal(before)
  })

  it('refuses items-latin1.csv with 422 and says how to save it', async () => {
    const answer = await send(sample('items-latin1.csv'))
    expect(answer.status).to.equal(422)
    expect(await answer.text()).to.contain('Save it as \\"CSV UTF-8\\"')
  })

  it('names by line what was registered before when the same file comes again without a key', async () => {
    const file = `${HEADER}\n${GTIN},AGAIN1,x\n${GTIN},AGAIN2,x\n`
    await register(file)
    const problem = (await (await send(file)).json()) as Problem
    expect(problem.errors.map(({ line, code }) => [line, code])).to.deep.equal([
      [2, 'item.already_registered'],
      [3, 'item.already_registered'],
    ])
  })

  it('answers one batch to one Idempotency-Key, and 422 to the key with another file', async () => {
    const headers = { 'content-type': 'text/csv', 'idempotency-key': 'order-77' }
    const first = (await (await send(`${HEADER}\n${GTIN},IDEM,x\n`, headers)).json()) as Batch
    const again = (await (await send(`${HEADER}\n${GTIN},IDEM,x\n`, headers)).json()) as Batch
    expect(again.id).to.equal(first.id)
    const other = await send(`${HEADER}\n${GTIN},IDEM2,x\n`, headers)
    expect([other.status, ((await other.json()) as Problem).code]).to.deep.equal([
      422,
      'idempotency.mismatch',
    ])
    expect((await follow(first.id)).batch).to.include({ status: 'anchored', total: 1 })
  })

  it('takes NDJSON, and a CSV as the file of a form', async () => {
    const line = JSON.stringify({ gtin: GTIN, serial: 'ND1', model: 'x' })
    expect((await send(line, { 'content-type': 'application/x-ndjson' })).status).to.equal(202)
    const form = new FormData()
    form.append('file', new Blob([`${HEADER}\n${GTIN},FORM1,x\n`], { type: 'text/csv' }), 'items.csv')
    expect((await send(form, {})).status).to.equal(202)
  })

  it('hands the claim codes out once', async () => {
    const { id } = await register(`${HEADER}\n${GTIN},CODE1,x\n`)
    const first = await get(`/v1/batches/${id}/claim-codes.csv`)
    expect(first.headers.get('content-disposition')).to.contain('claim-codes.csv')
    expect(await first.text()).to.match(
      /^gtin,serial,url,claim_code\r\n09521234001157,CODE1,[^,]+,[0-9A-Z]{16}\r\n$/,
    )
    expect((await get(`/v1/batches/${id}/claim-codes.csv`)).status).to.equal(410)
  })

  it('is closed to whoever is no brand, and shows nothing to another brand', async () => {
    const { id } = await register(`${HEADER}\n${GTIN},OWN1,x\n`)
    expect((await send('', {}, 'ck_brand_NONE')).status).to.equal(401)
    const operator = await app.services.accounts.create({ kind: 'operator', id: 'op', name: 'Op' })
    expect(
      (await send(`${HEADER}\n${GTIN},OWN2,x\n`, { 'content-type': 'text/csv' }, operator.apiKey)).status,
    ).to.equal(403)
    for (const path of ['', '/events', '/items.ndjson', '/claim-codes.csv']) {
      expect((await get(`/v1/batches/${id}${path}`, otherKey)).status, path).to.equal(404)
    }
    expect((await get(`/v1/items/${GTIN}/OWN1`, otherKey)).status).to.equal(404)
    expect(
      (await send(`${HEADER}\n${GTIN},OWN3,x\n`, { 'content-type': 'text/csv' }, otherKey)).status,
    ).to.equal(422)
  })

  it('refuses what is no list of items', async () => {
    expect((await send('x', { 'content-type': 'image/png' })).status).to.equal(415)
    expect((await send(`gtin,color\n${GTIN},x\n`)).status).to.equal(422)
    expect((await send('PK\u0003\u0004 no workbook')).status).to.equal(400)
  })

  it('revokes an item on chain', async () => {
    const { root } = await register(`${HEADER}\n${GTIN},REV1,x\n`)
    const answer = await fetch(`${base}/v1/items/${GTIN}/REV1/revocations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'counterfeit' }),
    })
    expect(answer.status).to.equal(202)
    expect(await answer.json()).to.include({ gtin: GTIN, serial: 'REV1', error: null })
    const item = await app.services.items.reader.find({ gtin: GTIN, serial: 'REV1' } as never)
    await app.services.chain.writer.settled(`revocation:${item?.itemId}`, READY_MS)
    const [brandKey] = await app.services.brands.reader.keys(BRAND.id)
    const query = { root, index: 0, thumbprint: brandKey?.thumbprint } as never
    const { states } = await app.services.chain.reader.itemStates([query])
    expect(states[0]).to.include({ revoked: true, recalled: false })
  })

  async function countItems(): Promise<number> {
    const page = await app.services.items.service.batches(BRAND.id, { cursor: null, limit: 200 })
    return page.entries.reduce((sum, batch) => sum + batch.total, 0)
  }
})

function sample(name: string): Buffer {
  return readFileSync(new URL(`../golden/samples/${name}`, import.meta.url))
}
