import { expect } from 'chai'
import { getAddress, id, Wallet, ZeroAddress } from 'ethers'
import { network } from 'hardhat'
import { ask, attempt, BRAND, refused, send, timeOf } from '../support.ts'
import {
  deployOwned,
  FAR,
  first,
  itemAt,
  passkey,
  possess,
  RECOVERY_DELAY,
  Reporter,
  startRecovery,
  stateOf,
  typesOf,
  type World,
} from './world.ts'

const { ethers, networkHelpers } = await network.create()

/*
 * recovery of an item whose owner's key is lost
 * ├── start ─── admin, anchoring account · others · brand suspended · origin · new owner · possession: signed for, by,
 * │             nonce, deadline · pending already · item stolen, unknown
 * ├── object ── owner, brand · others · a transfer · nothing pending
 * └── finish ── a second before, at, long after its time · by anybody · brand suspended · unknown, nothing pending
 */
describe('ItemOwnership recovery', () => {
  const fixture = () => deployOwned(ethers)
  const load = () => networkHelpers.loadFixture(fixture)
  /** Starts one with whatever should differ from what is right. */
  const start = async (world: World, changes: Record<string, unknown> = {}, who = world.anchorer) => {
    const item = first(world)
    const to = (await world.former.getAddress()).toLowerCase()
    const right = { tokenId: item.tokenId, origin: item.origin, newOwner: to, possession: null }
    const all: Record<string, unknown> = { ...right, ...changes }
    const possession = all.possession ?? (await possess(world, item, String(all.newOwner)))
    return attempt(world.ownership, who, 'startRecovery', all.tokenId, all.origin, all.newOwner, possession)
  }
  const begun = async (world: World): Promise<bigint> => {
    await startRecovery(world, first(world), (await world.former.getAddress()).toLowerCase())
    return (await stateOf(world, first(world).tokenId)).recoveryReadyAt
  }
  const finish = (world: World) =>
    attempt(world.ownership, world.stranger, 'finishRecovery', first(world).tokenId)

  for (const who of ['admin', 'anchorer'] as const) {
    it(`is started by the brand’s ${who}, to be ready after its delay`, async () => {
      const world = await load()
      const { tokenId } = first(world)
      const before = await stateOf(world, tokenId)
      const sent = start(world, {}, world[who])
      const receipt = await (await sent).wait()
      const readyAt = BigInt((await timeOf(ethers, receipt)) + RECOVERY_DELAY)
      const to = await world.former.getAddress()
      await expect(sent)
        .to.emit(world.ownership, 'RecoveryStarted')
        .withArgs(tokenId, to, readyAt, await world[who].getAddress())
      expect(await stateOf(world, tokenId)).to.deep.equal({
        ...before,
        nonce: before.nonce + 1n,
        recoveryOwner: to,
        recoveryReadyAt: readyAt,
      })
    })
  }

  it('is started by nobody else, whoever has the item in hand', async () => {
    const world = await load()
    const { owner, former, approved, otherAdmin, otherAnchorer, operator, stranger, ownership } = world
    for (const who of [owner, former, approved, otherAdmin, otherAnchorer, operator, stranger]) {
      const caller = await who.getAddress()
      const sent = start(world, {}, who)
      await refused(ownership, sent, 'ItemOwnershipNotAuthorized', first(world).tokenId, caller)
    }
  })

  it('is started for the leaf the item was claimed with, and a claimed item', async () => {
    const world = await load()
    const { tokenId, origin } = first(world)
    const claimKey = await world.former.getAddress()
    for (const change of [{ root: id('?') }, { index: 1 }, { claimKey }]) {
      const sent = start(world, { origin: { ...origin, ...change } })
      await refused(world.ownership, sent, 'ItemOwnershipWrongOrigin', tokenId)
    }
    const unknown = itemAt(world, 1)
    const sent = start(world, { tokenId: unknown.tokenId, origin: unknown.origin })
    await refused(world.ownership, sent, 'ItemOwnershipUnknownItem', unknown.tokenId)
  })

  it('is started for an owner that can sign', async () => {
    const world = await load()
    for (const newOwner of ['0x', ZeroAddress, '0x0102']) {
      const possession = await possess(world, first(world), newOwner)
      const sent = start(world, { newOwner, possession })
      await refused(world.ownership, sent, 'ItemOwnershipBadOwner', newOwner)
    }
  })

  it('is started by the claim key’s word for this very recovery', async () => {
    const world = await load()
    const { ownership, domain } = world
    const { tokenId, claimWallet, leaf } = first(world)
    const newOwner = (await world.former.getAddress()).toLowerCase()
    const { nonce } = await stateOf(world, tokenId)
    const value = { tokenId, newOwner, nonce, deadline: FAR }
    const address = await world.stranger.getAddress()
    const words = [
      [{ ...domain, chainId: 1n }, value],
      [{ ...domain, verifyingContract: address }, value],
      [{ ...domain, version: '2' }, value],
      [{ ...domain, name: 'Another' }, value],
      [domain, { ...value, tokenId: itemAt(world, 1).tokenId }],
      [domain, { ...value, newOwner: address.toLowerCase() }],
      [domain, { ...value, nonce: nonce + 1n }],
      [domain, { ...value, deadline: FAR - 1 }],
    ] as const
    const bad = 'ItemOwnershipBadClaimSignature'
    for (const [other, word] of words) {
      const signature = await claimWallet.signTypedData(other, typesOf('Recover'), word)
      const sent = start(world, { possession: { nonce, deadline: FAR, signature } })
      await refused(ownership, sent, bad, tokenId, leaf.claimKey)
    }
    const claimWord = { tokenId, owner: newOwner, deadline: FAR }
    for (const signature of [
      '0x',
      await Wallet.createRandom().signTypedData(domain, typesOf('Recover'), value),
      await claimWallet.signTypedData(domain, typesOf('Claim'), claimWord),
    ]) {
      const sent = start(world, { possession: { nonce, deadline: FAR, signature } })
      await refused(ownership, sent, bad, tokenId, leaf.claimKey)
    }
  })

  it('is started in time and once for a word', async () => {
    const world = await load()
    const { tokenId } = first(world)
    const newOwner = (await world.former.getAddress()).toLowerCase()
    const deadline = (await networkHelpers.time.latest()) + 1_000
    const possession = await possess(world, first(world), newOwner, { deadline })
    const before = await networkHelpers.takeSnapshot()
    await networkHelpers.time.setNextBlockTimestamp(deadline + 1)
    const late = start(world, { possession })
    await refused(world.ownership, late, 'ItemOwnershipExpired', deadline, deadline + 1)
    await before.restore()
    await networkHelpers.time.setNextBlockTimestamp(deadline)
    await start(world, { possession })
    const { nonce } = await stateOf(world, tokenId)
    await send(world.ownership, world.owner, 'cancelRecovery', tokenId)
    await networkHelpers.time.setNextBlockTimestamp(deadline + 2)
    const again = await possess(world, first(world), newOwner, { nonce: nonce - 1n })
    const replay = start(world, { possession: again })
    await refused(world.ownership, replay, 'ItemOwnershipWrongNonce', tokenId, nonce - 1n, nonce + 1n)
  })

  it('is started once at a time, and of a stolen item too', async () => {
    const world = await load()
    await send(world.ownership, world.owner, 'reportStolen', first(world).tokenId)
    const readyAt = await begun(world)
    const sent = start(world)
    await refused(world.ownership, sent, 'ItemOwnershipRecoveryPending', first(world).tokenId, readyAt)
  })

  it('is neither started nor finished while the brand is suspended', async () => {
    const world = await load()
    const since = await timeOf(ethers, await send(world.brands, world.operator, 'suspendBrand', BRAND))
    for (const who of [world.admin, world.anchorer])
      await refused(world.ownership, start(world, {}, who), 'ItemOwnershipBrandSuspended', BRAND, since)
    await send(world.brands, world.operator, 'reinstateBrand', BRAND)
    const readyAt = await begun(world)
    const again = await timeOf(ethers, await send(world.brands, world.operator, 'suspendBrand', BRAND))
    await networkHelpers.time.increaseTo(readyAt)
    await refused(world.ownership, finish(world), 'ItemOwnershipBrandSuspended', BRAND, again)
    const { tokenId } = first(world)
    const cancel = attempt(world.ownership, world.admin, 'cancelRecovery', tokenId)
    await refused(world.ownership, cancel, 'ItemOwnershipBrandSuspended', BRAND, again)
    await send(world.ownership, world.owner, 'cancelRecovery', tokenId)
  })

  for (const who of ['owner', 'admin', 'anchorer'] as const) {
    it(`is ended by the ${who}, also when it is due`, async () => {
      const world = await load()
      const { tokenId } = first(world)
      const before = await stateOf(world, tokenId)
      await networkHelpers.time.increaseTo(await begun(world))
      const by = who === 'owner' ? Reporter.Owner : Reporter.Brand
      await expect(attempt(world.ownership, world[who], 'cancelRecovery', tokenId))
        .to.emit(world.ownership, 'RecoveryCancelled')
        .withArgs(tokenId, by, await world[who].getAddress())
      expect(await stateOf(world, tokenId)).to.deep.equal({ ...before, nonce: before.nonce + 2n })
      await refused(world.ownership, finish(world), 'ItemOwnershipNoRecovery', tokenId)
      const again = attempt(world.ownership, world[who], 'cancelRecovery', tokenId)
      await refused(world.ownership, again, 'ItemOwnershipNoRecovery', tokenId)
    })
  }

  it('is ended by nobody who has no say, nor by its new owner', async () => {
    const world = await load()
    const { tokenId } = first(world)
    await begun(world)
    for (const who of [world.former, world.approved, world.otherAdmin, world.operator, world.stranger]) {
      const sent = attempt(world.ownership, who, 'cancelRecovery', tokenId)
      const caller = await who.getAddress()
      await refused(world.ownership, sent, 'ItemOwnershipNotAuthorized', tokenId, caller)
    }
    const unknown = itemAt(world, 1).tokenId
    const sent = attempt(world.ownership, world.admin, 'cancelRecovery', unknown)
    await refused(world.ownership, sent, 'ItemOwnershipUnknownItem', unknown)
  })

  it('ends with a transfer by the owner, who is not lost', async () => {
    const world = await load()
    const { tokenId } = first(world)
    const readyAt = await begun(world)
    await send(world.ownership, world.owner, 'transferFrom', world.owner, world.stranger, tokenId)
    await networkHelpers.time.increaseTo(readyAt)
    await refused(world.ownership, finish(world), 'ItemOwnershipNoRecovery', tokenId)
    expect((await stateOf(world, tokenId)).owner).to.equal(await world.stranger.getAddress())
  })

  it('is finished by anybody from its time on, not a second before', async () => {
    const world = await load()
    const { tokenId } = first(world)
    const readyAt = await begun(world)
    const early = readyAt - 1n
    await networkHelpers.time.setNextBlockTimestamp(early)
    const name = 'ItemOwnershipRecoveryTooEarly'
    await refused(world.ownership, finish(world), name, tokenId, readyAt, early)
    const before = await stateOf(world, tokenId)
    const to = await world.former.getAddress()
    for (const at of [readyAt, readyAt + 10_000_000n]) {
      const snapshot = await networkHelpers.takeSnapshot()
      await networkHelpers.time.setNextBlockTimestamp(at)
      await expect(finish(world))
        .to.emit(world.ownership, 'RecoveryFinished')
        .withArgs(tokenId, to)
        .and.to.emit(world.ownership, 'Transfer')
        .withArgs(await world.owner.getAddress(), to, tokenId)
      expect(await stateOf(world, tokenId)).to.deep.equal({
        ...before,
        owner: to,
        nonce: before.nonce + 1n,
        recoveryOwner: ZeroAddress,
        recoveryReadyAt: 0n,
      })
      expect(await ask(world.ownership, 'balanceOf', world.owner)).to.equal(0n)
      expect(await ask(world.ownership, 'balanceOf', to)).to.equal(1n)
      expect(await ask(world.ownership, 'getApproved', tokenId)).to.equal(ZeroAddress)
      await refused(world.ownership, finish(world), 'ItemOwnershipNoRecovery', tokenId)
      await snapshot.restore()
    }
  })

  it('gives the item to a passkey too', async () => {
    const world = await load()
    const owner = await passkey(world)
    await start(world, { newOwner: owner.bytes })
    await networkHelpers.time.increase(RECOVERY_DELAY)
    await finish(world)
    expect((await stateOf(world, first(world).tokenId)).owner).to.equal(getAddress(owner.account))
  })

  it('of an unknown item is not there to finish', async () => {
    const world = await load()
    const { tokenId } = itemAt(world, 1)
    const sent = attempt(world.ownership, world.stranger, 'finishRecovery', tokenId)
    await refused(world.ownership, sent, 'ItemOwnershipUnknownItem', tokenId)
  })
})
