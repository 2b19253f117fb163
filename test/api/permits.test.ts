import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { eventually } from '../support/service.ts'
import {
  codeOf,
  type Item,
  type Json,
  type OwnershipWorld,
  ownershipWorld,
  type Person,
  pathOf,
  phone,
  wallet,
} from './ownership-world.ts'

/*
 * permit     redeemed, listed, badge · dies with a transfer · with a theft · redeemed by 1,000 at once
 * refused    replay · other marketplace · other listing · already listed (by a listing, by a permit) · unclaimed
 *            stolen · revoked · recalled · cloned · recovery pending · moved · expired · not the owner's
 *            signed for another listing, chain or contract · no key · a brand's key · unknown
 */
const AT_ONCE = 1_000
const [RIVE, SECOND] = ['rive-gauche', 'second-life']

describe('listing permits over HTTP', function () {
  this.timeout(180_000)
  let world: OwnershipWorld
  let [rive, second] = ['', '']
  let listings = 0

  before(async () => {
    world = await ownershipWorld(40)
    const [one, other] = world.service.credentials.marketplaces
    rive = one?.apiKey ?? ''
    second = other?.apiKey ?? ''
  })
  after(async () => {
    await world.close()
    expect(world.service.errors).to.deep.equal([])
  })

  const listingId = () => `PRM-${++listings}`

  async function permitBody(
    item: Item,
    person: Person,
    place: { marketplace?: string; listing?: string; expiry?: number } = {},
  ) {
    const { marketplace = RIVE, listing = listingId() } = place
    const request = await world.signing(item, 'permit', { ...place, marketplace, listing })
    const signature = await person.sign(request.typedData, request.challenge)
    const { nonce, deadline: expiry } = request
    return { item: world.keyOf(item), marketplace, listing, nonce, expiry, owner: person.owner, signature }
  }
  async function permitFor(...given: Parameters<typeof permitBody>) {
    const body = await permitBody(...given)
    const { status, json } = await world.post('/v1/permits', body)
    expect(status, JSON.stringify(json)).to.equal(201)
    expect(json).to.include({ state: 'open', listing: body.listing, redeemedAt: null })
    return { id: String(json['id']), listing: body.listing }
  }
  const redeem = ({ id, listing }: { id: string; listing: string }, key = rive) =>
    world.post(`/v1/permits/${id}/redeem`, { listing }, key)
  async function owned(person: Person = phone()) {
    const item = world.fresh()
    await world.claim(item, person)
    return { item, person }
  }
  const offer = (item: Item, listing: string, more: Json = {}) => ({
    externalId: listing,
    sellerId: 'S-001',
    title: 'Maison Exemple Parfum N° 12 Édition',
    description: 'Contact me on WhatsApp.',
    price: { amount: 5, currency: 'EUR' },
    item: world.keyOf(item),
    ...more,
  })
  const list = async (body: Json, key = rive): Promise<Json> => {
    const path = `/v1/listings/${body['externalId']}`
    const { status, json } = await world.call('PUT', path, { body, key })
    expect(status, JSON.stringify(json)).to.be.oneOf([200, 201])
    return json
  }
  const listed = async (externalId: unknown, key = rive): Promise<Json> =>
    (await world.call('GET', `/v1/listings/${externalId}`, { key })).json
  const kindsOf = (listing: Json) => (listing['signals'] as Json[]).map(({ kind }) => kind)
  const report = async (item: Item, person: Person) => {
    const { authorization } = await world.authorised(item, person, 'report_stolen')
    const answer = await world.post(pathOf(item, 'reports'), { kind: 'stolen', authorization })
    expect(answer.status, JSON.stringify(answer.json)).to.equal(202)
  }
  const order = async (item: Item, kind: 'revocations' | 'recalls', verdict: string) => {
    const answer = await world.post(pathOf(item, kind), { reason: 'counterfeit' }, world.brandKey)
    expect(answer.status, JSON.stringify(answer.json)).to.equal(202)
    await eventually(verdict, async () => {
      const { json } = await world.post('/v1/verifications', world.keyOf(item))
      return json['verdict'] === verdict
    })
  }

  it('approves a listing on provenance and gives it a badge once it is redeemed, however low the price', async () => {
    const { item, person } = await owned()
    const permit = await permitFor(item, person)
    const before = await list(offer(item, permit.listing, { permit: permit.id }))
    expect(before, JSON.stringify(before['signals'])).to.include({ decision: 'review', status: 'in_review' })
    expect([before['badge'], kindsOf(before).includes('permit_not_redeemed')]).to.deep.equal([null, true])
    expect((await redeem(permit)).json).to.include({ state: 'redeemed', marketplace: RIVE })
    const after = await list(offer(item, permit.listing, { permit: permit.id }))
    expect(after).to.include({
      decision: 'approve',
      status: 'live',
      badge: 'owner_permit',
      verdict: 'verified',
    })
    expect((await world.call('GET', `/v1/permits/${permit.id}`)).json).to.include({ state: 'redeemed' })
  })

  it('dies when the item changes hands, and the listing is screened again', async () => {
    const { item, person } = await owned()
    const permit = await permitFor(item, person)
    expect((await redeem(permit)).status).to.equal(200)
    const live = await list(offer(item, permit.listing, { permit: permit.id }))
    expect(live['badge']).to.equal('owner_permit')
    const moved = await world.post('/v1/transfers', await world.transferBody(item, person, phone()))
    expect(moved.status, JSON.stringify(moved.json)).to.equal(202)
    const after = await eventually('the listing is screened again', async () => {
      const now = await listed(permit.listing)
      return now['badge'] === null && now
    })
    expect(after).to.include({ cause: 'chain_event', decision: 'review', status: 'in_review' })
    expect(kindsOf(after)).to.include('permit_void')
    expect((await world.call('GET', `/v1/permits/${permit.id}`)).json).to.include({ state: 'void' })
  })

  it('dies when the item is reported stolen, and the listing is taken down', async () => {
    const { item, person } = await owned()
    const permit = await permitFor(item, person)
    expect((await redeem(permit)).status).to.equal(200)
    expect((await list(offer(item, permit.listing, { permit: permit.id })))['status']).to.equal('live')
    await report(item, person)
    const after = await eventually('the listing is taken down', async () => {
      const now = await listed(permit.listing)
      return now['status'] === 'taken_down' && now
    })
    expect(after).to.include({ cause: 'chain_event', decision: 'reject', badge: null })
    expect(kindsOf(after)).to.include.members(['item_reported_stolen', 'permit_void'])
  })

  it(`is redeemed exactly once by ${AT_ONCE} requests at once, and never again`, async () => {
    const { item, person } = await owned()
    const permit = await permitFor(item, person)
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => redeem(permit)))
    const counts: Record<string, number> = {}
    for (const answer of answers) {
      const what = codeOf(answer).join(' ')
      counts[what] = (counts[what] ?? 0) + 1
    }
    expect(counts).to.deep.equal({ '200 ': 1, '409 permit.already_redeemed': AT_ONCE - 1 })
    expect(codeOf(await redeem(permit))).to.deep.equal([409, 'permit.already_redeemed'])
  })

  it('gives one of many permits of one item its place when all are redeemed at once', async () => {
    const { item, person } = await owned()
    const permits = await Promise.all(Array.from({ length: 20 }, () => permitFor(item, person)))
    const answers = await Promise.all(permits.map((permit) => redeem(permit)))
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1)
    const others = answers.filter(({ status }) => status !== 200).map(codeOf)
    expect(new Set(others.map(String))).to.deep.equal(new Set(['409,permit.already_listed']))
  })

  it('is refused to another marketplace, for another listing, without a key and to a brand', async () => {
    const { item, person } = await owned()
    const permit = await permitFor(item, person)
    expect(codeOf(await redeem(permit, second))).to.deep.equal([422, 'permit.other_marketplace_rejected'])
    const elsewhere = { ...permit, listing: 'ANOTHER' }
    expect(codeOf(await redeem(elsewhere))).to.deep.equal([422, 'permit.other_listing_rejected'])
    const anonymous = await world.post(`/v1/permits/${permit.id}/redeem`, { listing: permit.listing })
    expect(anonymous.status).to.equal(401)
    expect((await redeem(permit, world.brandKey)).status).to.equal(403)
    const unknown = { ...permit, id: `prm_${'0'.repeat(26)}` }
    expect(codeOf(await redeem(unknown))).to.deep.equal([404, 'permit.not_found'])
    expect((await redeem(permit)).status).to.equal(200)
  })

  it('is refused for an item that is listed already, by a listing or by another permit, until that has ended', async () => {
    const { item, person } = await owned()
    const first = await permitFor(item, person)
    const other = await permitFor(item, person, { marketplace: SECOND })
    const origin = { country: 'FR', channel: 'first owner', proof: 'receipt' }
    const plain = offer(item, 'PLAIN-1', { description: '', price: null, origin })
    expect((await list(plain, second))['status']).to.equal('live')
    expect(codeOf(await redeem(first))).to.deep.equal([409, 'permit.already_listed'])
    await list({ ...plain, title: 'Maison Exemple 1:1 replica, mirror quality AAA copy' }, second)
    expect((await redeem(first)).status).to.equal(200)
    expect(codeOf(await redeem(other, second))).to.deep.equal([409, 'permit.already_listed'])
  })

  it('is refused for an item that nobody has claimed', async () => {
    const [item, person] = [world.fresh(), wallet()]
    const place = { marketplace: RIVE, listing: listingId() }
    const asked = { act: 'permit', item: world.keyOf(item), ...place }
    expect(codeOf(await world.post('/v1/signing-requests', asked))).to.deep.equal([
      422,
      'ownership.unclaimed_rejected',
    ])
    const { person: owner, item: theirs } = await owned(person)
    const signed = await permitBody(theirs, owner, place)
    const answer = await world.post('/v1/permits', { ...signed, item: world.keyOf(item) })
    expect(codeOf(answer)).to.deep.equal([422, 'permit.unclaimed_rejected'])
  })

  it('is refused for a stolen, revoked, recalled or moved item, and while a recovery is pending', async () => {
    const states: [string, (item: Item, person: Person) => Promise<unknown>, number, string][] = [
      ['stolen', report, 422, 'permit.stolen_rejected'],
      ['revoked', (item) => order(item, 'revocations', 'revoked'), 422, 'permit.revoked_rejected'],
      ['recalled', (item) => order(item, 'recalls', 'recalled'), 422, 'permit.recalled_rejected'],
      [
        'moved',
        async (item, person) => world.post('/v1/transfers', await world.transferBody(item, person, phone())),
        409,
        'permit.item_changed',
      ],
      ['recovery', startRecovery, 422, 'permit.recovery_rejected'],
    ]
    for (const [name, change, status, code] of states) {
      const { item, person } = await owned()
      const permit = await permitFor(item, person)
      await change(item, person)
      expect(codeOf(await redeem(permit)), name).to.deep.equal([status, code])
    }
  })

  it('is refused for an item whose label is probably copied', async () => {
    const { item, person } = await owned()
    const permit = await permitFor(item, person)
    const { verification } = world.service.services
    const { assess } = verification
    // The judgement of scans is not this test's subject: its answer is put in its place.
    Object.assign(verification, {
      assess: async (subject: Parameters<typeof assess>[0]) => ({
        ...(await assess(subject)),
        verdict: 'suspected_clone',
      }),
    })
    try {
      expect(codeOf(await redeem(permit))).to.deep.equal([422, 'permit.suspected_clone_rejected'])
    } finally {
      Object.assign(verification, { assess })
    }
    expect((await redeem(permit)).status).to.equal(200)
  })

  it('is not taken in from a stranger, or signed for another listing, marketplace, chain or contract', async () => {
    const { item, person } = await owned(wallet())
    const body = await permitBody(item, person)
    const create = async (more: Json) => codeOf(await world.post('/v1/permits', { ...body, ...more }))
    const stranger = wallet()
    const { typedData } = await world.signing(item, 'permit', { marketplace: RIVE, listing: body.listing })
    const theirs = { owner: stranger.owner, signature: await stranger.sign(typedData) }
    expect(await create(theirs)).to.deep.equal([422, 'permit.not_owner_rejected'])
    const wrong = [422, 'permit.signature_rejected']
    expect(await create({ listing: 'ANOTHER' })).to.deep.equal(wrong)
    expect(await create({ marketplace: SECOND })).to.deep.equal(wrong)
    expect(await create({ expiry: body.expiry + 1 })).to.deep.equal(wrong)
    const { item: another } = await owned(person)
    expect(await create({ item: world.keyOf(another) })).to.deep.equal(wrong)
    const { domain } = typedData
    const verifyingContract = `0x${randomBytes(20).toString('hex')}` as const
    for (const [place, code] of [
      [{ ...domain, chainId: 1 }, 'ownership.chain_mismatch'],
      [{ ...domain, verifyingContract }, 'ownership.contract_mismatch'],
    ] as const) {
      const signature = await person.sign({ ...typedData, domain: place })
      const named = { chainId: place.chainId, verifyingContract: place.verifyingContract }
      expect(await create({ signature })).to.deep.equal(wrong)
      expect(await create({ signature, domain: named })).to.deep.equal([422, code])
    }
    const [once, twice] = await Promise.all([
      world.post('/v1/permits', body),
      world.post('/v1/permits', body),
    ])
    expect(once.json['id']).to.equal(twice.json['id'])
  })

  it('is refused once it has expired', async () => {
    const { item, person } = await owned()
    const permit = await permitFor(item, person)
    await world.rpc('evm_increaseTime', [8 * 86_400])
    await world.rpc('evm_mine')
    expect(codeOf(await redeem(permit))).to.deep.equal([422, 'permit.expired_rejected'])
    await eventually('the chain’s time is seen', async () => {
      const { json } = await world.call('GET', `/v1/permits/${permit.id}`)
      return json['state'] === 'expired'
    })
  })

  async function startRecovery(item: Item): Promise<void> {
    const body = await world.recoveryBody(item, phone())
    const { status, json } = await world.post('/v1/recoveries', body, world.brandKey)
    expect(status, JSON.stringify(json)).to.equal(202)
  }
})
