import { expect } from 'chai'
import { id } from 'ethers'
import { network } from 'hardhat'
import { expectSnapshot, type Gas, printGas } from './gas-snapshot.ts'
import {
  BRAND,
  deployRegistries,
  Kind,
  Reason,
  type Registries,
  send,
  THUMBPRINT,
  VALID_FROM,
  wordsOf,
} from './support.ts'

const { ethers, networkHelpers } = await network.create()
const SNAPSHOT = new URL('./gas-snapshot.json', import.meta.url)
const LEAVES = 200_000
const WORDS = 100
const SCATTERED = 10_000
/** `WORDS_MAX` of the contract. */
const WORDS_MAX = 512

/** Limits of design.md: an anchor after a brand's first, and revoking in bulk, in gas an item. */
const ANCHOR_MAX = 75_000
const BULK_ITEM_MAX = 1_500

describe('gas of the registries, from receipts', () => {
  const fixture = () => deployRegistries(ethers)
  let measured: Gas

  before(async () => {
    measured = await measure(await networkHelpers.loadFixture(fixture))
    printGas(measured)
  })

  it('stays within 2 % of the snapshot', () => {
    expectSnapshot(measured, SNAPSHOT)
  })

  it('is below the limits: an anchor, an item of an anchor, an item revoked in bulk', () => {
    expect(measured['laterAnchor']).to.be.below(ANCHOR_MAX)
    expect((measured['laterAnchor'] ?? Number.NaN) / LEAVES).to.be.below(0.4)
    expect(measured['revokeBulkPerItem']).to.be.below(BULK_ITEM_MAX)
    expect(measured['laterAnchorWithinQuota']).to.be.below(ANCHOR_MAX)
    expect(measured['revokeRandomPerItem']).to.be.below(BULK_ITEM_MAX)
    expect(measured['revokeOneIn16PerItem']).to.be.below(BULK_ITEM_MAX)
  })
})

async function measure(registries: Registries): Promise<Gas> {
  const { items, brands, operator, admin, anchorer, stranger } = registries
  const gas = async (method: string, ...args: unknown[]): Promise<number> =>
    Number((await send(items, anchorer, method, ...args)).gasUsed)
  const brand = async (from: typeof admin, method: string, ...args: unknown[]): Promise<number> =>
    Number((await send(brands, from, method, ...args)).gasUsed)
  const registerBrand = await brand(operator, 'registerBrand', 'third.example', operator, ['4012345'])
  const anchors = []
  for (const name of ['first', 'second', 'third'])
    anchors.push(await gas('anchor', BRAND, id(name), LEAVES, Kind.Items))
  await send(brands, admin, 'setAnchorQuota', BRAND, anchorer, 2 ** 32 - 1)
  await gas('anchor', BRAND, id('fourth'), 1, Kind.Items)
  const withinQuota = await gas('anchor', BRAND, id('fifth'), LEAVES, Kind.Items)
  const full = Array.from({ length: WORDS }, (_, word) => ({ word, mask: 2n ** 256n - 1n }))
  return {
    registerBrand,
    assignPrefix: await brand(operator, 'assignPrefix', BRAND, '9507000'),
    setAnchorer: await brand(admin, 'setAnchorer', BRAND, stranger, true),
    registerKey: await brand(admin, 'registerKey', BRAND, id('another key'), VALID_FROM, 0),
    retireKey: await brand(admin, 'retireKey', BRAND, THUMBPRINT),
    markKeyCompromised: await brand(admin, 'markKeyCompromised', BRAND, THUMBPRINT, VALID_FROM),
    transferAdmin: await brand(admin, 'transferAdmin', BRAND, stranger),
    acceptAdmin: await brand(stranger, 'acceptAdmin', BRAND),
    firstAnchor: anchors[0] ?? 0,
    laterAnchor: anchors[2] ?? 0,
    laterAnchorWithinQuota: withinQuota,
    revokeOne: await gas('revoke', id('first'), wordsOf(700), Reason.Stolen),
    revokeBulkPerItem: Math.ceil(
      (await gas('revoke', id('second'), full, Reason.Counterfeit)) / (WORDS * 256),
    ),
    revokeRandomPerItem: await scatteredPerItem(registries, 'random', randomIndexes(2 ** 17)),
    revokeOneIn16PerItem: await scatteredPerItem(
      registries,
      'sparse',
      Array.from({ length: SCATTERED }, (_, i) => i * 16),
    ),
    recallOne: await gas('recall', id('first'), wordsOf(700), Reason.Safety),
    suspendBrand: await brand(operator, 'suspendBrand', BRAND),
    reinstateBrand: await brand(operator, 'reinstateBrand', BRAND),
  }
}

/** Gas an item of revoking these leaves of one batch, in as many calls as it takes. */
async function scatteredPerItem({ items, anchorer }: Registries, name: string, indexes: number[]) {
  await send(items, anchorer, 'anchor', BRAND, id(name), Math.max(...indexes) + 1, Kind.Items)
  const words = wordsOf(...indexes)
  let total = 0n
  for (let at = 0; at < words.length; at += WORDS_MAX)
    total += (await send(items, anchorer, 'revoke', id(name), words.slice(at, at + WORDS_MAX), Reason.Stolen))
      .gasUsed
  return Math.ceil(Number(total) / indexes.length)
}

/** Leaves without a pattern, the same in every run: what a list of stolen serials of one batch looks like. */
function randomIndexes(leafCount: number): number[] {
  const indexes = new Set<number>()
  for (let i = 0; indexes.size < SCATTERED; i++)
    indexes.add(Number(BigInt(id(`leaf ${i}`)) % BigInt(leafCount)))
  return [...indexes].sort((a, b) => a - b)
}
