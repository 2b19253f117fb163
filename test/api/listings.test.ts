import { expect } from 'chai'
import { enforcementRoutes, statementJson } from '../../server/modules/enforcement/enforcement.routes.ts'
import {
  listingBatchJson,
  listingJson,
  listingPageJson,
} from '../../server/modules/screening/listing.schema.ts'
import { GTIN } from '../unit/screening/memory.ts'
import { BRAND, marketFixture, RIVAL, SELLER, SHOP } from './market-fixture.ts'

/*
 * POST /v1/listings                      marketplace · 201 · 409 the second time · one answer an Idempotency-Key
 * PUT  /v1/listings/{externalId}         marketplace · 201, then 200
 * GET  /v1/listings/{externalId}         marketplace · 404 for another's
 * GET  /v1/listings                      marketplace · its own, filtered, in pages
 * POST /v1/listings/batch                marketplace · answers in order, a fault in its place
 * GET  …/statement-of-reasons            marketplace and seller of the listing
 * GET  /v1/transparency/statements       everybody
 */

const GOOD = {
  externalId: 'L-1',
  sellerId: 'S-001',
  channel: 'shop',
  title: 'Maison Exemple Sac Émeraude 28',
  description: 'My own.',
  price: { amount: 2900, currency: 'EUR' },
  origin: { country: 'FR', channel: 'first owner', proof: 'receipt' },
}
const COPY = { ...GOOD, externalId: 'L-2', title: 'Maison Exemple replica, mirror quality' }

