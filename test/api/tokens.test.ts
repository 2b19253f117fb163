import { expect } from 'chai'
import { Interface } from 'ethers'
import { type OwnershipWorld, ownershipWorld, phone, wallet } from './ownership-world.ts'

describe('tokens of claimed items over HTTP', function () {
  this.timeout(180_000)
  let world: OwnershipWorld

  before(async () => {
    world = await ownershipWorld(3)
  })
  after(() => world.close())

  it('answers at the address that the contract gives for a token, without the item’s serial', async () => {
    const [item, person] = [world.fresh(), phone()]
    const { tokenId } = await world.signing(item, 'claim', { owner: person.owner })
    expect((await world.call('GET', `/token/${tokenId}`)).json['code']).to.equal('ownership.token_not_found')
    await world.claim(item, person)
    const { domain } = (await world.signing(item, 'transfer', { to: wallet().owner })).typedData
    const contract = new Interface(['function tokenURI(uint256) view returns (string)'])
    const data = contract.encodeFunctionData('tokenURI', [tokenId])
    const result = await world.rpc('eth_call', [{ to: domain.verifyingContract, data }, 'latest'])
    const [uri] = contract.decodeFunctionResult('tokenURI', String(result))
    const metadata = await world.call('GET', new URL(uri).pathname)
    expect(metadata).to.deep.include({ status: 200 })
    expect(metadata.json).to.deep.include({
      name: 'Maison Exemple Parfum N° 12 Édition',
      attributes: [
        { trait_type: 'Brand', value: 'Maison Exemple' },
        { trait_type: 'Model', value: 'Parfum N° 12 Édition' },
      ],
    })
    expect(JSON.stringify(metadata.json)).not.to.include(item.serial)
  })

  it('refuses as a token what is no 32 bytes, and says so of one it does not know', async () => {
    const unknown = await world.call('GET', `/token/0x${'ab'.repeat(32)}`)
    expect([unknown.status, unknown.json['code']]).to.deep.equal([404, 'ownership.token_not_found'])
    const short = await world.call('GET', '/token/0xab')
    expect([short.status, short.json['code']]).to.deep.equal([400, 'request.malformed'])
  })
})
