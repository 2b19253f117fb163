import { expect } from 'chai'
import { concat, getAddress, ZeroAddress } from 'ethers'
import { network } from 'hardhat'
import { ask, attempt, BRAND, refused, send, timeOf } from '../support.ts'
import {
  account,
  authorise,
  claim,
  deployOwned,
  FAR,
  first,
  itemAt,
  key,
  type Message,
  PermitStatus,
  passkey,
  permitArgs,
  possess,
  RECOVERY_DELAY,
  Reporter,
  startRecovery,
  stateOf,
  transfer,
  typesOf,
  type World,
} from './world.ts'

const { ethers, networkHelpers } = await network.create()
const load = () => networkHelpers.loadFixture(fixture)
const fixture = () => deployOwned(ethers)
const SIGNED = {
  ReportStolen: 'reportStolenWithSignature',
  ReportRecovered: 'reportRecoveredWithSignature',
  CancelRecovery: 'cancelRecoveryWithSignature',
} as const

/** The time of the call that is refused: the next block's. */
async function atNext(): Promise<number> {
  const time = (await networkHelpers.time.latest()) + 60
  await networkHelpers.time.setNextBlockTimestamp(time)
  return time
}

describe('ItemOwnership transfers', () => {
  it('go by signature between accounts, keys and passkeys, each counted, whoever sends them', async () => {
    const world = await load()
    const { tokenId } = first(world)
    const owners = [
      await account(world.owner),
      await passkey(world),
      await key(world),
      await account(world.former),
    ]
    for (const [place, from] of owners.slice(0, -1).entries()) {
      const to = owners[place + 1] ?? from
      const { nonce } = await stateOf(world, tokenId)
      await expect(transfer(world, first(world), from, to))
        .to.emit(world.ownership, 'Transfer')
        .withArgs(getAddress(from.account), getAddress(to.account), tokenId)
      expect(await ask(world.ownership, 'ownerOf', tokenId)).to.equal(getAddress(to.account))
      expect((await stateOf(world, tokenId)).nonce).to.equal(nonce + 1n)
    }
    expect(await ask(world.ownership, 'balanceOf', world.former)).to.equal(1n)
    expect(await ask(world.ownership, 'getApproved', tokenId)).to.equal(ZeroAddress)
  })

  it('refuse a signature used before, or made for another owner, item, chain or contract', async () => {
    const world = await load()
    const [item, to, from] = [first(world), await passkey(world), await account(world.owner)]
    const { tokenId } = item
    const good = await authorise(world, from, 'Transfer', tokenId, { to: to.bytes })
    const call = (authorization: object, receiver = to.bytes, id = tokenId) =>
      attempt(world.ownership, world.stranger, 'transferWithSignature', id, receiver, authorization)
    const bad = ['ItemOwnershipBadSignature', tokenId, world.owner] as const
    await refused(world.ownership, call(good, (await account(world.former)).bytes), ...bad)
    const other = itemAt(world, 1)
    await claim(world, other, from)
    const forOther = await authorise(world, from, 'Transfer', other.tokenId, {
      to: to.bytes,
      nonce: good.nonce,
    })
    await refused(world.ownership, call(forOther), ...bad)
    const domains = [
      { ...world.domain, chainId: 1 },
      { ...world.domain, verifyingContract: await world.items.getAddress() },
    ]
    for (const domain of domains) {
      const value = { tokenId, to: to.bytes, nonce: good.nonce, deadline: FAR }
      const signature = await from.sign(domain, typesOf('Transfer'), value)
      await refused(world.ownership, call({ ...good, signature }), ...bad)
    }
    const stranger = await account(world.stranger)
    const stolen = await authorise(world, stranger, 'Transfer', tokenId, { to: to.bytes })
    await refused(world.ownership, call(stolen), 'ItemOwnershipNotOwner', tokenId, world.stranger)
    await call(good)
    await refused(
      world.ownership,
      call(good),
      'ItemOwnershipWrongNonce',
      tokenId,
      good.nonce,
      BigInt(good.nonce) + 1n,
    )
  })

  it('refuse a late signature and a receiver that could never sign', async () => {
    const world = await load()
    const { tokenId } = first(world)
    const from = await account(world.owner)
    const time = await atNext()
    const late = await authorise(world, from, 'Transfer', tokenId, { to: from.bytes, deadline: time - 1 })
    const sent = attempt(world.ownership, world.stranger, 'transferWithSignature', tokenId, from.bytes, late)
    await refused(world.ownership, sent, 'ItemOwnershipExpired', time - 1, time)
    const nobody = attempt(world.ownership, world.stranger, 'transferWithSignature', tokenId, '0x0102', late)
    await refused(world.ownership, nobody, 'ItemOwnershipBadOwner', '0x0102')
  })
})

