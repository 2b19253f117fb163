import { expect } from 'chai'
import { id, ZeroAddress } from 'ethers'
import { network } from 'hardhat'
import { ask, attempt, BRAND, deployRegistries, Kind, OTHER_BRAND, type Registries, send } from './support.ts'

const { ethers, networkHelpers } = await network.create()
const DAY = 86_400
const QUOTA = 100

/*
 * what an account with a quota anchors
 * ├── up to the quota, under one root or several · one leaf more
 * ├── the next day (UTC) · the last second of a day
 * ├── another account or brand
 * └── quota lowered below what was anchored · raised · taken away
 */
describe('anchoring within a quota', () => {
  const fixture = async () => {
    const registries = await deployRegistries(ethers)
    await send(registries.brands, registries.admin, 'setAnchorQuota', BRAND, registries.anchorer, QUOTA)
    // Away from midnight, so that a test's blocks are all of one day.
    await networkHelpers.time.increaseTo((await today()) + DAY + 3_600)
    return registries
  }
  const load = () => networkHelpers.loadFixture(fixture)
  const today = async (): Promise<number> => {
    const now = await networkHelpers.time.latest()
    return now - (now % DAY)
  }
  const anchor = ({ items, anchorer }: Registries, name: string, leaves: number) =>
    attempt(items, anchorer, 'anchor', BRAND, id(name), leaves, Kind.Items)
  const refused = async (registries: Registries, leaves: number, total: number, quota = QUOTA) => {
    const account = await registries.anchorer.getAddress()
    return expect(anchor(registries, `${leaves} too many`, leaves))
      .to.be.revertedWithCustomError(registries.items, 'ItemRegistryQuotaExceeded')
      .withArgs(BRAND, account, total, quota)
  }
  const countOf = ({ items, anchorer }: Registries, brand = BRAND): Promise<bigint> =>
    ask(items, 'anchoredToday', brand, anchorer)

  it('takes as many leaves as the quota, under one root or several, and not one more', async () => {
    const registries = await load()
    await refused(registries, QUOTA + 1, QUOTA + 1)
    await anchor(registries, 'a', QUOTA - 1)
    await refused(registries, 2, QUOTA + 1)
    await anchor(registries, 'b', 1)
    await refused(registries, 1, QUOTA + 1)
    expect(await countOf(registries)).to.equal(BigInt(QUOTA))
  })

  it('counts anew from the first second of each day', async () => {
    const registries = await load()
    const midnight = (await today()) + DAY
    await anchor(registries, 'a', QUOTA)
    await networkHelpers.time.setNextBlockTimestamp(midnight - 1)
    await refused(registries, 1, QUOTA + 1)
    await networkHelpers.time.increaseTo(midnight)
    expect(await countOf(registries)).to.equal(0n)
    await anchor(registries, 'b', QUOTA)
    await refused(registries, 1, QUOTA + 1)
  })

  it('counts each account and each brand apart', async () => {
    const registries = await load()
    const { brands, items, admin, otherAdmin, anchorer, stranger } = registries
    await send(brands, admin, 'setAnchorer', BRAND, stranger, true)
    await send(brands, otherAdmin, 'setAnchorer', OTHER_BRAND, anchorer, true)
    await send(brands, otherAdmin, 'setAnchorQuota', OTHER_BRAND, anchorer, QUOTA)
    await anchor(registries, 'a', QUOTA)
    await send(items, stranger, 'anchor', BRAND, id('b'), QUOTA + 1, Kind.Items)
    expect(await ask(items, 'anchoredToday', BRAND, stranger)).to.equal(0n)
    await send(items, anchorer, 'anchor', OTHER_BRAND, id('c'), QUOTA, Kind.Items)
    expect(await countOf(registries, OTHER_BRAND)).to.equal(BigInt(QUOTA))
    expect(await ask(items, 'anchoredToday', id('?'), ZeroAddress)).to.equal(0n)
  })

  it('follows a quota that is lowered, raised and taken away', async () => {
    const registries = await load()
    const { brands, admin, anchorer } = registries
    await anchor(registries, 'a', QUOTA)
    await send(brands, admin, 'setAnchorQuota', BRAND, anchorer, 10)
    await refused(registries, 1, QUOTA + 1, 10)
    await send(brands, admin, 'setAnchorQuota', BRAND, anchorer, QUOTA + 5)
    await anchor(registries, 'b', 5)
    await send(brands, admin, 'setAnchorQuota', BRAND, anchorer, 0)
    await anchor(registries, 'c', 2 ** 20)
    expect(await countOf(registries)).to.equal(BigInt(QUOTA + 5))
  })

  it('takes the most leaves that a root can have once, not twice', async () => {
    const registries = await load()
    const { brands, admin, anchorer } = registries
    await send(brands, admin, 'setAnchorQuota', BRAND, anchorer, 2 ** 20)
    await anchor(registries, 'a', 2 ** 20)
    await refused(registries, 2 ** 20, 2 ** 21, 2 ** 20)
  })
})
