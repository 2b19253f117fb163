import { AbiCoder, concat, id, keccak256, Wallet } from 'ethers'
import { BRAND, Kind, send } from '../support.ts'
import {
  account,
  claim,
  type Item,
  itemAt,
  type Leaf,
  passkey,
  tokenIdOf,
  transfer,
  type World,
} from './world.ts'

/** Gas of a claim by an account whose leaf is proven by that many siblings. */
export async function claimDeep(world: World, depth: number): Promise<number> {
  const item = itemOfDepth(depth)
  await send(world.items, world.anchorer, 'anchor', BRAND, item.root, 2 ** depth, Kind.Items)
  return Number((await claim(world, item, await account(world.owner))).gasUsed)
}

/** Gas of two transfers between passkeys: to one that has no item yet, and to one that has. */
export async function transferPasskey(world: World): Promise<{ first: number; later: number }> {
  const [from, to] = [await passkey(world), await passkey(world)]
  const items = [itemAt(world, 1), itemAt(world, 2), itemAt(world, 3)]
  for (const item of items) await claim(world, item, from)
  const gas: number[] = []
  for (const item of items.slice(0, 2)) {
    const receipt = await (await transfer(world, item, from, to)).wait()
    gas.push(Number(receipt?.gasUsed))
  }
  const [first = Number.NaN, later = Number.NaN] = gas
  return { first, later }
}

/** An item whose leaf is proven by that many siblings; the rest of the tree is not needed. */
function itemOfDepth(depth: number): Item {
  const claimWallet = new Wallet(id('claim key of a deep item'))
  const leaf: Leaf = {
    index: 4_321,
    itemId: id('a deep item'),
    certificateDigest: id('certificate of a deep item'),
    claimKey: claimWallet.address,
  }
  const values = [leaf.index, leaf.itemId, leaf.certificateDigest, leaf.claimKey]
  const encoded = AbiCoder.defaultAbiCoder().encode(['uint32', 'bytes32', 'bytes32', 'address'], values)
  const proof = Array.from({ length: depth }, (_, level) => id(`sibling ${level}`))
  const root = proof.reduce(
    (node, sibling) => keccak256(concat([node, sibling].sort())),
    keccak256(keccak256(encoded)),
  )
  const origin = { root, index: leaf.index, claimKey: leaf.claimKey }
  return { root, leaf, proof, claimWallet, tokenId: tokenIdOf(BRAND, leaf.itemId), origin }
}
