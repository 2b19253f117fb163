import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { AbiCoder, concat, id, keccak256, Wallet } from 'ethers'
import { network } from 'hardhat'
import { BRAND, Kind, send } from '../support.ts'
import {
  account,
  claim,
  deployWorld,
  type Item,
  itemAt,
  type Leaf,
  passkey,
  tokenIdOf,
  transfer,
  type World,
} from './world.ts'

// Osaka has the P-256 precompile (EIP-7951), which most rollups have had since RIP-7212.
const { ethers } = await network.create({ override: { hardfork: 'osaka' } })
const SNAPSHOT = new URL('./gas-snapshot.json', import.meta.url)
const TOLERANCE = 0.02
/** Depth of the tree of a batch of 131,072 items. */
const DEPTH = 17
const CLAIM_MAX = 150_000
const PASSKEY_TRANSFER_MAX = 120_000

describe('gas of ItemOwnership, from receipts', () => {
  let measured: Record<string, number>

  before(async () => {
    measured = await measure(await deployWorld(ethers))
    for (const [name, gas] of Object.entries(measured)) console.log(`      ${name.padEnd(34)} ${gas}`)
  })

  it('stays within 2 % of the snapshot', () => {
    const snapshot = JSON.parse(readFileSync(SNAPSHOT, 'utf8')) as Record<string, number>
    expect(Object.keys(measured)).to.deep.equal(Object.keys(snapshot))
    const moved = Object.entries(measured).filter(
      ([name, gas]) => Math.abs(gas / (snapshot[name] ?? 0) - 1) > TOLERANCE,
    )
    expect(moved, 'update gas-snapshot.json where the change is meant').to.deep.equal([])
  })

  it('is below the limits: a claim at depth 17, a transfer from passkey to passkey', () => {
    expect(measured['claimByAccountDepth17']).to.be.below(CLAIM_MAX)
    expect(measured['transferPasskeyToPasskey']).to.be.below(PASSKEY_TRANSFER_MAX)
  })
})

async function measure(world: World): Promise<Record<string, number>> {
  const deep = itemOfDepth(DEPTH)
  await send(world.items, world.anchorer, 'anchor', BRAND, deep.root, 2 ** DEPTH, Kind.Items)
  const claimed = await claim(world, deep, await account(world.owner))
  const [first, second] = [await passkey(world), await passkey(world)]
  const item = itemAt(world, 1)
  const byPasskey = await claim(world, item, first)
  const moved = await (await transfer(world, item, first, second)).wait()
  return {
    claimByAccountDepth17: Number(claimed.gasUsed),
    claimByPasskeyDepth3: Number(byPasskey.gasUsed),
    transferPasskeyToPasskey: Number(moved?.gasUsed),
  }
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
