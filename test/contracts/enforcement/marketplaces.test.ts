import { expect } from 'chai'
import { id, ZeroAddress, ZeroHash } from 'ethers'
import { network } from 'hardhat'
import { ask, attempt, send, timeOf } from '../support.ts'
import { DOMAIN, deployLedger, type Ledger, MARKETPLACE, OTHER_MARKETPLACE } from './support.ts'

const { ethers, networkHelpers } = await network.create()

/*
 * marketplaces
 * ├── registered ── domain canonical / not / taken · admin zero
 * ├── suspended ─── once · ended · unknown
 * ├── admin ─────── handed over in two steps · withdrawn
 * └── its own ───── recorders · policy at and beyond its bounds
 */
describe('EnforcementLedger marketplaces', () => {
  const fixture = () => deployLedger(ethers)
  const load = () => networkHelpers.loadFixture(fixture)
  const refused = (sent: Promise<unknown>, { ledger }: Ledger, error: string, ...args: unknown[]) =>
    expect(sent)
      .to.be.revertedWithCustomError(ledger, `EnforcementLedger${error}`)
      .withArgs(...args)

  it('are let in with the default policy', async () => {
    const all = await load()
    const { ledger, operator, stranger } = all
    const sent = attempt(ledger, operator, 'registerMarketplace', 'new.example', stranger)
    const account = await stranger.getAddress()
    const marketplaceId = ethers.keccak256(ethers.toUtf8Bytes('new.example'))
    await expect(sent)
      .to.emit(ledger, 'MarketplaceRegistered')
      .withArgs(marketplaceId, 'new.example', account)
      .and.to.emit(ledger, 'PolicySet')
      .withArgs(marketplaceId, 3, 365)
    const expected = [account, ZeroAddress, 0n, 3n, 365n]
    expect(await ask(ledger, 'marketplaceOf', marketplaceId)).to.deep.equal(expected)
    expect(await ask(ledger, 'recorderAuthorityOf', marketplaceId, account)).to.deep.equal([
      true,
      0n,
      false,
      true,
    ])
  })

  it('are not let in twice, without an admin, or under a name that is no domain', async () => {
    const all = await load()
    const { ledger, operator, stranger } = all
    const register = (domain: string, admin: unknown) =>
      attempt(ledger, operator, 'registerMarketplace', domain, admin)
    await refused(register(DOMAIN, stranger), all, 'MarketplaceExists', MARKETPLACE)
    for (const domain of ['', 'example', 'Market.example', 'a..b'])
      await refused(register(domain, stranger), all, 'BadDomain', domain)
    const marketplaceId = ethers.keccak256(ethers.toUtf8Bytes('new.example'))
    await refused(register('new.example', ZeroAddress), all, 'BadAccount', marketplaceId, ZeroAddress)
  })

  it('are suspended once and reinstated once', async () => {
    const all = await load()
    const { ledger, operator } = all
    const receipt = await send(ledger, operator, 'suspendMarketplace', MARKETPLACE)
    await expect(Promise.resolve(receipt)).to.emit(ledger, 'MarketplaceSuspended').withArgs(MARKETPLACE)
    const since = await timeOf(ethers, receipt)
    expect((await ask(ledger, 'marketplaceOf', MARKETPLACE)).suspendedAt).to.equal(BigInt(since))
    const again = attempt(ledger, operator, 'suspendMarketplace', MARKETPLACE)
    await refused(again, all, 'MarketplaceSuspended', MARKETPLACE, since)
    await expect(attempt(ledger, operator, 'reinstateMarketplace', MARKETPLACE))
      .to.emit(ledger, 'MarketplaceReinstated')
      .withArgs(MARKETPLACE)
    const idle = attempt(ledger, operator, 'reinstateMarketplace', MARKETPLACE)
    await refused(idle, all, 'NotSuspended', MARKETPLACE)
    for (const method of ['suspendMarketplace', 'reinstateMarketplace'])
      await refused(attempt(ledger, operator, method, ZeroHash), all, 'UnknownMarketplace', ZeroHash)
  })

  it('hand themselves over in two steps', async () => {
    const all = await load()
    const { ledger, admin, stranger } = all
    const [from, to] = [await admin.getAddress(), await stranger.getAddress()]
    const started = attempt(ledger, admin, 'transferMarketplaceAdmin', MARKETPLACE, stranger)
    await expect(started).to.emit(ledger, 'MarketplaceAdminTransferStarted').withArgs(MARKETPLACE, from, to)
    expect((await ask(ledger, 'marketplaceOf', MARKETPLACE)).pendingAdmin).to.equal(to)
    await expect(attempt(ledger, stranger, 'acceptMarketplaceAdmin', MARKETPLACE))
      .to.emit(ledger, 'MarketplaceAdminTransferred')
      .withArgs(MARKETPLACE, from, to)
    const marketplace = await ask(ledger, 'marketplaceOf', MARKETPLACE)
    expect([marketplace.admin, marketplace.pendingAdmin]).to.deep.equal([to, ZeroAddress])
    const former = attempt(ledger, admin, 'setPolicy', MARKETPLACE, 3, 365)
    await refused(former, all, 'NotAdmin', MARKETPLACE, from)
  })

  it('withdraw a proposal with the zero address', async () => {
    const all = await load()
    const { ledger, admin, stranger } = all
    await send(ledger, admin, 'transferMarketplaceAdmin', MARKETPLACE, stranger)
    await send(ledger, admin, 'transferMarketplaceAdmin', MARKETPLACE, ZeroAddress)
    const late = attempt(ledger, stranger, 'acceptMarketplaceAdmin', MARKETPLACE)
    await refused(late, all, 'NotPendingAdmin', MARKETPLACE, await stranger.getAddress())
  })

  it('let accounts record for one marketplace and not another, and forbid them again', async () => {
    const all = await load()
    const { ledger, admin, stranger } = all
    const account = await stranger.getAddress()
    const set = (allowed: boolean) => attempt(ledger, admin, 'setRecorder', MARKETPLACE, stranger, allowed)
    await expect(set(true)).to.emit(ledger, 'RecorderSet').withArgs(MARKETPLACE, account, true)
    await expect(set(true)).to.not.emit(ledger, 'RecorderSet')
    const authority = (marketplaceId: string) => ask(ledger, 'recorderAuthorityOf', marketplaceId, account)
    expect(await authority(MARKETPLACE)).to.deep.equal([true, 0n, true, false])
    expect(await authority(OTHER_MARKETPLACE)).to.deep.equal([true, 0n, false, false])
    expect(await authority(id('?'))).to.deep.equal([false, 0n, false, false])
    await expect(set(false)).to.emit(ledger, 'RecorderSet').withArgs(MARKETPLACE, account, false)
    expect(await authority(MARKETPLACE)).to.deep.equal([true, 0n, false, false])
    const zero = attempt(ledger, admin, 'setRecorder', MARKETPLACE, ZeroAddress, true)
    await refused(zero, all, 'BadAccount', MARKETPLACE, ZeroAddress)
  })

  for (const [threshold, days, fits] of [
    [2, 30, true],
    [10, 1826, true],
    [1, 30, false],
    [11, 30, false],
    [2, 29, false],
    [2, 1827, false],
  ] as const) {
    it(`${fits ? 'take' : 'refuse'} a threshold of ${threshold} within ${days} days`, async () => {
      const all = await load()
      const sent = attempt(all.ledger, all.admin, 'setPolicy', MARKETPLACE, threshold, days)
      if (!fits) return void (await refused(sent, all, 'BadPolicy', threshold, days))
      await expect(sent).to.emit(all.ledger, 'PolicySet').withArgs(MARKETPLACE, threshold, days)
      const marketplace = await ask(all.ledger, 'marketplaceOf', MARKETPLACE)
      expect([marketplace.threshold, marketplace.decayDays]).to.deep.equal([BigInt(threshold), BigInt(days)])
    })
  }
})
