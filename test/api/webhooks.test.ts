import { expect } from 'chai'
import { Webhook } from 'standardwebhooks'
import { deliveryPageJson, endpointJson } from '../../server/webhooks/webhooks.view.ts'
import { chainEvent, GTIN } from '../unit/screening/memory.ts'
import { type Received, startReceiver } from '../unit/webhooks/receiver.ts'
import { BRAND, marketFixture, RIVAL, SHOP } from './market-fixture.ts'

const WAIT_MS = 15_000
const LISTING = {
  externalId: 'L-1',
  sellerId: 'S-001',
  title: 'Maison Exemple Sac Émeraude 28',
  price: { amount: 2900, currency: 'EUR' },
  origin: { country: 'FR', channel: 'first owner', proof: 'receipt' },
  item: { gtin: GTIN, serial: 'A1' },
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + WAIT_MS
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${WAIT_MS} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const typeOf = ({ body }: Received) => (JSON.parse(body) as { type: string }).type

describe('the webhooks API', () => {
  let f: Awaited<ReturnType<typeof marketFixture>>
  let receiver: Awaited<ReturnType<typeof startReceiver>>
  beforeEach(async () => {
    f = await marketFixture()
    receiver = await startReceiver()
    f.verdicts.set('A1', 'verified')
    f.leaves.push('A1')
  })
  afterEach(async () => {
    await f.close()
    await receiver.close()
    expect(f.errors).to.deep.equal([])
  })

  it('tells the marketplace of a takedown after a revocation, also through a receiver that failed at first', async () => {
    const made = await f.call('POST', '/v1/webhooks', { key: SHOP, body: { url: receiver.url } })
    expect([made.status, endpointJson.parse(made.json).status]).to.deep.equal([201, 'active'])
    await f.call('POST', '/v1/listings', { key: SHOP, body: LISTING })
    await until('the decision arrives', () => receiver.received.length === 1)
    receiver.answer.status = 503
    f.verdicts.set('A1', 'revoked')
    f.feed.push(chainEvent({ sequence: 1 }))
    f.news()
    await until('the takedown is tried', () => receiver.received.length >= 2)
    receiver.answer.status = 200
    await until('the takedown arrives', () => receiver.accepted().length === 2)
    expect(receiver.accepted().map(typeOf)).to.deep.equal(['listing.decided', 'listing.taken_down'])
    const [, taken] = receiver.accepted()
    const webhook = new Webhook(String(made.json['secret']))
    const payload =
      taken &&
      (webhook.verify(taken.body, taken.headers as Record<string, string>) as {
        data: Record<string, unknown>
      })
    expect(payload?.data).to.include({
      externalId: 'L-1',
      status: 'taken_down',
      decision: 'reject',
      verdict: 'revoked',
    })
    expect((await f.call('GET', '/v1/listings/L-1', { key: SHOP })).json['status']).to.equal('taken_down')
    const ids = receiver.received
      .filter((r) => typeOf(r) === 'listing.taken_down')
      .map((r) => r.headers['webhook-id'])
    expect(new Set(ids).size).to.equal(1)
  })

  it('tells the brand of its own revocation', async () => {
    await f.call('POST', '/v1/webhooks', {
      key: BRAND,
      body: { url: receiver.url, events: ['item.revoked'] },
    })
    f.feed.push(chainEvent({ sequence: 1 }))
    f.news()
    await until('the revocation arrives', () => receiver.received.length === 1)
    const { type, data } = JSON.parse(receiver.received[0]?.body ?? '') as {
      type: string
      data: { items: unknown }
    }
    expect([type, data.items]).to.deep.equal([
      'item.revoked',
      [{ gtin: GTIN, serial: 'A1', batchId: 'bat_1' }],
    ])
  })

  it('sends a test, shows its delivery and sends it again', async () => {
    const { json } = await f.call('POST', '/v1/webhooks', { key: SHOP, body: { url: receiver.url } })
    const path = `/v1/webhooks/${String(json['id'])}`
    expect((await f.call('POST', `${path}/test`, { key: SHOP })).status).to.equal(202)
    await until('the test arrives', () => receiver.received.length === 1)
    const page = deliveryPageJson.parse((await f.call('GET', `${path}/deliveries`, { key: SHOP })).json)
    const delivery = `${path}/deliveries/${page.data[0]?.id}`
    expect((await f.call('POST', `${delivery}/redeliver`, { key: SHOP })).status).to.equal(202)
    await until('it arrives again', () => receiver.received.length === 2)
    expect(new Set(receiver.received.map((r) => r.headers['webhook-id'])).size).to.equal(1)
    expect((await f.call('GET', delivery, { key: RIVAL })).status).to.equal(404)
  })

  it('rotates the secret, shows no secret again, and removes', async () => {
    const made = await f.call('POST', '/v1/webhooks', { key: SHOP, body: { url: receiver.url } })
    const path = `/v1/webhooks/${String(made.json['id'])}`
    const rotated = await f.call('POST', `${path}/rotate`, { key: SHOP, body: { overlapSeconds: 60 } })
    expect(rotated.json['secret'])
      .to.match(/^whsec_/)
      .and.not.equal(made.json['secret'])
    const shown = await f.call('GET', '/v1/webhooks', { key: SHOP })
    expect(JSON.stringify(shown.json)).to.not.include('whsec_').and.not.include('sealed')
    expect((await f.call('DELETE', path, { key: RIVAL })).status).to.equal(404)
    expect((await f.call('DELETE', path, { key: SHOP })).status).to.equal(204)
    expect((await f.call('GET', path, { key: SHOP })).status).to.equal(404)
  })

  it('refuses URLs inside a network and without a key', async () => {
    for (const url of ['http://10.0.0.1/', 'https://169.254.169.254/', 'http://shop.example/', 'nonsense']) {
      const { status, json } = await f.call('POST', '/v1/webhooks', { key: SHOP, body: { url } })
      expect([status, json['code']], url).to.deep.equal([400, 'webhook.bad_url'])
    }
    expect((await f.call('POST', '/v1/webhooks', { body: { url: receiver.url } })).status).to.equal(401)
  })
})