describe('the listings API', () => {
  let f: Awaited<ReturnType<typeof marketFixture>>
  before(async () => {
    f = await marketFixture()
    f.verdicts.set('A1', 'verified')
  })
  after(() => f.close())
  afterEach(() => expect(f.errors).to.deep.equal([]))

  it('decides on a listing at once, once', async () => {
    const first = await f.call('POST', '/v1/listings', { key: SHOP, body: GOOD })
    expect([first.status, listingJson.parse(first.json).decision]).to.deep.equal([201, 'approve'])
    const second = await f.call('POST', '/v1/listings', { key: SHOP, body: GOOD })
    expect([second.status, second.json['code']]).to.deep.equal([409, 'listing.already_exists'])
  })

  it('gives the same answer to a repetition with the same Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'one' }
    const body = { ...GOOD, externalId: 'L-idem' }
    const first = await f.call('POST', '/v1/listings', { key: SHOP, body, headers })
    const again = await f.call('POST', '/v1/listings', { key: SHOP, body, headers })
    expect([first.status, again.status, again.json]).to.deep.equal([201, 201, first.json])
    expect(again.headers.get('idempotent-replayed')).to.equal('true')
  })

  it('creates by PUT, then replaces, and refuses two ids that differ', async () => {
    const { externalId: _, ...body } = GOOD
    const made = await f.call('PUT', '/v1/listings/L-put', { key: SHOP, body })
    const changed = await f.call('PUT', '/v1/listings/L-put', {
      key: SHOP,
      body: { ...body, title: COPY.title },
    })
    expect([made.status, changed.status, changed.json['status']]).to.deep.equal([201, 200, 'taken_down'])
    const other = await f.call('PUT', '/v1/listings/L-put', {
      key: SHOP,
      body: { ...body, externalId: 'L-x' },
    })
    expect([other.status, other.json['code']]).to.deep.equal([422, 'listing.mismatch'])
  })

  it('names an item by its number, its link or its certificate', async () => {
    const items = [
      { gtin: GTIN, serial: 'A1' },
      `https://id.gs1.org/01/${GTIN}/21/A1`,
      { url: `https://id.gs1.org/01/${GTIN}/21/A1` },
      'a.b.c',
      { certificate: 'a.b.c' },
    ]
    const kinds: unknown[] = []
    for (const [i, item] of items.entries()) {
      const { status, json } = await f.call('POST', '/v1/listings', {
        key: RIVAL,
        body: { ...GOOD, externalId: `L-item-${i}`, item },
      })
      expect(status, JSON.stringify(json)).to.equal(201)
      kinds.push(json['verdict'])
    }
    expect(kinds).to.deep.equal(['verified', 'verified', 'verified', 'not_registered', 'not_registered'])
  })

  it('shows a listing to its marketplace only', async () => {
    expect((await f.call('GET', '/v1/listings/L-1', { key: SHOP })).status).to.equal(200)
    const hidden = await f.call('GET', '/v1/listings/L-1', { key: RIVAL })
    expect([hidden.status, hidden.json['code']]).to.deep.equal([404, 'listing.not_found'])
    for (const key of [SELLER, BRAND])
      expect((await f.call('GET', '/v1/listings/L-1', { key })).status).to.equal(403)
    expect((await f.call('GET', '/v1/listings/L-1')).status).to.equal(401)
  })

  it('names every fault of a body by its place, and takes nothing unknown', async () => {
    const cases: [object, string][] = [
      [{ ...GOOD, colour: 'red' }, '/colour'],
      [{ ...GOOD, title: '' }, '/title'],
      [{ ...GOOD, title: { $ne: null } }, '/title'],
      [{ ...GOOD, price: { amount: '1', currency: 'EUR' } }, '/price/amount'],
      [{ ...GOOD, price: { amount: 1, currency: 'euro' } }, '/price/currency'],
      [{ ...GOOD, externalId: 'a/b' }, '/externalId'],
      [{ ...GOOD, images: ['javascript:alert(1)'] }, '/images/0'],
    ]
    for (const [body, pointer] of cases) {
      const { status, json } = await f.call('POST', '/v1/listings', { key: SHOP, body })
      expect(status, pointer).to.equal(400)
      expect(
        (json['errors'] as { pointer: string }[]).map((e) => e.pointer),
        JSON.stringify(json),
      ).to.include(pointer)
    }
  })

  it('answers a batch in order, a fault in its place', async () => {
    const bad = { ...GOOD, externalId: 'B-2', item: { gtin: '09521234001004', serial: 'A1' } }
    const body = { listings: [{ ...GOOD, externalId: 'B-1' }, bad, { ...COPY, externalId: 'B-3' }] }
    const { status, json } = await f.call('POST', '/v1/listings/batch', { key: SHOP, body })
    const { results } = listingBatchJson.parse(json)
    expect(status).to.equal(200)
    expect(results.map((r) => ('error' in r ? r.error.code : r.decision))).to.deep.equal([
      'approve',
      'gs1.bad_gtin',
      'reject',
    ])
    const many = { listings: Array.from({ length: 501 }, (_, i) => ({ ...GOOD, externalId: `M-${i}` })) }
    expect((await f.call('POST', '/v1/listings/batch', { key: SHOP, body: many })).status).to.equal(400)
  })

  it('lists in pages, by decision and status', async () => {
    const page = listingPageJson.parse((await f.call('GET', '/v1/listings?limit=2', { key: SHOP })).json)
    expect([page.data.length, typeof page.next]).to.deep.equal([2, 'string'])
    const rest = listingPageJson.parse(
      (await f.call('GET', `/v1/listings?limit=100&cursor=${page.next}`, { key: SHOP })).json,
    )
    const ids = [...page.data, ...rest.data].map((l) => l.externalId)
    expect(new Set(ids).size).to.equal(ids.length)
    const refused = listingPageJson.parse(
      (await f.call('GET', '/v1/listings?decision=reject&status=refused', { key: SHOP })).json,
    )
    expect(refused.data.map((l) => l.externalId)).to.deep.equal(['B-3'])
  })

  it('gives the statement of reasons to the marketplace and the seller, and all of them to everybody', async () => {
    await f.call('POST', '/v1/listings', { key: SHOP, body: COPY })
    const path = '/v1/listings/L-2/statement-of-reasons'
    const own = await f.call('GET', path, { key: SHOP })
    expect([own.status, statementJson.parse(own.json).automated_decision]).to.deep.equal([
      200,
      'AUTOMATED_DECISION_FULLY',
    ])
    expect((await f.call('GET', path, { key: SELLER })).json).to.deep.equal(own.json)
    expect((await f.call('GET', path, { key: RIVAL })).status).to.equal(404)
    expect((await f.call('GET', '/v1/listings/L-1/statement-of-reasons', { key: SHOP })).status).to.equal(404)
    const { json } = await f.call('GET', '/v1/transparency/statements')
    expect(json['data']).to.deep.include(own.json)
  })

  it('says of every route who may call it', () => {
    const audiences = enforcementRoutes({} as never).map((row) => [row.path, row.audience])
    expect(audiences).to.deep.equal([
      ['/v1/listings/:externalId/statement-of-reasons', ['marketplace', 'seller']],
      ['/v1/transparency/statements', 'public'],
    ])
  })
})
