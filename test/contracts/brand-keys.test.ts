import { expect } from 'chai'
import { id, ZeroAddress, ZeroHash } from 'ethers'
import { network } from 'hardhat'
import {
  ask,
  attempt,
  BRAND,
  deployRegistries,
  OTHER_BRAND,
  send,
  THUMBPRINT,
  timeOf,
  VALID_FROM,
} from './support.ts'

const { ethers, networkHelpers } = await network.create()
const OTHER_KEY = id('another key')

/*
 * keys and anchoring accounts
 * ├── registerKey ── open-ended / with an end · zero thumbprint · times out of order · known
 * ├── retireKey ──── open · ends later · retired · unknown
 * ├── markKeyCompromised ── now · past · zero · future · earlier than recorded · later
 * ├── setAnchorer ── allowed · forbidden · again · zero address
 * └── setAnchorQuota ── set · again · kept while forbidden · zero address
 */
describe('BrandRegistry keys', () => {
  const fixture = () => deployRegistries(ethers)
  const load = () => networkHelpers.loadFixture(fixture)

  it('registers a key for its brand alone', async () => {
    const { brands, admin } = await load()
    const sent = attempt(brands, admin, 'registerKey', BRAND, OTHER_KEY, VALID_FROM, VALID_FROM + 1)
    await expect(sent)
      .to.emit(brands, 'KeyRegistered')
      .withArgs(BRAND, OTHER_KEY, VALID_FROM, VALID_FROM + 1)
    expect(await ask(brands, 'keyOf', BRAND, OTHER_KEY)).to.deep.equal([
      BigInt(VALID_FROM),
      BigInt(VALID_FROM + 1),
      0n,
      true,
    ])
    expect(await ask(brands, 'keyOf', OTHER_BRAND, OTHER_KEY)).to.deep.equal([0n, 0n, 0n, false])
  })

  it('refuses a zero thumbprint, a known key, and times out of order', async () => {
    const { brands, admin } = await load()
    const zero = attempt(brands, admin, 'registerKey', BRAND, ZeroHash, VALID_FROM, 0)
    await expect(zero).to.be.revertedWithCustomError(brands, 'BrandRegistryBadThumbprint').withArgs(BRAND)
    const known = attempt(brands, admin, 'registerKey', BRAND, THUMBPRINT, VALID_FROM, 0)
    await expect(known)
      .to.be.revertedWithCustomError(brands, 'BrandRegistryKeyExists')
      .withArgs(BRAND, THUMBPRINT)
    for (const [from, until] of [
      [0, 0],
      [5, 5],
      [5, 4],
    ] as const) {
      const sent = attempt(brands, admin, 'registerKey', BRAND, OTHER_KEY, from, until)
      await expect(sent)
        .to.be.revertedWithCustomError(brands, 'BrandRegistryBadKeyTimes')
        .withArgs(OTHER_KEY, from, until)
    }
  })

  it('retires a key once, at the time of the block', async () => {
    const { brands, admin } = await load()
    const receipt = await send(brands, admin, 'retireKey', BRAND, THUMBPRINT)
    const time = await timeOf(ethers, receipt)
    await expect(Promise.resolve(receipt)).to.emit(brands, 'KeyRetired').withArgs(BRAND, THUMBPRINT, time)
    expect((await ask(brands, 'keyOf', BRAND, THUMBPRINT)).validUntil).to.equal(BigInt(time))
    const again = attempt(brands, admin, 'retireKey', BRAND, THUMBPRINT)
    await expect(again)
      .to.be.revertedWithCustomError(brands, 'BrandRegistryKeyRetired')
      .withArgs(THUMBPRINT, time)
  })

  it('retires a key before its end: just before, and no longer at it', async () => {
    const { brands, admin } = await load()
    const end = (await networkHelpers.time.latest()) + 1_000
    await send(brands, admin, 'registerKey', BRAND, OTHER_KEY, VALID_FROM, end)
    await networkHelpers.time.setNextBlockTimestamp(end - 1)
    await send(brands, admin, 'retireKey', BRAND, OTHER_KEY)
    expect((await ask(brands, 'keyOf', BRAND, OTHER_KEY)).validUntil).to.equal(BigInt(end - 1))
    await send(brands, admin, 'registerKey', BRAND, id('third'), VALID_FROM, end)
    await networkHelpers.time.setNextBlockTimestamp(end + 1)
    const late = attempt(brands, admin, 'retireKey', BRAND, id('third'))
    await expect(late)
      .to.be.revertedWithCustomError(brands, 'BrandRegistryKeyRetired')
      .withArgs(id('third'), end)
  })

  it('knows a compromised key from a past or present time on, which only moves to earlier', async () => {
    const { brands, admin } = await load()
    const sent = attempt(brands, admin, 'markKeyCompromised', BRAND, THUMBPRINT, VALID_FROM)
    await expect(sent).to.emit(brands, 'KeyCompromised').withArgs(BRAND, THUMBPRINT, VALID_FROM)
    for (const time of [VALID_FROM, VALID_FROM + 1, 0]) {
      const refused = attempt(brands, admin, 'markKeyCompromised', BRAND, THUMBPRINT, time)
      await expect(refused)
        .to.be.revertedWithCustomError(brands, 'BrandRegistryBadCompromiseTime')
        .withArgs(THUMBPRINT, time, VALID_FROM)
    }
    await send(brands, admin, 'markKeyCompromised', BRAND, THUMBPRINT, VALID_FROM - 1)
    const key = await ask(brands, 'keyOf', BRAND, THUMBPRINT)
    expect(key).to.deep.equal([BigInt(VALID_FROM), 0n, BigInt(VALID_FROM - 1), true])
  })

  it('takes the time of the block as present, and refuses one second more', async () => {
    const { brands, admin } = await load()
    const now = (await networkHelpers.time.latest()) + 100
    await networkHelpers.time.setNextBlockTimestamp(now)
    const future = attempt(brands, admin, 'markKeyCompromised', BRAND, THUMBPRINT, now + 1)
    await expect(future)
      .to.be.revertedWithCustomError(brands, 'BrandRegistryBadCompromiseTime')
      .withArgs(THUMBPRINT, now + 1, 0)
    await networkHelpers.time.setNextBlockTimestamp(now + 1)
    await send(brands, admin, 'markKeyCompromised', BRAND, THUMBPRINT, now + 1)
    expect((await ask(brands, 'keyOf', BRAND, THUMBPRINT)).compromisedAt).to.equal(BigInt(now + 1))
  })

  it('changes known keys only', async () => {
    const { brands, admin } = await load()
    for (const [method, ...more] of [['retireKey'], ['markKeyCompromised', VALID_FROM]] as const) {
      const sent = attempt(brands, admin, method, BRAND, OTHER_KEY, ...more)
      await expect(sent)
        .to.be.revertedWithCustomError(brands, 'BrandRegistryUnknownKey')
        .withArgs(BRAND, OTHER_KEY)
    }
  })

  it('lets accounts act for one brand and not another, and forbids them again', async () => {
    const { brands, admin, stranger } = await load()
    const account = await stranger.getAddress()
    const allowed = attempt(brands, admin, 'setAnchorer', BRAND, stranger, true)
    await expect(allowed).to.emit(brands, 'AnchorerSet').withArgs(BRAND, account, true)
    expect(await ask(brands, 'isAnchorer', BRAND, account)).to.equal(true)
    expect(await ask(brands, 'isAnchorer', OTHER_BRAND, account)).to.equal(false)
    await expect(attempt(brands, admin, 'setAnchorer', BRAND, stranger, true)).to.not.emit(
      brands,
      'AnchorerSet',
    )
    await send(brands, admin, 'setAnchorer', BRAND, stranger, false)
    expect(await ask(brands, 'authorityOf', BRAND, account)).to.deep.equal([1n, 0n, false, false, 0n])
    const zero = attempt(brands, admin, 'setAnchorer', BRAND, ZeroAddress, true)
    await expect(zero)
      .to.be.revertedWithCustomError(brands, 'BrandRegistryBadAccount')
      .withArgs(BRAND, ZeroAddress)
  })

  it('keeps an account’s quota, whether it may anchor or not', async () => {
    const { brands, admin, anchorer } = await load()
    const account = await anchorer.getAddress()
    const set = attempt(brands, admin, 'setAnchorQuota', BRAND, anchorer, 500)
    await expect(set).to.emit(brands, 'AnchorQuotaSet').withArgs(BRAND, account, 500)
    await expect(attempt(brands, admin, 'setAnchorQuota', BRAND, anchorer, 500)).to.not.emit(
      brands,
      'AnchorQuotaSet',
    )
    await send(brands, admin, 'setAnchorer', BRAND, anchorer, false)
    expect(await ask(brands, 'authorityOf', BRAND, account)).to.deep.equal([1n, 0n, false, false, 500n])
    expect(await ask(brands, 'anchorQuotaOf', BRAND, account)).to.equal(500n)
    expect(await ask(brands, 'anchorQuotaOf', OTHER_BRAND, account)).to.equal(0n)
    const zero = attempt(brands, admin, 'setAnchorQuota', BRAND, ZeroAddress, 1)
    await expect(zero)
      .to.be.revertedWithCustomError(brands, 'BrandRegistryBadAccount')
      .withArgs(BRAND, ZeroAddress)
  })

  it('answers all zero for the unknown', async () => {
    const { brands } = await load()
    expect(await ask(brands, 'brandOf', ZeroHash)).to.deep.equal([0n, ZeroAddress, ZeroAddress, 0n])
    expect(await ask(brands, 'brandIdOf', 0)).to.equal(ZeroHash)
    expect(await ask(brands, 'brandIdOf', 4_294_967_295)).to.equal(ZeroHash)
    expect(await ask(brands, 'authorityOf', id('?'), ZeroAddress)).to.deep.equal([0n, 0n, false, false, 0n])
    expect(await ask(brands, 'signerOf', 77, THUMBPRINT)).to.deep.equal([ZeroHash, 0n, [0n, 0n, 0n, false]])
  })
})
