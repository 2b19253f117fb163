import { expect } from 'chai'
import { Webhook } from 'standardwebhooks'
import { ATTEMPTS_MAX, RETRY_PAUSES_MS } from '../../../server/webhooks/retry.ts'
import { event, SHOP, webhooksFixture } from './fixture.ts'
import { type Received, startReceiver } from './receiver.ts'

// event × receiver
// ├── takes it           → delivered once, signature good
// ├── fails for a while  → delivered in the end, once, under one id
// ├── never takes it     → stuck after the last attempt, counted, can be sent again by hand
// ├── is gone (410)      → endpoint disabled at once
// └── is not wanted, another account's, told twice → nothing, nothing, once

const WANTED = { events: [], description: '' }

function verify(secret: string, { headers, body }: Received): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>)
}

describe('delivery of webhooks', () => {
  let fixture: Awaited<ReturnType<typeof webhooksFixture>>
  let receiver: Awaited<ReturnType<typeof startReceiver>>
  let secret: string
  let id: string

  beforeEach(async () => {
    fixture = await webhooksFixture()
    receiver = await startReceiver()
    const made = await fixture.service.create(SHOP, { ...WANTED, url: receiver.url })
    secret = made.secret
    id = made.endpoint.id
  })
  afterEach(async () => {
    await receiver.close()
    await fixture.close()
  })

  it('reaches the receiver once with a signature that the standardwebhooks package accepts', async () => {
    await fixture.service.enqueue(event())
    await fixture.deliverDue()
    await fixture.deliverDue()
    const [got] = receiver.received
    expect(receiver.received).to.have.length(1)
    expect(got && verify(secret, got)).to.deep.equal({
      type: 'listing.taken_down',
      timestamp: '2026-09-21T14:13:20.000Z',
      data: event().data,
    })
    expect(got?.headers).to.include({ 'webhook-id': 'evt_1', 'content-type': 'application/json' })
    expect(() => got && verify(secret, { ...got, body: `${got.body} ` })).to.throw('No matching signature')
  })

  it('sends an event that was told twice, and by two runs at once, once', async () => {
    await Promise.all([fixture.service.enqueue(event()), fixture.service.enqueue(event())])
    await Promise.all([fixture.deliverDue(), fixture.deliverDue()])
    expect(receiver.received).to.have.length(1)
  })

  it('gets to a receiver that fails for a while in the end, once, under one id, with the pauses of the schedule', async () => {
    receiver.answer.status = 503
    await fixture.service.enqueue(event())
    await fixture.deliverDue()
    for (const pauseMs of RETRY_PAUSES_MS.slice(0, 4)) {
      const before = receiver.received.length
      fixture.time.nowMs += pauseMs - 1
      await fixture.deliverDue()
      expect(receiver.received).to.have.length(before)
      fixture.time.nowMs += 1
      await fixture.deliverDue()
      expect(receiver.received).to.have.length(before + 1)
    }
    receiver.answer.status = 204
    fixture.time.nowMs += RETRY_PAUSES_MS[4] ?? 0
    await fixture.deliverDue()
    fixture.time.nowMs += 10 * 24 * 60 * 60 * 1000
    await fixture.deliverDue()
    expect(new Set(receiver.received.map((r) => r.headers['webhook-id']))).to.deep.equal(new Set(['evt_1']))
    expect(new Set(receiver.received.map((r) => r.body)).size).to.equal(1)
    expect(receiver.accepted()).to.have.length(1)
    const { deliveries } = await fixture.service.deliveries(SHOP, id, { limit: 10 })
    expect(deliveries.map((d) => [d.state, d.attempts.map((a) => a.status)])).to.deep.equal([
      ['delivered', [503, 503, 503, 503, 503, 204]],
    ])
  })

  it('survives a receiver that is not there', async () => {
    await receiver.close()
    await fixture.service.enqueue(event())
    await fixture.deliverDue()
    const { deliveries } = await fixture.service.deliveries(SHOP, id, { limit: 10 })
    expect(deliveries[0]).to.deep.include({ state: 'pending', attemptsDone: 1 })
    expect(deliveries[0]?.attempts[0]?.error).to.be.a('string').and.not.equal('')
  })

  it('gives up after the last attempt, counts it, and sends again on request under the same id', async () => {
    receiver.answer.status = 500
    await fixture.service.enqueue(event())
    await fixture.deliverDue()
    for (const pauseMs of RETRY_PAUSES_MS) {
      fixture.time.nowMs += pauseMs
      await fixture.deliverDue()
    }
    expect(receiver.received).to.have.length(ATTEMPTS_MAX)
    expect(await fixture.service.stuck()).to.equal(1)
    fixture.time.nowMs += 30 * 86_400_000
    await fixture.deliverDue()
    expect(receiver.received).to.have.length(ATTEMPTS_MAX)
    receiver.answer.status = 200
    const [stuck] = (await fixture.service.deliveries(SHOP, id, { limit: 10 })).deliveries
    await fixture.service.redeliver(SHOP, id, stuck?.id ?? '')
    await fixture.deliverDue()
    expect(receiver.accepted().map((r) => r.headers['webhook-id'])).to.deep.equal(['evt_1'])
    expect(await fixture.service.stuck()).to.equal(0)
  })

  it('takes up a delivery whose sender died, once its lease has run out', async () => {
    await fixture.service.enqueue(event())
    const taken = await fixture.deps.deliveries.claim({
      nowMs: fixture.time.nowMs,
      leaseMs: 30_000,
      notEndpoints: [],
    })
    expect(taken?.eventId).to.equal('evt_1')
    fixture.time.nowMs += 29_999
    await fixture.deliverDue()
    expect(receiver.received).to.have.length(0)
    fixture.time.nowMs += 1
    await fixture.deliverDue()
    expect(receiver.received).to.have.length(1)
  })

  it('signs with the old and the new secret until the overlap of a rotation ends', async () => {
    const rotated = await fixture.service.rotate(SHOP, id, 60_000)
    await fixture.service.enqueue(event())
    await fixture.deliverDue()
    fixture.time.nowMs += 60_000
    await fixture.service.enqueue(event({ id: 'evt_2' }))
    await fixture.deliverDue()
    const [during, after] = receiver.received as [Received, Received]
    expect([verify(secret, during), verify(rotated.secret, during)]).to.have.length(2)
    expect(verify(rotated.secret, after)).to.be.an('object')
    expect(() => verify(secret, after)).to.throw('No matching signature')
  })

  it('disables an endpoint that answers 410, and enables it again on request', async () => {
    receiver.answer.status = 410
    await fixture.service.enqueue(event())
    await fixture.deliverDue()
    expect((await fixture.service.find(SHOP, id)).disabled?.reason).to.include('410')
    await fixture.service.enqueue(event({ id: 'evt_2' }))
    await fixture.deliverDue()
    expect(receiver.received).to.have.length(1)
    await fixture.service.enable(SHOP, id)
    receiver.answer.status = 200
    await fixture.service.enqueue(event({ id: 'evt_3' }))
    await fixture.deliverDue()
    expect(receiver.accepted().map((r) => r.headers['webhook-id'])).to.deep.equal(['evt_3'])
  })

  it('disables an endpoint that failed twenty times over five days, not one that failed often in a minute', async () => {
    receiver.answer.status = 500
    for (let i = 0; i < 25; i++) await fixture.service.enqueue(event({ id: `evt_${i}` }))
    await fixture.deliverDue()
    expect(await fixture.service.find(SHOP, id)).to.include({ status: 'active', failuresInARow: 25 })
    fixture.time.nowMs += 5 * 86_400_000
    await fixture.deliverDue()
    expect((await fixture.service.find(SHOP, id)).status).to.equal('disabled')
  })

  it('does not let a slow receiver hold up another', async () => {
    const slow = await startReceiver()
    slow.answer.delayMs = 300
    await fixture.service.create({ kind: 'brand', id: 'slow.example' }, { ...WANTED, url: slow.url })
    for (let i = 0; i < 10; i++) {
      await fixture.service.enqueue(
        event({ id: `evt_s${i}`, accountKind: 'brand', accountId: 'slow.example' }),
      )
    }
    const arrived = slow.next()
    const run = fixture.deliverDue()
    await arrived
    const quick = receiver.next()
    await fixture.service.enqueue(event({ id: 'evt_quick' }))
    await quick
    expect(slow.received.length).to.be.at.most(4)
    await run
    expect(slow.received).to.have.length(10)
    await slow.close()
  })
})