describe('ItemOwnership reports of theft', () => {
  it('lock an item against every way to move it, until whoever reported it takes that back', async () => {
    const world = await load()
    const { tokenId } = first(world)
    const owner = await account(world.owner)
    const report = await authorise(world, owner, 'ReportStolen', tokenId)
    const sent = attempt(world.ownership, world.stranger, SIGNED.ReportStolen, tokenId, report)
    await expect(sent)
      .to.emit(world.ownership, 'ReportedStolen')
      .withArgs(tokenId, Reporter.Owner, world.owner)
    const { stolenAt, stolenBy } = await stateOf(world, tokenId)
    expect(stolenBy).to.equal(Reporter.Owner)
    const locked = ['ItemOwnershipStolen', tokenId, stolenAt] as const
    await refused(world.ownership, transfer(world, first(world), owner, await passkey(world)), ...locked)
    for (const sender of [world.owner, world.approved]) {
      const moved = attempt(world.ownership, sender, 'transferFrom', world.owner, world.former, tokenId)
      await refused(world.ownership, moved, ...locked)
    }
    await refused(world.ownership, attempt(world.ownership, world.admin, 'reportStolen', tokenId), ...locked)
    const byBrand = attempt(world.ownership, world.admin, 'reportRecovered', tokenId)
    await refused(world.ownership, byBrand, 'ItemOwnershipReportedByOther', tokenId, Reporter.Owner)
    const found = await authorise(world, owner, 'ReportRecovered', tokenId)
    const back = attempt(world.ownership, world.stranger, SIGNED.ReportRecovered, tokenId, found)
    await expect(back)
      .to.emit(world.ownership, 'ReportedRecovered')
      .withArgs(tokenId, Reporter.Owner, world.owner)
    await refused(
      world.ownership,
      attempt(world.ownership, world.owner, 'reportRecovered', tokenId),
      'ItemOwnershipNotStolen',
      tokenId,
    )
    await transfer(world, first(world), owner, await passkey(world))
  })

  it('may come from the brand, and from nobody else', async () => {
    const world = await load()
    const { tokenId } = first(world)
    for (const sender of [world.stranger, world.former, world.approved, world.operator, world.otherAdmin]) {
      const sent = attempt(world.ownership, sender, 'reportStolen', tokenId)
      await refused(world.ownership, sent, 'ItemOwnershipNotAuthorized', tokenId, sender)
    }
    await expect(attempt(world.ownership, world.anchorer, 'reportStolen', tokenId))
      .to.emit(world.ownership, 'ReportedStolen')
      .withArgs(tokenId, Reporter.Brand, world.anchorer)
    const byOwner = attempt(world.ownership, world.owner, 'reportRecovered', tokenId)
    await refused(world.ownership, byOwner, 'ItemOwnershipReportedByOther', tokenId, Reporter.Brand)
    await send(world.ownership, world.admin, 'reportRecovered', tokenId)
    expect((await stateOf(world, tokenId)).stolenAt).to.equal(0n)
    const unknown = itemAt(world, 5).tokenId
    const sent = attempt(world.ownership, world.admin, 'reportStolen', unknown)
    await refused(world.ownership, sent, 'ItemOwnershipUnknownItem', unknown)
  })
})

