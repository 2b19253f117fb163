import { readFileSync } from 'node:fs'
import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import { expect } from 'chai'
import { id, ZeroHash } from 'ethers'
import { network } from 'hardhat'
import { type Hex, hexOf } from '../../server/kernel/bytes.ts'
import { leafHash } from '../../server/modules/items/merkle.ts'
import {
  ask,
  BRAND,
  deployAnchored,
  Reason,
  ROOT,
  send,
  THUMBPRINT,
  timeOf,
  VALID_FROM,
  wordsOf,
} from './support.ts'

const { ethers, networkHelpers } = await network.create()
const NO_ANCHOR = [ZeroHash, 0n, 0n, 0n, 0n, 0n]
const NO_KEY = [0n, 0n, 0n, false]

type Vector = { index: number; itemId: Hex; certificateDigest: Hex; claimKey: Hex; leaf: Hex; proof: Hex[] }
const golden = JSON.parse(readFileSync(new URL('../golden/leaf.json', import.meta.url), 'utf8')) as {
  root: Hex
  leaves: Vector[]
}
const TYPES = ['uint32', 'bytes32', 'bytes32', 'address']
const valuesOf = ({ index, itemId, certificateDigest, claimKey }: Vector) => [
  index,
  itemId,
  certificateDigest,
  claimKey,
]

describe('ItemRegistry reads', () => {
  const fixture = () => deployAnchored(ethers)
  const load = () => networkHelpers.loadFixture(fixture)

  it('answers all zero for the unknown', async () => {
    const { items } = await load()
    expect(await ask(items, 'anchorOf', id('?'))).to.deep.equal(NO_ANCHOR)
    expect(await ask(items, 'wordsOf', id('?'), 4_294_967_295)).to.deep.equal([0n, 0n])
    expect(await ask(items, 'headOf', id('?'))).to.deep.equal([0n, ZeroHash])
    for (const [root, index] of [
      [id('?'), 0],
      [ROOT, 300],
      [ROOT, 4_294_967_295],
    ] as const) {
      expect(await ask(items, 'status', root, index)).to.deep.equal([false, ZeroHash, 0n, 0n, false, false])
    }
    expect(await ask(items, 'statuses', [])).to.deep.equal([])
    const unknown = await ask(items, 'statuses', [{ root: id('?'), index: 1, thumbprint: THUMBPRINT }])
    expect(unknown).to.deep.equal([[NO_ANCHOR, false, false, NO_KEY, 0n]])
  })

  it('tells each leaf’s own state', async () => {
    const { items, anchorer } = await load()
    await send(items, anchorer, 'revoke', ROOT, wordsOf(0, 256), Reason.Stolen)
    await send(items, anchorer, 'recall', ROOT, wordsOf(256, 299), Reason.Safety)
    const anchor = await ask(items, 'anchorOf', ROOT)
    const states = {
      0: [true, false],
      1: [false, false],
      255: [false, false],
      256: [true, true],
      257: [false, false],
      299: [false, true],
    }
    for (const [index, [revoked, recalled]] of Object.entries(states)) {
      const status = await ask(items, 'status', ROOT, Number(index))
      expect(status, index).to.deep.equal([
        true,
        BRAND,
        anchor.anchoredAt,
        anchor.blockNumber,
        revoked,
        recalled,
      ])
    }
  })

  it('tells the gateway everything of many leaves in one call', async () => {
    const { items, brands, anchorer, operator, admin } = await load()
    await send(items, anchorer, 'revoke', ROOT, wordsOf(7), Reason.Stolen)
    await send(brands, admin, 'markKeyCompromised', BRAND, THUMBPRINT, VALID_FROM + 5)
    const since = BigInt(await timeOf(ethers, await send(brands, operator, 'suspendBrand', BRAND)))
    const anchor = await ask(items, 'anchorOf', ROOT)
    const key = [BigInt(VALID_FROM), 0n, BigInt(VALID_FROM + 5), true]
    const states = await ask(items, 'statuses', [
      { root: ROOT, index: 7, thumbprint: THUMBPRINT },
      { root: id('?'), index: 7, thumbprint: THUMBPRINT },
      { root: ROOT, index: 8, thumbprint: id('a stranger’s key') },
      { root: ROOT, index: 300, thumbprint: THUMBPRINT },
    ])
    expect(states).to.deep.equal([
      [anchor, true, false, key, since],
      [NO_ANCHOR, false, false, NO_KEY, 0n],
      [anchor, false, false, NO_KEY, since],
      [anchor, false, false, key, since],
    ])
  })

  it('agrees with OpenZeppelin’s library and with the gateway on the golden leaves', async () => {
    const { items } = await load()
    const tree = StandardMerkleTree.of(golden.leaves.map(valuesOf), TYPES, { sortLeaves: false })
    expect(tree.root).to.equal(golden.root)
    for (const [i, vector] of golden.leaves.entries()) {
      expect(hexOf(leafHash(vector))).to.equal(vector.leaf)
      expect(tree.leafHash(valuesOf(vector))).to.equal(vector.leaf)
      expect(tree.getProof(i)).to.deep.equal(vector.proof)
      expect(await ask(items, 'verifyLeaf', golden.root, vector, vector.proof)).to.equal(true)
    }
  })

  it('refuses a leaf with any part or sibling changed', async () => {
    const { items } = await load()
    const vector = golden.leaves[2]!
    const changes = [
      { index: 3 },
      { itemId: id('?') },
      { certificateDigest: id('?') },
      { claimKey: `0x${'01'.repeat(20)}` },
    ]
    for (const change of changes) {
      expect(await ask(items, 'verifyLeaf', golden.root, { ...vector, ...change }, vector.proof)).to.equal(
        false,
      )
    }
    expect(await ask(items, 'verifyLeaf', golden.root, vector, vector.proof.slice(1))).to.equal(false)
    expect(await ask(items, 'verifyLeaf', golden.root, vector, [...vector.proof, id('?')])).to.equal(false)
    expect(await ask(items, 'verifyLeaf', ROOT, vector, vector.proof)).to.equal(false)
  })
})
