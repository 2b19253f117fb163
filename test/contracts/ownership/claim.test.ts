import { expect } from 'chai'
import { getAddress, id, Wallet, ZeroAddress } from 'ethers'
import { network } from 'hardhat'
import { ask, attempt, BRAND, Kind, OTHER_BRAND, Reason, send, timeOf, wordsOf } from '../support.ts'
import {
  account,
  batchOf,
  claim,
  claimArgs,
  deployWorld,
  FAR,
  first,
  itemAt,
  key,
  passkey,
  Reporter,
  stateOf,
  typesOf,
  type World,
} from './world.ts'

const { ethers, networkHelpers } = await network.create()

/*
 * claim
 * ├── root: anchored items of an active brand | unknown | events | another brand's with the same item id
 * ├── leaf: proven | changed in each part | index beyond the leaves | revoked | recalled | brand suspended
 * ├── signature: of the claim key for this owner | for another owner, token, deadline, chain, contract | of another key
 * ├── deadline: a second before | at | a second after
 * ├── owner: account | P-256 key | passkey | neither
 * └── before: never claimed | claimed
 */
describe('ItemOwnership claim', () => {
  const fixture = () => deployWorld(ethers)
  const load = () => networkHelpers.loadFixture(fixture)
  const refused = (world: World, args: readonly unknown[], name: string, ...values: unknown[]) =>
    expect(attempt(world.ownership, world.stranger, 'claim', ...args))
      .to.be.revertedWithCustomError(world.ownership, name)
      .withArgs(...values)

  it('gives the item to whom the claim key names, whoever sends it', async () => {
    const world = await load()
    const item = first(world)
    const args = await claimArgs(world, item, await world.owner.getAddress())
    const sent = attempt(world.ownership, world.stranger, 'claim', ...args)
    await expect(sent)
      .to.emit(world.ownership, 'Transfer')
      .withArgs(ZeroAddress, world.owner, item.tokenId)
      .and.to.emit(world.ownership, 'Claimed')
      .withArgs(item.tokenId, BRAND, item.leaf.itemId, item.root, item.leaf.index)
    const receipt = await (await sent).wait()
    if (receipt === null) throw new Error('no receipt')
    const { number } = await ask(world.brands, 'brandOf', BRAND)
    expect(await stateOf(world, item.tokenId)).to.deep.equal({
      owner: await world.owner.getAddress(),
      nonce: 0n,
      stolenAt: 0n,
      stolenBy: Reporter.None,
      brandNumber: number,
      claimedAt: BigInt(await timeOf(ethers, receipt)),
      recoveryOwner: ZeroAddress,
      recoveryReadyAt: 0n,
    })
    expect(await ask(world.ownership, 'ownerOf', item.tokenId)).to.equal(await world.owner.getAddress())
    expect(await ask(world.ownership, 'balanceOf', world.owner)).to.equal(1n)
    expect((await stateOf(world, itemAt(world, 1).tokenId)).owner).to.equal(ZeroAddress)
  })

  for (const kind of ['passkey', 'key'] as const) {
    it(`takes a ${kind} as owner, under an address of its own`, async () => {
      const world = await load()
      const owner = await (kind === 'passkey' ? passkey(world) : key(world))
      await claim(world, first(world), owner)
      expect(await ask(world.ownership, 'ownerAddressOf', owner.bytes)).to.equal(getAddress(owner.account))
      expect(await ask(world.ownership, 'ownerOf', first(world).tokenId)).to.equal(getAddress(owner.account))
    })
  }

  it('refuses a second claim, with the time of the first', async () => {
    const world = await load()
    const item = first(world)
    const time = await timeOf(ethers, await claim(world, item, await account(world.owner)))
    const args = await claimArgs(world, item, await world.former.getAddress())
    await refused(world, args, 'ItemOwnershipAlreadyClaimed', item.tokenId, time)
  })

  it('refuses a second claim of an item that was anchored again', async () => {
    const world = await load()
    const [again] = batchOf(BRAND, ['item a', 'item z'])
    if (!again) throw new Error('no item')
    await send(world.items, world.anchorer, 'anchor', BRAND, again.root, 2, Kind.Items)
    const time = await timeOf(ethers, await claim(world, first(world), await account(world.owner)))
    const args = await claimArgs(world, again, await world.former.getAddress())
    await refused(world, args, 'ItemOwnershipAlreadyClaimed', again.tokenId, time)
  })

  it('keeps another brand’s token apart from that of the item it imitates', async () => {
    const world = await load()
    const [imitation] = batchOf(OTHER_BRAND, ['item a', 'item z'])
    if (!imitation) throw new Error('no item')
    await send(world.items, world.otherAnchorer, 'anchor', OTHER_BRAND, imitation.root, 2, Kind.Items)
    await claim(world, imitation, await account(world.former))
    expect(imitation.tokenId).to.not.equal(first(world).tokenId)
    await claim(world, first(world), await account(world.owner))
    expect(await ask(world.ownership, 'ownerOf', first(world).tokenId)).to.equal(
      await world.owner.getAddress(),
    )
    expect(await ask(world.ownership, 'tokenIdOf', OTHER_BRAND, imitation.leaf.itemId)).to.equal(
      imitation.tokenId,
    )
  })

  it('refuses an unknown root', async () => {
    const world = await load()
    const [item] = batchOf(BRAND, ['nowhere', 'nothing'])
    if (!item) throw new Error('no item')
    const args = await claimArgs(world, item, await world.owner.getAddress())
    await refused(world, args, 'ItemOwnershipUnknownRoot', item.root)
  })

  for (const kind of [Kind.Events, Kind.Decisions]) {
    it(`refuses a root of kind ${kind}`, async () => {
      const world = await load()
      const [item] = batchOf(BRAND, ['event a', 'event b'])
      if (!item) throw new Error('no item')
      await send(world.items, world.anchorer, 'anchor', BRAND, item.root, 2, kind)
      const args = await claimArgs(world, item, await world.owner.getAddress())
      await refused(world, args, 'ItemOwnershipNotItems', item.root)
    })
  }

  it('refuses a leaf beyond the anchored ones, which nobody could revoke', async () => {
    const world = await load()
    const [, last] = batchOf(BRAND, ['one', 'two'])
    if (!last) throw new Error('no item')
    await send(world.items, world.anchorer, 'anchor', BRAND, last.root, 1, Kind.Items)
    const args = await claimArgs(world, last, await world.owner.getAddress())
    await refused(world, args, 'ItemOwnershipBadIndex', last.root, 1)
  })

  it('refuses a leaf with any part or sibling changed', async () => {
    const world = await load()
    const item = first(world)
    const to = await world.owner.getAddress()
    const [root, leaf, proof, ...rest] = await claimArgs(world, item, to)
    const changes = [
      { index: 1 },
      { itemId: id('?') },
      { certificateDigest: id('?') },
      { claimKey: await world.former.getAddress() },
    ]
    for (const change of changes) {
      const changed = { ...(leaf as object), ...change }
      const index = 'index' in change ? 1 : 0
      await refused(world, [root, changed, proof, ...rest], 'ItemOwnershipBadProof', item.root, index)
    }
    const longer = [...(proof as string[]), id('?')]
    await refused(world, [root, leaf, longer, ...rest], 'ItemOwnershipBadProof', item.root, 0)
    await refused(world, [root, leaf, [], ...rest], 'ItemOwnershipBadProof', item.root, 0)
  })

  it('refuses a revoked leaf, and none of its neighbours', async () => {
    const world = await load()
    await send(world.items, world.anchorer, 'revoke', first(world).root, wordsOf(0), Reason.Counterfeit)
    const args = await claimArgs(world, first(world), await world.owner.getAddress())
    await refused(world, args, 'ItemOwnershipRevoked', first(world).root, 0)
    await claim(world, itemAt(world, 1), await account(world.owner))
  })

  it('takes a recalled leaf: its holder is asked to come forward', async () => {
    const world = await load()
    await send(world.items, world.anchorer, 'recall', first(world).root, wordsOf(0), Reason.Safety)
    await claim(world, first(world), await account(world.owner))
    expect(await ask(world.ownership, 'balanceOf', world.owner)).to.equal(1n)
  })

  it('refuses items of a suspended brand until it is reinstated', async () => {
    const world = await load()
    const since = await timeOf(ethers, await send(world.brands, world.operator, 'suspendBrand', BRAND))
    const args = await claimArgs(world, first(world), await world.owner.getAddress())
    await refused(world, args, 'ItemOwnershipBrandSuspended', BRAND, since)
    await send(world.brands, world.operator, 'reinstateBrand', BRAND)
    await claim(world, first(world), await account(world.owner))
  })

  it('refuses the claim key’s signature for anything else', async () => {
    const world = await load()
    const item = first(world)
    const to = await world.owner.getAddress()
    const args = await claimArgs(world, item, to)
    const value = { tokenId: item.tokenId, owner: to, deadline: FAR }
    const others = [
      [world.domain, { ...value, owner: await world.former.getAddress() }],
      [world.domain, { ...value, tokenId: itemAt(world, 1).tokenId }],
      [world.domain, { ...value, deadline: FAR - 1 }],
      [{ ...world.domain, chainId: 1n }, value],
      [{ ...world.domain, verifyingContract: to }, value],
      [{ ...world.domain, version: '2' }, value],
      [{ ...world.domain, name: 'Another' }, value],
    ] as const
    const by = [item.tokenId, item.leaf.claimKey] as const
    for (const [domain, other] of others) {
      const signature = await item.claimWallet.signTypedData(domain, typesOf('Claim'), other)
      await refused(world, [...args.slice(0, 5), signature], 'ItemOwnershipBadClaimSignature', ...by)
    }
    const stranger = await Wallet.createRandom().signTypedData(world.domain, typesOf('Claim'), value)
    await refused(world, [...args.slice(0, 5), stranger], 'ItemOwnershipBadClaimSignature', ...by)
    await refused(world, [...args.slice(0, 5), '0x'], 'ItemOwnershipBadClaimSignature', ...by)
  })

  it('refuses an item without a claim key, whatever is signed', async () => {
    const world = await load()
    const [item] = batchOf(BRAND, ['keyless', 'other'])
    if (!item) throw new Error('no item')
    const { root, leaf, proof } = keyless(item.leaf)
    await send(world.items, world.anchorer, 'anchor', BRAND, root, 1, Kind.Items)
    const args = [root, leaf, proof, await world.owner.getAddress(), FAR, '0x']
    await refused(world, args, 'ItemOwnershipBadClaimSignature', item.tokenId, ZeroAddress)
  })

  it('cannot be front-run: the same signature gives the item to the same owner', async () => {
    const world = await load()
    const item = first(world)
    const args = await claimArgs(world, item, await world.owner.getAddress())
    const thief = [...args]
    thief[3] = await world.stranger.getAddress()
    await refused(world, thief, 'ItemOwnershipBadClaimSignature', item.tokenId, item.leaf.claimKey)
    await send(world.ownership, world.former, 'claim', ...args)
    expect(await ask(world.ownership, 'ownerOf', item.tokenId)).to.equal(await world.owner.getAddress())
  })

  it('counts up to and in the second of the deadline, not after it', async () => {
    const world = await load()
    const to = await world.owner.getAddress()
    const deadline = (await networkHelpers.time.latest()) + 1_000
    for (const [place, at] of [deadline - 1, deadline].entries()) {
      await networkHelpers.time.setNextBlockTimestamp(at)
      await send(
        world.ownership,
        world.stranger,
        'claim',
        ...(await claimArgs(world, itemAt(world, place), to, deadline)),
      )
    }
    await networkHelpers.time.setNextBlockTimestamp(deadline + 1)
    const late = await claimArgs(world, itemAt(world, 2), to, deadline)
    await refused(world, late, 'ItemOwnershipExpired', deadline, deadline + 1)
  })

  it('refuses owners that could never sign', async () => {
    const world = await load()
    const good = (await passkey(world)).bytes
    const verifier = (await world.webAuthn.getAddress()).toLowerCase()
    const bad = [
      '0x',
      ZeroAddress,
      '0x0102',
      good.slice(0, -2),
      `${good}00`,
      `${await world.former.getAddress()}${good.slice(42)}`.toLowerCase(),
      `${verifier}${'00'.repeat(64)}`,
      `${good.slice(0, -2)}${good.endsWith('00') ? '01' : '00'}`,
    ]
    for (const owner of bad) {
      const args = await claimArgs(world, first(world), owner)
      await refused(world, args, 'ItemOwnershipBadOwner', owner.toLowerCase())
      expect(await ask(world.ownership, 'ownerAddressOf', owner), owner).to.equal(ZeroAddress)
    }
  })
})

/** The leaf alone under its root, with no claim key. */
function keyless(leaf: { index: number; itemId: string; certificateDigest: string }) {
  const alone = { ...leaf, claimKey: ZeroAddress }
  return { root: rootOf(alone), leaf: alone, proof: [] as string[] }
}

function rootOf(leaf: {
  index: number
  itemId: string
  certificateDigest: string
  claimKey: string
}): string {
  const types = ['uint32', 'bytes32', 'bytes32', 'address']
  const encoded = ethers.AbiCoder.defaultAbiCoder().encode(types, [
    leaf.index,
    leaf.itemId,
    leaf.certificateDigest,
    leaf.claimKey,
  ])
  return ethers.keccak256(ethers.keccak256(encoded))
}
