import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import { expect } from 'chai'
import { type Hex, hexOf } from '../../../server/kernel/bytes.ts'
import {
  buildTree,
  type Leaf,
  leafHash,
  nodeAt,
  rootOf,
  verifyProof,
} from '../../../server/modules/items/merkle.ts'
import { openPage, pageCount, pageNodes, pageOf } from '../../../server/modules/items/merkle-pages.ts'

const TYPES = ['uint32', 'bytes32', 'bytes32', 'address']

/*
 * tree of n leaves
 * ├── 1 to 70 leaves, 256, 257, 1,000: root, every proof and its page as OpenZeppelin's library computes them
 * ├── published vector: fixed leaves, fixed root
 * └── proofs
 *     ├── of another leaf, another root, a sibling missing, two siblings swapped: do not hold
 *     └── of a page that was cut short: refused
 */
describe('Merkle tree of a batch', () => {
  for (const count of [...Array.from({ length: 70 }, (_, i) => i + 1), 256, 257, 1_000]) {
    it(`gives ${count} leaves the root and proofs of OpenZeppelin's StandardMerkleTree`, () => {
      const leaves = randomLeaves(count)
      const oracle = StandardMerkleTree.of(leaves.map(valuesOf), TYPES, { sortLeaves: false })
      const tree = buildTree(Buffer.concat(leaves.map(leafHash)))
      expect(rootOf(tree)).to.equal(oracle.root)
      const pages = Array.from({ length: pageCount(count) }, (_, page) =>
        openPage(count, page, pageNodes(tree, count, page)),
      )
      for (const leaf of leaves) {
        const siblings = pages[pageOf(leaf.index)]?.siblings(leaf.index) ?? []
        expect(siblings).to.deep.equal(oracle.getProof(leaf.index))
        expect(verifyProof(leafHash(leaf), siblings, rootOf(tree))).to.equal(true)
      }
    })
  }

  it('keeps the recorded root and leaf of the golden batch', () => {
    const golden = JSON.parse(
      readFileSync(new URL('../../golden/merkle-batch.json', import.meta.url), 'utf8'),
    ) as { leaves: Leaf[]; leafHashes: Hex[]; root: Hex }
    expect(golden.leaves.map((leaf) => hexOf(leafHash(leaf)))).to.deep.equal(golden.leafHashes)
    expect(rootOf(buildTree(Buffer.concat(golden.leaves.map(leafHash))))).to.equal(golden.root)
  })

  it('stores a page of 256 among 200,000 leaves in less than 20 kB', () => {
    const count = 200_000
    const tree = Buffer.alloc((2 * count - 1) * 32)
    expect(pageNodes(tree, count, 400).length).to.be.lessThan(20_000)
  })
})

describe('Merkle proof', () => {
  const leaves = randomLeaves(100)
  const tree = buildTree(Buffer.concat(leaves.map(leafHash)))
  const page = openPage(100, 0, pageNodes(tree, 100, 0))
  const siblings = page.siblings(42)
  const leaf = leafHash(leaves[42] as Leaf)

  it('does not hold for another leaf, another root, fewer or reordered siblings', () => {
    const root = rootOf(tree)
    const [first, second, ...rest] = siblings as [Hex, Hex, ...Hex[]]
    expect(verifyProof(leaf, siblings, root)).to.equal(true)
    expect(verifyProof(leafHash(leaves[43] as Leaf), siblings, root)).to.equal(false)
    expect(verifyProof(leaf, siblings, hexOf(nodeAt(tree, 1)))).to.equal(false)
    expect(verifyProof(leaf, siblings.slice(1), root)).to.equal(false)
    expect(verifyProof(leaf, [second, first, ...rest], root)).to.equal(false)
  })

  it('is refused from a page whose bytes do not fit the number of leaves', () => {
    const nodes = pageNodes(tree, 100, 0)
    expect(() => openPage(100, 0, nodes.subarray(32))).to.throw(RangeError)
    expect(() => openPage(100, 0, Buffer.concat([nodes, Buffer.alloc(32)]))).to.throw(RangeError)
  })

  it('is refused for a leaf of another page or beyond the last', () => {
    expect(() => page.siblings(100)).to.throw(RangeError)
    expect(() => page.siblings(256)).to.throw(RangeError)
  })
})

function randomLeaves(count: number): Leaf[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    itemId: hexOf(randomBytes(32)),
    certificateDigest: hexOf(randomBytes(32)),
    claimKey: hexOf(randomBytes(20)),
  }))
}

function valuesOf(leaf: Leaf): unknown[] {
  return [leaf.index, leaf.itemId, leaf.certificateDigest, leaf.claimKey]
}