describe('ItemOwnership recovery', () => {
  it('gives the item to its holder after the delay, and not a second before', async () => {
    const world = await load()
    const { tokenId } = first(world)
    const holder = await passkey(world)
    const receipt = await startRecovery(world, first(world), holder.bytes)
    const readyAt = (await timeOf(ethers, receipt)) + RECOVERY_DELAY
    expect((await stateOf(world, tokenId)).recoveryReadyAt).to.equal(BigInt(readyAt))
    await networkHelpers.time.setNextBlockTimestamp(readyAt - 1)
    const early = attempt(world.ownership, world.stranger, 'finishRecovery', tokenId)
    await refused(world.ownership, early, 'ItemOwnershipRecoveryTooEarly', tokenId, readyAt, readyAt - 1)
    await networkHelpers.time.setNextBlockTimestamp(readyAt)
    await expect(attempt(world.ownership, world.stranger, 'finishRecovery', tokenId))
      .to.emit(world.ownership, 'RecoveryFinished')
      .withArgs(tokenId, getAddress(holder.account))
      .and.to.emit(world.ownership, 'Transfer')
      .withArgs(world.owner, getAddress(holder.account), tokenId)
    const again = attempt(world.ownership, world.stranger, 'finishRecovery', tokenId)
    await refused(world.ownership, again, 'ItemOwnershipNoRecovery', tokenId)
  })

  it('is ended by the owner’s word, by the brand, and by a transfer', async () => {
    const world = await load()
    const { tokenId } = first(world)
    const [owner, holder] = [await account(world.owner), (await passkey(world)).bytes]
    await startRecovery(world, first(world), holder)
    const word = await authorise(world, owner, 'CancelRecovery', tokenId)
    await expect(attempt(world.ownership, world.stranger, SIGNED.CancelRecovery, tokenId, word))
      .to.emit(world.ownership, 'RecoveryCancelled')
      .withArgs(tokenId, Reporter.Owner, world.owner)
    await startRecovery(world, first(world), holder)
    await expect(attempt(world.ownership, world.admin, 'cancelRecovery', tokenId))
      .to.emit(world.ownership, 'RecoveryCancelled')
      .withArgs(tokenId, Reporter.Brand, world.admin)
    await startRecovery(world, first(world), holder)
    await transfer(world, first(world), owner, await key(world))
    expect((await stateOf(world, tokenId)).recoveryReadyAt).to.equal(0n)
  })

  it('refuses another leaf, another key’s word, a second start and anybody but the brand', async () => {
    const world = await load()
    const [item, holder] = [first(world), (await passkey(world)).bytes]
    const { tokenId, origin } = item
    const word = await possess(world, item, holder)
    const start = (from: World['owner'], ...args: unknown[]) =>
      attempt(world.ownership, from, 'startRecovery', tokenId, ...args)
    await refused(
      world.ownership,
      start(world.owner, origin, holder, word),
      'ItemOwnershipNotAuthorized',
      tokenId,
      world.owner,
    )
    const wrong = start(world.admin, itemAt(world, 1).origin, holder, word)
    await refused(world.ownership, wrong, 'ItemOwnershipWrongOrigin', tokenId)
    const altered = { ...word, signature: concat([word.signature.slice(0, -2), '0x1d']) }
    const forged = start(world.admin, origin, holder, altered)
    await refused(world.ownership, forged, 'ItemOwnershipBadClaimSignature', tokenId, item.leaf.claimKey)
    await startRecovery(world, item, holder)
    const { recoveryReadyAt } = await stateOf(world, tokenId)
    const second = start(world.admin, origin, holder, await possess(world, item, holder))
    await refused(world.ownership, second, 'ItemOwnershipRecoveryPending', tokenId, recoveryReadyAt)
    await send(world.brands, world.operator, 'suspendBrand', BRAND)
    const { suspendedAt } = await ask(world.brands, 'brandOf', BRAND)
    await networkHelpers.time.increase(RECOVERY_DELAY)
    const finish = attempt(world.ownership, world.stranger, 'finishRecovery', tokenId)
    await refused(world.ownership, finish, 'ItemOwnershipBrandSuspended', BRAND, suspendedAt)
  })
})

describe('ItemOwnership permits and signed acts', () => {
  it('judge a permit by the item, its leaf, nonce, time, owner and signature', async () => {
    const world = await load()
    const [item, owner] = [first(world), await account(world.owner)]
    const judged = async (args: readonly unknown[]) => ask(world.ownership, 'permitStatus', ...args)
    const good = await permitArgs(world, item, owner)
    expect(await judged(good)).to.equal(PermitStatus.Valid)
    const [permit, origin, bytes, signature] = good
    expect(await judged([{ ...permit, marketplace: BRAND }, origin, bytes, signature])).to.equal(
      PermitStatus.BadSignature,
    )
    expect(await judged([permit, itemAt(world, 1).origin, bytes, signature])).to.equal(
      PermitStatus.WrongOrigin,
    )
    expect(await judged(await permitArgs(world, item, owner, { nonce: 9 }))).to.equal(PermitStatus.WrongNonce)
    expect(await judged(await permitArgs(world, item, owner, { expiry: 1 }))).to.equal(PermitStatus.Expired)
    const stranger = await account(world.stranger)
    expect(await judged(await permitArgs(world, item, stranger))).to.equal(PermitStatus.NotOwner)
    expect(await judged(await permitArgs(world, itemAt(world, 4), owner))).to.equal(PermitStatus.UnknownItem)
    await startRecovery(world, item, (await passkey(world)).bytes)
    expect(await judged(good)).to.equal(PermitStatus.RecoveryPending)
    await send(world.ownership, world.owner, 'reportStolen', item.tokenId)
    expect(await judged(good)).to.equal(PermitStatus.Stolen)
  })

  for (const [message, method] of Object.entries(SIGNED) as [Message, string][]) {
    it(`${method} takes the owner’s signature for that act alone, for this nonce, in time`, async () => {
      const world = await load()
      const { tokenId } = first(world)
      const owner = await account(world.owner)
      const call = (word: object) => attempt(world.ownership, world.stranger, method, tokenId, word)
      const { nonce } = await stateOf(world, tokenId)
      const other = message === 'ReportStolen' ? 'ReportRecovered' : 'ReportStolen'
      const forOther = call(await authorise(world, owner, other, tokenId))
      await refused(world.ownership, forOther, 'ItemOwnershipBadSignature', tokenId, world.owner)
      const stale = call(await authorise(world, owner, message, tokenId, { nonce: nonce + 1n }))
      await refused(world.ownership, stale, 'ItemOwnershipWrongNonce', tokenId, nonce + 1n, nonce)
      const time = await atNext()
      const late = call(await authorise(world, owner, message, tokenId, { deadline: time - 1 }))
      await refused(world.ownership, late, 'ItemOwnershipExpired', time - 1, time)
    })
  }
})
