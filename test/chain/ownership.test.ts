import { expect } from 'chai'
import { type TypedDataDomain, Wallet } from 'ethers'
import { trackHeads } from '../../server/chain/head.ts'
import { createChainReader } from '../../server/chain/reader.ts'
import { createRpc } from '../../server/chain/rpc.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import { type ChainCall, isOwnershipChange } from '../../server/kernel/chain-facts.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { CloseStack } from '../../server/kernel/close-stack.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { passkeyOwner } from '../contracts/ownership/owners.ts'
import { batchOf, FAR, type Item, typesOf } from '../contracts/ownership/world.ts'
import { createWorld, type OpenedChain, onboardBrand, random32, type World, write } from './fixture.ts'
import { eventually, rejection } from './support.ts'

/*
 * states       unclaimed · claimed by a passkey · stolen by the brand · beside the item’s status, in one request
 * rehearsal    what it would cost · why it would be refused, with the values by name
 * digests      as ethers signs them · who signed
 * feed         claims and reports
 */
describe('ownership on the embedded chain', function () {
  this.timeout(60_000)
  let world: World
  let at: OpenedChain
  let items: readonly Item[]
  let domain: TypedDataDomain
  const opened = new CloseStack()

  before(async () => {
    world = await createWorld()
    at = await world.open()
    const brandId = await onboardBrand(at.chain)
    items = batchOf(brandId, [random32(), random32(), random32()])
    await write(at.chain, {
      contract: 'ItemRegistry',
      method: 'anchor',
      args: [brandId, items[0]?.root, items.length, 0],
    })
    const { chainId, contract } = at.chain.ownership.place()
    domain = { name: 'Cachet ItemOwnership', version: '1', chainId, verifyingContract: contract }
  })
  after(async () => {
    await opened.closeAll()
    await world.close()
  })

  const item = (index: number): Item => items[index] as Item
  const token = (index: number): Hex => `0x${item(index).tokenId.toString(16).padStart(64, '0')}`
  const rootOf = (index: number): Hex => item(index).root as Hex
  const claimCall = async (index: number, owner: string, deadline = FAR): Promise<ChainCall> => {
    const { root, leaf, proof, claimWallet, tokenId } = item(index)
    const signature = await claimWallet.signTypedData(domain, typesOf('Claim'), { tokenId, owner, deadline })
    return {
      contract: 'ItemOwnership',
      method: 'claim',
      args: [root, leaf, proof, owner, deadline, signature],
    }
  }

  it('tells whose an item is, and that the brand reported it stolen', async () => {
    expect((await at.chain.ownership.states([token(0)])).states).to.deep.equal([{ claimed: false }])
    const owner = passkeyOwner(at.chain.ownership.place().webAuthnVerifier)
    const claimed = await write(at.chain, await claimCall(0, owner.bytes))
    expect(claimed.error).to.equal(null)
    const [state] = (await at.chain.ownership.states([token(0)])).states
    expect(state).to.deep.include({
      claimed: true,
      owner: owner.account,
      nonce: 0,
      stolen: null,
      recovery: null,
    })
    await write(at.chain, { contract: 'ItemOwnership', method: 'reportStolen', args: [token(0)] })
    const { at: block, states } = await at.chain.ownership.states([token(1), token(0)])
    expect(states[0]).to.deep.equal({ claimed: false })
    expect(states[1]).to.deep.include({ nonce: 1, stolen: { atUnix: block.timeUnix, by: 'brand' } })
  })

  it('answers status and ownership of many items in one request, and another that makes sure of the block', async () => {
    const rpc = opened.add(createRpc({ url: at.chain.rpcUrl, chainId: null, log: silentLog }))
    const heads = opened.add(
      trackHeads({ rpc, finality: 1, clock: systemClock, log: silentLog, pollMs: 60_000 }),
    )
    const { addresses } = at.chain.deployment()
    const reader = createChainReader({ rpc, heads, clock: systemClock, addresses: () => addresses })
    const head = await heads.fresh(0)
    const before = rpc.counts.requests
    const root = rootOf(0)
    const { at: block, states } = await reader.itemStates([
      { root, index: 0, thumbprint: random32(), tokenId: token(0) },
      { root, index: 1, thumbprint: random32() },
      { root, index: 2, thumbprint: random32(), tokenId: token(2) },
    ])
    expect(rpc.counts.requests - before).to.equal(2)
    expect(block.blockHash).to.equal(head.block.blockHash)
    expect(states.map(({ anchor }) => anchor?.leafCount)).to.deep.equal([3, 3, 3])
    expect(states.map(({ ownership }) => ownership?.claimed)).to.deep.equal([true, undefined, false])
    expect(states[1]?.ownership).to.equal(null)
  })

  it('rehearses a call: what it would cost, or why it would be refused', async () => {
    const owner = new Wallet(random32()).address
    const { method, args } = await claimCall(1, owner)
    expect(await at.chain.ownership.rehearse({ method, args })).to.be.within(100_000, 150_000)
    const late = await claimCall(1, owner, 1_700_000_000)
    const expired = await rejection(at.chain.ownership.rehearse(late))
    expect(expired.code).to.equal('chain.item_ownership_expired')
    expect(expired.data).to.include({ deadline: '1700000000' })
    const stranger = await rejection(
      at.chain.ownership.rehearse({ method: 'claim', args: [random32(), ...args.slice(1)] }),
    )
    expect(stranger.code).to.equal('chain.item_ownership_unknown_root')
    expect(stranger.data?.['root']).to.match(/^0x/)
    const again = await rejection(at.chain.ownership.rehearse(await claimCall(0, owner)))
    expect(again.code).to.equal('chain.item_ownership_already_claimed')
  })

  it('refuses on the chain a claim that was signed for another chain, contract or item', async () => {
    const owner = new Wallet(random32()).address
    const { root, leaf, proof, claimWallet, tokenId } = item(2)
    const value = { tokenId, owner, deadline: FAR }
    const elsewhere = [
      { ...domain, chainId: 1 },
      { ...domain, verifyingContract: `0x${'12'.repeat(20)}` },
    ]
    const signatures = await Promise.all([
      ...elsewhere.map((one) => claimWallet.signTypedData(one, typesOf('Claim'), value)),
      claimWallet.signTypedData(domain, typesOf('Claim'), { ...value, tokenId: item(1).tokenId }),
    ])
    for (const signature of signatures) {
      const args = [root, leaf, proof, owner, FAR, signature]
      const refused = await write(at.chain, { contract: 'ItemOwnership', method: 'claim', args })
      expect(refused.error?.code).to.equal('chain.item_ownership_bad_claim_signature')
    }
  })

  it('computes the digest that wallets sign, and who signed it', async () => {
    const wallet = new Wallet(random32())
    const { chainId, contract } = at.chain.ownership.place()
    const typedData = {
      domain: { name: 'Cachet ItemOwnership', version: '1', chainId, verifyingContract: contract },
      primaryType: 'ReportStolen',
      types: {
        ReportStolen: [
          { name: 'tokenId', type: 'uint256' },
          { name: 'nonce', type: 'uint40' },
          { name: 'deadline', type: 'uint48' },
        ],
      },
      message: { tokenId: '5', nonce: '0', deadline: '9' },
    }
    const signature = (await wallet.signTypedData(domain, typedData.types, typedData.message)) as Hex
    const digest = at.chain.ownership.digest(typedData)
    expect(at.chain.ownership.recover(digest, signature)).to.equal(wallet.address.toLowerCase())
    const broken = ['0x', `0x${'00'.repeat(65)}`, `0x${'ff'.repeat(65)}`, `0x${'ff'.repeat(64)}`] as const
    for (const bytes of broken) expect(at.chain.ownership.recover(digest, bytes)).to.equal(null)
  })

  it('tells claims and reports in the feed, in order, with the leaf that was claimed', async () => {
    const feed = await eventually('the brand’s report', async () => {
      const events = (await at.chain.events.after(0, 100)).filter(isOwnershipChange)
      return events.some(({ kind }) => kind === 'reported_stolen') && events
    })
    const first = feed.filter(({ tokenId }) => tokenId === token(0))
    expect(first.map(({ kind, origin }) => [kind, origin])).to.deep.equal([
      ['claimed', { root: rootOf(0), index: item(0).leaf.index }],
      ['reported_stolen', null],
    ])
  })
})
