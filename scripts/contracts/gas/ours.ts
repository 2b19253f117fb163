import { id } from 'ethers'
import { claimDeep, transferPasskey } from '../../../test/contracts/ownership/deep-claim.ts'
import { deployWorld, type World } from '../../../test/contracts/ownership/world.ts'
import {
  BRAND,
  type Ethers,
  Kind,
  OTHER_BRAND,
  Reason,
  send,
  wordsOf,
} from '../../../test/contracts/support.ts'
import { type GasRow, perItem } from './row.ts'

/** Depth of the tree of a batch of 131,072 items. */
const DEPTH = 17
const SCATTERED = 10_000
const US = 'Cachet'

/** Our own figures, with the limits of the contracts. */
export async function measureOurs(ethers: Ethers): Promise<GasRow[]> {
  const world = await deployWorld(ethers)
  const rows = [await firstAnchorRow(world)]
  for (const items of [1_000, 200_000]) rows.push(...(await anchorRows(world, items)))
  const claimed = await claimDeep(world, DEPTH)
  rows.push({ who: US, what: `claim by an account, proof of ${DEPTH} steps`, gas: claimed, limit: 150_000 })
  const { first, later } = await transferPasskey(world)
  rows.push({ who: US, what: 'transfer, passkey to new passkey', gas: first, limit: 120_000 })
  rows.push({ who: US, what: 'transfer, passkey to passkey that owns another', gas: later, limit: 120_000 })
  rows.push({ ...(await revokeRow(world, 131_072)), limit: 1_500 }, await revokeRow(world, 200_000))
  return rows
}

async function firstAnchorRow({ items, otherAnchorer }: World): Promise<GasRow> {
  const args = [OTHER_BRAND, id('a first batch'), 1_000, Kind.Items]
  const receipt = await send(items, otherAnchorer, 'anchor', ...args)
  return { who: US, what: 'anchor, the first of a brand', gas: Number(receipt.gasUsed) }
}

async function anchorRows({ items, anchorer }: World, count: number): Promise<GasRow[]> {
  const receipt = await send(items, anchorer, 'anchor', BRAND, id(`batch of ${count}`), count, Kind.Items)
  const gas = Number(receipt.gasUsed)
  const name = count.toLocaleString('en')
  return [
    { who: US, what: `anchor of ${name} items`, gas, limit: 75_000 },
    { who: US, what: `one item of ${name}`, gas: perItem(gas, count) },
  ]
}

/** A call takes so many words, so the marks of a larger batch need more than one. */
const WORDS_MAX = 512

async function revokeRow({ items, anchorer }: World, batch: number): Promise<GasRow> {
  const root = id(`a batch of ${batch} to revoke from`)
  await send(items, anchorer, 'anchor', BRAND, root, batch, Kind.Items)
  const words = wordsOf(...scattered(SCATTERED, batch))
  const calls = Math.ceil(words.length / WORDS_MAX)
  let gas = 0
  for (let i = 0; i < calls; i++) {
    const part = words.slice(i * WORDS_MAX, (i + 1) * WORDS_MAX)
    gas += Number((await send(items, anchorer, 'revoke', root, part, Reason.Stolen)).gasUsed)
  }
  const [many, all] = [SCATTERED, batch].map((count) => count.toLocaleString('en'))
  const what = `revoke one of ${many} scattered over ${all}, calls: ${calls}`
  return { who: US, what, gas: perItem(gas, SCATTERED) }
}

/** So many different numbers below a bound, as if by chance and the same in every run. */
function scattered(count: number, bound: number): number[] {
  const found = new Set<number>()
  for (let i = 0; found.size < count; i++) found.add(Number(BigInt(id(`leaf ${i}`)) % BigInt(bound)))
  return [...found]
}
