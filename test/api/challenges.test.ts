import { expect } from 'chai'
import {
  claimWallet,
  codeOf,
  type Item,
  type Json,
  type OwnershipWorld,
  ownershipWorld,
  type Person,
  phone,
  signTyped,
  wallet,
} from './ownership-world.ts'

/*
 * challenge   answered by the owner's passkey · by its address · by the code of an unclaimed item
 *             by a stranger · by a signature for another challenge · twice · once it has expired
 * its use     with a scan, once · before it is answered · with another secret · for another item
 *             with a certificate · after the item has moved · once it has expired
 */
describe('challenges to whoever holds an item, over HTTP', function () {
  this.timeout(120_000)
  let world: OwnershipWorld

  before(async () => {
    world = await ownershipWorld(16)
  })
  after(async () => {
    await world.close()
    expect(world.service.errors).to.deep.equal([])
  })

  const ask = async (item: Item) => {
    const { status, json } = await world.post('/v1/challenges', { item: world.keyOf(item) })
    expect(status, JSON.stringify(json)).to.equal(201)
    return json as Json & { id: string; secret: string; challenge: string; typedData: never }
  }
  type Asked = Awaited<ReturnType<typeof ask>>
  const answer = async ({ id, typedData, challenge }: Asked, person: Person, path = id) => {
    const body = { owner: person.owner, signature: await person.sign(typedData, challenge) }
    return world.post(`/v1/challenges/${path}/answers`, body)
  }
  const scan = (item: Item, { id, secret }: { id: string; secret: string }) =>
    world.post('/v1/verifications', { ...world.keyOf(item), challenge: { id, secret } })
  const ownershipIn = (json: Json) => {
    const found = (json['findings'] as Json[]).find(({ check }) => check === 'ownership')
    return [json['verdict'], json['assurance'], found?.['result']]
  }
  const claimed = async (person: Person): Promise<Item> => {
    const item = world.fresh()
    await world.claim(item, person)
    return item
  }
  const expire = async (id: string) => {
    const challenges = world.service.services.db.connection.collection<{ _id: string }>('challenges')
    await challenges.updateOne({ _id: id }, { $set: { deadline: 1_700_000_000 } })
  }

  for (const [name, makePerson] of [
    ['a passkey', phone],
    ['an address', wallet],
  ] as const) {
    it(`lift a scan to holder when ${name} that owns the item answers, once`, async () => {
      const person = makePerson()
      const item = await claimed(person)
      const asked = await ask(item)
      expect((await answer(asked, person)).json).to.include({ id: asked.id, status: 'answered' })
      const { json } = await scan(item, asked)
      expect(ownershipIn(json)).to.deep.equal(['verified', 'holder', 'pass'])
      expect(codeOf(await scan(item, asked))).to.deep.equal([410, 'ownership.challenge_gone'])
      const plain = await world.post('/v1/verifications', world.keyOf(item))
      expect(ownershipIn(plain.json)).to.deep.equal(['verified', 'label', 'pass'])
      const again = await world.call('GET', `/v1/verifications/${json['id']}`)
      expect(again.json).to.deep.equal(json)
    })
  }

  it('lift a scan to holder when the code of an item that nobody has claimed answers', async () => {
    const item = world.fresh()
    const asked = await ask(item)
    const path = `/v1/challenges/${asked.id}/answers`
    const itemId = asked['itemId'] as `0x${string}`
    const guess = await signTyped(claimWallet(itemId, '0'.repeat(16)), asked.typedData)
    expect(codeOf(await world.post(path, { claimSignature: guess }))).to.deep.equal([
      422,
      'ownership.claim_signature_rejected',
    ])
    const claimSignature = await signTyped(claimWallet(itemId, item.code), asked.typedData)
    expect((await world.post(path, { claimSignature })).status).to.equal(200)
    const { json } = await scan(item, asked)
    expect(ownershipIn(json).slice(0, 2)).to.deep.equal(['verified', 'holder'])
    expect(await world.ownershipOf(item)).to.include({ ownership: 'unclaimed' })
    await world.claim(item, phone())
    const late = await ask(item)
    const claimWord = await signTyped(claimWallet(itemId, item.code), late.typedData)
    expect(
      codeOf(await world.post(`/v1/challenges/${late.id}/answers`, { claimSignature: claimWord })),
    ).to.deep.equal([409, 'ownership.already_claimed'])
  })

  it('are not answered by a stranger, by an answer to another challenge, or twice', async () => {
    const [person, stranger] = [wallet(), phone()]
    const item = await claimed(person)
    const asked = await ask(item)
    expect(codeOf(await answer(asked, stranger))).to.deep.equal([422, 'ownership.not_owner_rejected'])
    const other = await ask(item)
    expect(codeOf(await answer(other, person, asked.id))).to.deep.equal([422, 'ownership.signature_rejected'])
    const theirs = await claimed(stranger)
    const [one, two] = [await ask(theirs), await ask(theirs)]
    expect(codeOf(await answer(two, stranger, one.id))).to.deep.equal([422, 'ownership.assertion_rejected'])
    expect((await answer(asked, person)).status).to.equal(200)
    expect(codeOf(await answer(asked, person))).to.deep.equal([409, 'ownership.challenge_already_answered'])
  })

  it('are used by their maker alone, for their item, after the answer', async () => {
    const person = phone()
    const [item, other] = [await claimed(person), await claimed(person)]
    const asked = await ask(item)
    expect(codeOf(await scan(item, asked))).to.deep.equal([409, 'ownership.challenge_not_ready'])
    await answer(asked, person)
    const wrong = [422, 'ownership.challenge_rejected']
    expect(codeOf(await scan(item, { ...asked, secret: 'guess' }))).to.deep.equal(wrong)
    expect(codeOf(await scan(other, asked))).to.deep.equal(wrong)
    const unknown = { ...asked, id: `chl_${'0'.repeat(26)}` }
    expect(codeOf(await scan(item, unknown))).to.deep.equal([404, 'ownership.challenge_not_found'])
    const { json } = await world.post('/v1/verifications', world.keyOf(item))
    const { id, secret } = asked
    const shown = { certificate: json['certificate'], challenge: { id, secret } }
    expect(codeOf(await world.post('/v1/verifications', shown))).to.deep.equal(wrong)
    expect((await scan(item, asked)).status).to.equal(200)
  })

  it('count no more once the item has moved', async () => {
    const [person, next] = [phone(), phone()]
    const item = await claimed(person)
    const asked = await ask(item)
    await answer(asked, person)
    const moved = await world.post('/v1/transfers', await world.transferBody(item, person, next))
    expect(moved.status).to.equal(202)
    const { json } = await scan(item, asked)
    expect(ownershipIn(json)).to.deep.equal(['verified', 'label', 'warn'])
  })

  it('can neither be answered nor used once they have expired', async () => {
    const person = phone()
    const item = await claimed(person)
    const [open, answered] = [await ask(item), await ask(item)]
    await answer(answered, person)
    await Promise.all([expire(open.id), expire(answered.id)])
    expect(codeOf(await answer(open, person))).to.deep.equal([410, 'ownership.challenge_gone'])
    expect(codeOf(await scan(item, answered))).to.deep.equal([410, 'ownership.challenge_gone'])
    expect((await world.call('GET', `/v1/challenges/${answered.id}`)).json).to.include({ status: 'expired' })
  })
})
