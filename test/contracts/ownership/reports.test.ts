import { expect } from 'chai'
import { network } from 'hardhat'
import { attempt, BRAND, refused, send, timeOf } from '../support.ts'
import {
  account,
  authorise,
  deployOwned,
  first,
  itemAt,
  RECOVERY_DELAY,
  Reporter,
  startRecovery,
  stateOf,
  type World,
} from './world.ts'

const { ethers, networkHelpers } = await network.create()

type Who = 'owner' | 'admin' | 'anchorer'
const BY = { owner: Reporter.Owner, admin: Reporter.Brand, anchorer: Reporter.Brand } as const

/*
 * reports
 * ├── stolen ────── by owner, brand's admin, brand's anchoring account · twice · unknown item · brand suspended
 * ├── while stolen  nothing moves the item: owner, approved account, signature, finished recovery
 * └── recovered ─── by who reported · by the other · nothing reported · owner lost (a second before, at its time)
 */
describe('ItemOwnership reports', () => {
  const fixture = () => deployOwned(ethers)
  const load = () => networkHelpers.loadFixture(fixture)
  const report = async (world: World, who: Who) =>
    timeOf(ethers, await send(world.ownership, world[who], 'reportStolen', first(world).tokenId))
  const takeBack = (world: World, who: Who) =>
    attempt(world.ownership, world[who], 'reportRecovered', first(world).tokenId)

  for (const who of ['owner', 'admin', 'anchorer'] as const) {
    it(`are made and taken back by the ${who}`, async () => {
      const world = await load()
      const { tokenId } = first(world)
      const address = await world[who].getAddress()
      const before = await stateOf(world, tokenId)
      const receipt = await send(world.ownership, world[who], 'reportStolen', tokenId)
      const told = expect(Promise.resolve(receipt))
      await told.to.emit(world.ownership, 'ReportedStolen').withArgs(tokenId, BY[who], address)
      const stolenAt = BigInt(await timeOf(ethers, receipt))
      const nonce = before.nonce + 1n
      const stolen = { ...before, nonce, stolenAt, stolenBy: BY[who] }
      expect(await stateOf(world, tokenId)).to.deep.equal(stolen)
      await expect(takeBack(world, who))
        .to.emit(world.ownership, 'ReportedRecovered')
        .withArgs(tokenId, BY[who], address)
      expect(await stateOf(world, tokenId)).to.deep.equal({ ...before, nonce: nonce + 1n })
    })

    it(`by the ${who} hold the item, whoever moves it`, async () => {
      const world = await load()
      const { tokenId } = first(world)
      const time = await report(world, who)
      const to = (await world.former.getAddress()).toLowerCase()
      const move = [world.owner, to, tokenId] as const
      const authorization = await authorise(world, await account(world.owner), 'Transfer', tokenId, { to })
      const { ownership, owner, approved, stranger } = world
      const calls = [
        [owner, 'transferFrom', ...move],
        [approved, 'transferFrom', ...move],
        [owner, 'safeTransferFrom(address,address,uint256)', ...move],
        [owner, 'safeTransferFrom(address,address,uint256,bytes)', ...move, '0x'],
        [stranger, 'transferWithSignature', tokenId, to, authorization],
      ] as const
      for (const [from, method, ...args] of calls) {
        const sent = attempt(ownership, from, method, ...args)
        await refused(ownership, sent, 'ItemOwnershipStolen', tokenId, time)
      }
      await startRecovery(world, first(world), to)
      await networkHelpers.time.increase(RECOVERY_DELAY)
      const finish = attempt(ownership, stranger, 'finishRecovery', tokenId)
      await refused(ownership, finish, 'ItemOwnershipStolen', tokenId, time)
      expect((await stateOf(world, tokenId)).owner).to.equal(await owner.getAddress())
    })

    it(`by the ${who} are made once`, async () => {
      const world = await load()
      const { tokenId } = first(world)
      const time = await report(world, who)
      for (const again of [world.owner, world.admin, world.anchorer]) {
        const sent = attempt(world.ownership, again, 'reportStolen', tokenId)
        await refused(world.ownership, sent, 'ItemOwnershipStolen', tokenId, time)
      }
    })
  }

  it('are taken back by one side only if it made them', async () => {
    const world = await load()
    const { tokenId } = first(world)
    const other = 'ItemOwnershipReportedByOther'
    await report(world, 'owner')
    for (const who of ['admin', 'anchorer'] as const)
      await refused(world.ownership, takeBack(world, who), other, tokenId, Reporter.Owner)
    await takeBack(world, 'owner')
    await report(world, 'anchorer')
    await refused(world.ownership, takeBack(world, 'owner'), other, tokenId, Reporter.Brand)
    await takeBack(world, 'admin')
    for (const who of ['owner', 'admin', 'anchorer'] as const)
      await refused(world.ownership, takeBack(world, who), 'ItemOwnershipNotStolen', tokenId)
  })

  it('of an owner whose key is lost are taken back by the brand when the recovery is due', async () => {
    const world = await load()
    const { tokenId } = first(world)
    await startRecovery(world, first(world), await world.former.getAddress())
    await report(world, 'owner')
    const { recoveryReadyAt } = await stateOf(world, tokenId)
    await networkHelpers.time.setNextBlockTimestamp(recoveryReadyAt - 1n)
    const early = takeBack(world, 'anchorer')
    await refused(world.ownership, early, 'ItemOwnershipReportedByOther', tokenId, Reporter.Owner)
    await networkHelpers.time.setNextBlockTimestamp(recoveryReadyAt)
    await expect(takeBack(world, 'anchorer'))
      .to.emit(world.ownership, 'ReportedRecovered')
      .withArgs(tokenId, Reporter.Brand, await world.anchorer.getAddress())
    await send(world.ownership, world.stranger, 'finishRecovery', tokenId)
    expect((await stateOf(world, tokenId)).owner).to.equal(await world.former.getAddress())
  })

  it('of the brand bind the owner, also when a recovery is due', async () => {
    const world = await load()
    const { tokenId } = first(world)
    await startRecovery(world, first(world), await world.former.getAddress())
    await report(world, 'admin')
    await networkHelpers.time.increase(RECOVERY_DELAY)
    const sent = takeBack(world, 'owner')
    await refused(world.ownership, sent, 'ItemOwnershipReportedByOther', tokenId, Reporter.Brand)
  })

  it('are made by no former owner, approved account, other brand or stranger', async () => {
    const world = await load()
    const { tokenId } = first(world)
    const { former, approved, otherAdmin, otherAnchorer, operator, stranger } = world
    for (const who of [former, approved, otherAdmin, otherAnchorer, operator, stranger]) {
      for (const method of ['reportStolen', 'reportRecovered']) {
        const sent = attempt(world.ownership, who, method, tokenId)
        const caller = await who.getAddress()
        await refused(world.ownership, sent, 'ItemOwnershipNotAuthorized', tokenId, caller)
      }
    }
  })

  it('are made of claimed items only', async () => {
    const world = await load()
    const { tokenId } = itemAt(world, 1)
    for (const who of [world.owner, world.admin]) {
      for (const method of ['reportStolen', 'reportRecovered']) {
        const sent = attempt(world.ownership, who, method, tokenId)
        await refused(world.ownership, sent, 'ItemOwnershipUnknownItem', tokenId)
      }
    }
  })

  it('are not the suspended brand’s to make, and still its owner’s', async () => {
    const world = await load()
    const { tokenId } = first(world)
    const since = await timeOf(ethers, await send(world.brands, world.operator, 'suspendBrand', BRAND))
    for (const who of ['admin', 'anchorer'] as const) {
      const sent = attempt(world.ownership, world[who], 'reportStolen', tokenId)
      await refused(world.ownership, sent, 'ItemOwnershipBrandSuspended', BRAND, since)
    }
    await report(world, 'owner')
    const back = takeBack(world, 'admin')
    await refused(world.ownership, back, 'ItemOwnershipBrandSuspended', BRAND, since)
    await takeBack(world, 'owner')
    expect((await stateOf(world, tokenId)).stolenAt).to.equal(0n)
  })
})
