import { expect } from 'chai'
import { isAppError } from '../../../server/kernel/errors.ts'
import { event, SHOP, webhooksFixture } from './fixture.ts'

const URL_OF_A_SHOP = 'https://shop.example/hook'

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
  return 'nothing thrown'
}

describe('webhook endpoints', () => {
  let fixture: Awaited<ReturnType<typeof webhooksFixture>>
  const create = (events: readonly 'listing.decided'[] = []) =>
    fixture.service.create(SHOP, { url: URL_OF_A_SHOP, events, description: '' })

  beforeEach(async () => {
    fixture = await webhooksFixture()
  })
  afterEach(() => fixture.close())

  it('give their secret once and keep it sealed', async () => {
    const { endpoint, secret } = await create()
    expect(secret).to.match(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const key = Buffer.from(secret.slice(6), 'base64')
    const stored = (await fixture.service.find(SHOP, endpoint.id)).secrets[0]?.sealed ?? new Uint8Array()
    expect(Buffer.from(stored).includes(key)).to.equal(false)
  })

  it('do not exist for other accounts, also of the same name and another kind', async () => {
    const { endpoint } = await create()
    for (const account of [
      { kind: 'marketplace', id: 'rival' },
      { kind: 'brand', id: 'bazaar' },
    ] as const) {
      expect(await codeOf(fixture.service.find(account, endpoint.id))).to.equal('webhook.not_found')
      expect(await codeOf(fixture.service.remove(account, endpoint.id))).to.equal('webhook.not_found')
      expect(await codeOf(fixture.service.rotate(account, endpoint.id, 0))).to.equal('webhook.not_found')
      expect(await codeOf(fixture.service.deliveries(account, endpoint.id, { limit: 1 }))).to.equal(
        'webhook.not_found',
      )
      expect(await fixture.service.list(account)).to.deep.equal([])
    }
    expect((await fixture.service.list(SHOP)).map((e) => e.id)).to.deep.equal([endpoint.id])
  })

  it('get the events they asked for and no other account’s', async () => {
    const { endpoint } = await create(['listing.decided'])
    await fixture.service.enqueue(event({ id: 'evt_1', type: 'listing.taken_down' }))
    await fixture.service.enqueue(event({ id: 'evt_2', type: 'listing.decided', accountId: 'rival' }))
    await fixture.service.enqueue(event({ id: 'evt_3', type: 'listing.decided' }))
    const { deliveries } = await fixture.service.deliveries(SHOP, endpoint.id, { limit: 10 })
    expect(deliveries.map((d) => d.eventId)).to.deep.equal(['evt_3'])
  })

  it('page through their deliveries, newest first', async () => {
    const { endpoint } = await create()
    for (let i = 0; i < 5; i++) {
      fixture.time.nowMs += i % 2
      await fixture.service.enqueue(event({ id: `evt_${i}` }))
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await fixture.service.deliveries(SHOP, endpoint.id, { limit: 2, cursor })
      seen.push(...page.deliveries.map((d) => d.eventId))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect([...seen].sort()).to.deep.equal(['evt_0', 'evt_1', 'evt_2', 'evt_3', 'evt_4'])
    expect(await codeOf(fixture.service.deliveries(SHOP, endpoint.id, { limit: 2, cursor: 'x' }))).to.equal(
      'webhook.bad_cursor',
    )
  })

  it('are twenty an account at most', async () => {
    for (let i = 0; i < 20; i++) await create()
    expect(await codeOf(create())).to.equal('webhook.too_many')
  })

  it('give up what is under way when they are removed', async () => {
    const { endpoint } = await create()
    await fixture.service.enqueue(event())
    await fixture.service.remove(SHOP, endpoint.id)
    await fixture.deliverDue()
    expect(await codeOf(fixture.service.find(SHOP, endpoint.id))).to.equal('webhook.not_found')
  })

  it('refuse a test and a redelivery while disabled', async () => {
    const { endpoint } = await create()
    await fixture.deps.endpoints.setStatus(endpoint.id, 'disabled', {
      atMs: fixture.time.nowMs,
      reason: 'test',
    })
    expect(await codeOf(fixture.service.test(SHOP, endpoint.id))).to.equal('webhook.disabled_conflict')
    expect(await codeOf(fixture.service.redeliver(SHOP, endpoint.id, 'whd_none'))).to.equal(
      'webhook.delivery_not_found',
    )
  })
})
