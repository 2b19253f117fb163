import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { TypedData } from '../../server/modules/ownership/index.ts'
import {
  claimWallet,
  type Item,
  type Json,
  type OwnershipWorld,
  ownershipWorld,
  type Person,
  pathOf,
  phone,
  signTyped,
  wallet,
} from './ownership-world.ts'

/*
 * claim      by passkey · by address · again · the same again · by somebody who saw the signature · wrong code
 *            other chain · other contract · other item · past its deadline · unknown item
 * transfer   passkey to passkey · passkey to address · address to passkey · by a former owner · a used signature
 *            other chain · other item · past its deadline · of a stolen item · of an unclaimed one
 * report     by the owner · by the brand · by another brand · by nobody · taken back by the other
 * recovery   started by the brand · too early · cancelled by the owner · finished · without the code
 */
describe('ownership over HTTP', function () {
  this.timeout(180_000)
  let world: OwnershipWorld

  before(async () => {
    world = await ownershipWorld(40)
  })
  after(async () => {
    await world.close()
    expect(world.service.errors).to.deep.equal([])
  })

  const refused = async (path: string, body: unknown, status: number, code: string, key?: string) => {
    const answer = await world.post(path, body, key)
    expect([answer.status, answer.json['code']], JSON.stringify(answer.json)).to.deep.equal([status, code])
    return answer.json
  }
  const domainOf = ({ domain: { chainId, verifyingContract } }: TypedData) => ({ chainId, verifyingContract })
  const report = async (item: Item, person: Person, kind: 'stolen' | 'recovered') => {
    const { authorization } = await world.authorised(item, person, `report_${kind}`)
    return world.post(pathOf(item, 'reports'), { kind, authorization })
  }

  it('lets a passkey claim an item with the code, the relayer paying, for less than 150,000 gas', async () => {
    const [item, person] = [world.fresh(), phone()]
    expect(await world.ownershipOf(item)).to.include({ ownership: 'unclaimed', owner: null })
    const { owner } = await world.signing(item, 'claim', { owner: person.owner })
    const act = await world.claim(item, person)
    expect(act).to.include({ act: 'claim', status: 'final', to: owner?.account, error: null })
    expect(act['gasUsed']).to.be.a('number').below(150_000)
    expect(await world.ownershipOf(item)).to.include({
      ownership: 'claimed',
      owner: owner?.account,
      nonce: 0,
    })
    const again = await world.call('GET', `/v1/ownership-acts/${act['id']}`)
    expect(again.json).to.deep.equal(act)
  })

  it('lets an address claim an item', async () => {
    const [item, person] = [world.fresh(), wallet()]
    await world.claim(item, person)
    expect(await world.ownershipOf(item)).to.include({ ownership: 'claimed', owner: person.account })
  })

  it('answers the same claim with the same act, and sends it once', async () => {
    const [item, person] = [world.fresh(), phone()]
    const body = await world.claimBody(item, person)
    const answers = await Promise.all([1, 2, 3].map(() => world.post('/v1/claims', body)))
    expect(new Set(answers.map(({ json }) => json['transactionHash'])).size).to.equal(1)
    expect((await world.post('/v1/claims', body)).json).to.deep.equal(answers[0]?.json)
  })

  it('refuses a second claim', async () => {
    const item = world.fresh()
    const late = await world.claimBody(item, phone())
    await world.claim(item, phone())
    const problem = await refused('/v1/claims', late, 409, 'ownership.already_claimed')
    expect(problem['claimedAt']).to.match(/^\d+$/)
    const order = { act: 'claim', item: world.keyOf(item), owner: phone().owner }
    await refused('/v1/signing-requests', order, 409, 'ownership.already_claimed')
  })

  it('refuses whoever saw a claim and puts another owner, item or deadline in it', async () => {
    const [item, other, thief] = [world.fresh(), world.fresh(), phone()]
    const seen = await world.claimBody(item, phone())
    const wrong = 'ownership.claim_signature_rejected'
    await refused('/v1/claims', { ...seen, owner: thief.owner }, 422, wrong)
    await refused('/v1/claims', { ...seen, item: world.keyOf(other) }, 422, wrong)
    await refused('/v1/claims', { ...seen, deadline: seen.deadline + 1 }, 422, wrong)
    expect(await world.ownershipOf(item)).to.include({ ownership: 'unclaimed' })
    expect((await world.post('/v1/claims', seen)).status).to.equal(202)
  })

  it('refuses a claim with a wrong code', async () => {
    const item = world.fresh()
    const body = await world.claimBody({ ...item, code: '0'.repeat(16) }, phone())
    const problem = await refused('/v1/claims', body, 422, 'ownership.claim_signature_rejected')
    expect(problem['contractError']).to.equal('chain.item_ownership_bad_claim_signature')
  })

  it('refuses a claim signed for another chain or another contract', async () => {
    const [item, person] = [world.fresh(), phone()]
    const { itemId, typedData, deadline } = await world.signing(item, 'claim', { owner: person.owner })
    const stranger = `0x${randomBytes(20).toString('hex')}` as const
    const places = [
      { place: { ...typedData.domain, chainId: 1 }, code: 'ownership.chain_mismatch' },
      { place: { ...typedData.domain, verifyingContract: stranger }, code: 'ownership.contract_mismatch' },
    ]
    for (const { place, code } of places) {
      const elsewhere = { ...typedData, domain: place }
      const signature = await signTyped(claimWallet(itemId, item.code), elsewhere)
      const body = { item: world.keyOf(item), owner: person.owner, deadline, signature }
      await refused('/v1/claims', body, 422, 'ownership.claim_signature_rejected')
      await refused('/v1/claims', { ...body, domain: domainOf(elsewhere) }, 422, code)
    }
  })

  it('refuses a claim past its deadline, also one that is signed rightly', async () => {
    const [item, person] = [world.fresh(), phone()]
    const { itemId, typedData } = await world.signing(item, 'claim', { owner: person.owner })
    const deadline = 1_700_000_000
    const past = { ...typedData, message: { ...typedData.message, deadline: String(deadline) } }
    const signature = await signTyped(claimWallet(itemId, item.code), past)
    const body = { item: world.keyOf(item), owner: person.owner, deadline, signature }
    const problem = await refused('/v1/claims', body, 422, 'ownership.expired_rejected')
    expect(problem['deadline']).to.equal(String(deadline))
    const order = { act: 'claim', item: world.keyOf(item), owner: person.owner, deadline }
    await refused('/v1/signing-requests', order, 422, 'ownership.deadline_rejected')
  })

  it('says which item is unknown and which owner can own nothing', async () => {
    const item = world.fresh()
    const body = await world.claimBody(item, phone())
    const nowhere = { gtin: item.gtin, serial: 'NOTTHERE' }
    await refused('/v1/claims', { ...body, item: nowhere }, 404, 'ownership.item_not_found')
    const off = { passkey: { x: `0x${'01'.repeat(32)}`, y: `0x${'02'.repeat(32)}` } }
    const { itemId, typedData, deadline } = await world.signing(item, 'claim', { owner: off })
    const signature = await signTyped(claimWallet(itemId, item.code), typedData)
    await refused('/v1/claims', { ...body, owner: off, deadline, signature }, 422, 'ownership.owner_rejected')
    const nobody = { address: `0x${'0'.repeat(40)}` }
    await refused('/v1/claims', { ...body, owner: nobody }, 422, 'ownership.owner_rejected')
  })

  it('moves an item from passkey to passkey for less than 120,000 gas, then to an address and back', async () => {
    const [item, first, second, third] = [world.fresh(), phone(), phone(), wallet()]
    await world.claim(item, first)
    const moved = await world.post('/v1/transfers', await world.transferBody(item, first, second))
    expect(moved.json, JSON.stringify(moved.json)).to.include({ act: 'transfer', status: 'final' })
    expect(moved.json['gasUsed']).to.be.a('number').below(120_000)
    const toAddress = await world.transferBody(item, second, third)
    expect((await world.post('/v1/transfers', toAddress)).json).to.include({ to: third.account })
    const back = await world.transferBody(item, third, first)
    expect((await world.post('/v1/transfers', back)).status).to.equal(202)
    const { account } = await world.ownerOf(first)
    expect(await world.ownershipOf(item)).to.include({ owner: account, nonce: 3 })
  })

  it('refuses a transfer by a former owner, by a stranger, and one that was signed for an earlier state', async () => {
    const [item, first, second] = [world.fresh(), phone(), phone()]
    await world.claim(item, first)
    const early = await world.transferBody(item, first, phone())
    expect(
      (await world.post('/v1/transfers', await world.transferBody(item, first, second))).status,
    ).to.equal(202)
    await refused('/v1/transfers', early, 409, 'ownership.nonce_changed')
    const former = await world.transferBody(item, first, phone())
    const problem = await refused('/v1/transfers', former, 422, 'ownership.not_owner_rejected')
    expect(problem['contractError']).to.equal('chain.item_ownership_not_owner')
    const named = { ...former, authorization: { ...former.authorization, owner: second.owner } }
    await refused('/v1/transfers', named, 422, 'ownership.signature_rejected')
  })

  it('refuses a transfer signed for another item, receiver, chain or contract, or past its deadline', async () => {
    const [item, other, person, receiver] = [world.fresh(), world.fresh(), wallet(), phone()]
    await world.claim(item, person)
    await world.claim(other, person)
    const body = await world.transferBody(item, person, receiver)
    const wrong = 'ownership.signature_rejected'
    await refused('/v1/transfers', { ...body, item: world.keyOf(other) }, 422, wrong)
    await refused('/v1/transfers', { ...body, to: phone().owner }, 422, wrong)
    const { typedData, nonce, deadline } = await world.signing(item, 'transfer', { to: receiver.owner })
    const chain = { ...typedData, domain: { ...typedData.domain, chainId: 1 } }
    const authorization = { owner: person.owner, nonce, deadline, signature: await person.sign(chain) }
    await refused('/v1/transfers', { ...body, authorization }, 422, wrong)
    const named = { ...body, authorization, domain: domainOf(chain) }
    await refused('/v1/transfers', named, 422, 'ownership.chain_mismatch')
    const stranger = `0x${randomBytes(20).toString('hex')}` as const
    const contract = { ...typedData, domain: { ...typedData.domain, verifyingContract: stranger } }
    const elsewhere = { owner: person.owner, nonce, deadline, signature: await person.sign(contract) }
    await refused('/v1/transfers', { ...body, authorization: elsewhere }, 422, wrong)
    const signedThere = { ...body, authorization: elsewhere, domain: domainOf(contract) }
    await refused('/v1/transfers', signedThere, 422, 'ownership.contract_mismatch')
    const past = { ...typedData, message: { ...typedData.message, deadline: '1700000000' } }
    const late = { owner: person.owner, nonce, deadline: 1_700_000_000, signature: await person.sign(past) }
    await refused('/v1/transfers', { ...body, authorization: late }, 422, 'ownership.expired_rejected')
    expect(await world.ownershipOf(item)).to.include({ owner: person.account, nonce: 0 })
  })

  it('refuses a passkey’s answer to another challenge before it asks the chain', async () => {
    const [item, other, person] = [world.fresh(), world.fresh(), phone()]
    await world.claim(item, person)
    await world.claim(other, person)
    const body = await world.transferBody(item, person, phone())
    const problem = await refused(
      '/v1/transfers',
      { ...body, item: world.keyOf(other) },
      422,
      'ownership.assertion_rejected',
    )
    expect((problem['errors'] as Json[])[0]?.['pointer']).to.equal('/signature/clientDataJSON')
  })

  it('refuses to move a stolen item, and moves it once it is recovered', async () => {
    const [item, person, buyer] = [world.fresh(), phone(), phone()]
    await world.claim(item, person)
    const before = await world.transferBody(item, person, buyer)
    const stolen = await report(item, person, 'stolen')
    expect(stolen.json, JSON.stringify(stolen.json)).to.include({ act: 'report_stolen', status: 'final' })
    expect((await world.ownershipOf(item))['stolen']).to.include({ by: 'owner' })
    await refused('/v1/transfers', before, 409, 'ownership.nonce_changed')
    const order = { act: 'transfer', item: world.keyOf(item), to: buyer.owner }
    await refused('/v1/signing-requests', order, 422, 'ownership.stolen_rejected')
    const { typedData, nonce, deadline } = await world.signing(item, 'report_recovered')
    const to = { signer: (await world.ownerOf(buyer)).signer }
    const message = {
      domain: typedData.domain,
      primaryType: 'Transfer',
      types: {
        Transfer: [
          { name: 'tokenId', type: 'uint256' },
          { name: 'to', type: 'bytes' },
          { name: 'nonce', type: 'uint40' },
          { name: 'deadline', type: 'uint48' },
        ],
      },
      message: { ...typedData.message, to: to.signer },
    }
    const authorization = { owner: person.owner, nonce, deadline, signature: await person.sign(message) }
    const body = { item: world.keyOf(item), to, authorization }
    const problem = await refused('/v1/transfers', body, 422, 'ownership.stolen_rejected')
    expect(problem['contractError']).to.equal('chain.item_ownership_stolen')
    expect((await report(item, person, 'recovered')).status).to.equal(202)
    expect(
      (await world.post('/v1/transfers', await world.transferBody(item, person, buyer))).status,
    ).to.equal(202)
  })

  it('takes reports of the item’s brand by its key, and of nobody else without the owner’s word', async () => {
    const [item, person] = [world.fresh(), phone()]
    await world.claim(item, person)
    const path = pathOf(item, 'reports')
    const shop = world.service.credentials.marketplaces[0]?.apiKey
    await refused(path, { kind: 'stolen' }, 422, 'ownership.report_not_allowed')
    await refused(path, { kind: 'stolen' }, 422, 'ownership.report_not_allowed', shop)
    const rival = await otherBrand()
    await refused(path, { kind: 'stolen' }, 422, 'ownership.report_not_allowed', rival)
    expect((await world.post(path, { kind: 'stolen' }, world.brandKey)).json).to.include({ status: 'final' })
    expect((await world.ownershipOf(item))['stolen']).to.include({ by: 'brand' })
    const { authorization } = await world.authorised(item, person, 'report_recovered')
    await refused(path, { kind: 'recovered', authorization }, 422, 'ownership.other_reporter_rejected')
    expect((await world.post(path, { kind: 'recovered' }, world.brandKey)).status).to.equal(202)
    await refused(path, { kind: 'recovered' }, 422, 'ownership.not_stolen_rejected', world.brandKey)
  })

  it('refuses acts of owners on an item that nobody claimed', async () => {
    const item = world.fresh()
    const order = { act: 'transfer', item: world.keyOf(item), to: phone().owner }
    await refused('/v1/signing-requests', order, 422, 'ownership.unclaimed_rejected')
    const path = pathOf(item, 'reports')
    await refused(path, { kind: 'stolen' }, 422, 'ownership.unclaimed_rejected', world.brandKey)
  })

  it('is told in the verdict of a scan, at the block of the rest', async () => {
    const [item, person] = [world.fresh(), phone()]
    const verdict = async () => (await world.post('/v1/verifications', world.keyOf(item))).json
    const ownershipIn = (answer: Json) =>
      (answer['findings'] as Json[]).find(({ check }) => check === 'ownership')?.['result']
    const before = await verdict()
    expect(before).to.include({ verdict: 'verified', ownership: 'unclaimed', assurance: 'label' })
    await world.claim(item, person)
    const claimed = await verdict()
    expect(claimed).to.include({ verdict: 'verified', ownership: 'claimed' })
    expect(ownershipIn(claimed)).to.equal('pass')
    await report(item, person, 'stolen')
    const stolen = await verdict()
    expect(stolen).to.include({ verdict: 'reported_stolen', ownership: 'claimed' })
    expect(ownershipIn(stolen)).to.equal('fail')
    await report(item, person, 'recovered')
    expect(await verdict()).to.include({ verdict: 'verified' })
  })

  it('recovers an item after a lost passkey: brand and code start it, the owner may object, two weeks pass', async () => {
    const [item, lost, next] = [world.fresh(), phone(), phone()]
    await world.claim(item, lost)
    const start = (code: string) => world.recoveryBody(item, next, code)
    const wrong = await start('0'.repeat(16))
    await refused('/v1/recoveries', wrong, 422, 'ownership.claim_signature_rejected', world.brandKey)
    expect((await world.post('/v1/recoveries', await start(item.code))).status).to.equal(401)
    const rival = await otherBrand()
    await refused('/v1/recoveries', await start(item.code), 422, 'ownership.report_not_allowed', rival)
    const started = await world.post('/v1/recoveries', await start(item.code), world.brandKey)
    expect(started.json, JSON.stringify(started.json)).to.include({ act: 'recover', status: 'final' })
    const target = { item: world.keyOf(item) }
    await refused('/v1/recoveries/completions', target, 409, 'ownership.recovery_not_ready')
    const { authorization } = await world.authorised(item, lost, 'cancel_recovery')
    const cancelled = await world.post('/v1/recoveries/cancellations', { ...target, authorization })
    expect(cancelled.json, JSON.stringify(cancelled.json)).to.include({ act: 'cancel_recovery' })
    await refused('/v1/recoveries/completions', target, 404, 'ownership.recovery_not_found')
    const again = await world.post('/v1/recoveries', await start(item.code), world.brandKey)
    expect(again.status, JSON.stringify(again.json)).to.equal(202)
    await world.rpc('evm_increaseTime', [14 * 86_400])
    await world.rpc('evm_mine')
    const done = await world.post('/v1/recoveries/completions', target)
    expect(done.json, JSON.stringify(done.json)).to.include({ act: 'finish_recovery', status: 'final' })
    expect(await world.ownershipOf(item)).to.include({ owner: again.json['to'], recovery: null })
  })

  let rivalKey: string | null = null
  async function otherBrand(): Promise<string> {
    if (rivalKey !== null) return rivalKey
    const operator = world.service.credentials.operator.apiKey
    const body = { id: 'rival.example', name: 'Rival', prefixes: ['9501101'] }
    const { status, json } = await world.post('/v1/brands', body, operator)
    expect(status, JSON.stringify(json)).to.be.oneOf([201, 202])
    rivalKey = String(json['apiKey'])
    return rivalKey
  }
})
