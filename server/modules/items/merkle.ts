import { bytesOf, type Hex, hexOf } from '../../kernel/bytes.ts'
import { keccak256 } from '../../kernel/digest.ts'

/** What a leaf binds together: place in the batch, item, certificate and the address of the hidden claim key. */
export type Leaf = {
  readonly index: number
  readonly itemId: Hex
  readonly certificateDigest: Hex
  readonly claimKey: Hex
}

/** A batch holds at most this many items: what one anchor may cover (design.md section 4). */
export const LEAVES_MAX = 2 ** 20

export const HASH_BYTES = 32
const WORD_BYTES = 32

/**
 * The 32 bytes of a leaf: keccak256(keccak256(abi.encode(uint32 index, bytes32 itemId, bytes32 certificateDigest,
 * address claimKey))), which is the leaf of OpenZeppelin's StandardMerkleTree. Hashing twice keeps an inner node from
 * being passed off as a leaf.
 */
export function leafHash(leaf: Leaf): Buffer {
  return leafHashOf(leaf.index, bytesOf(leaf.itemId), bytesOf(leaf.certificateDigest), bytesOf(leaf.claimKey))
}

/** `leafHash` of raw bytes: 32 of the item id, 32 of the digest, 20 of the address. */
export function leafHashOf(
  index: number,
  itemId: Buffer,
  certificateDigest: Buffer,
  claimKey: Buffer,
): Buffer {
  const encoded = Buffer.alloc(4 * WORD_BYTES)
  encoded.writeUInt32BE(index, WORD_BYTES - 4)
  encoded.set(itemId, WORD_BYTES)
  encoded.set(certificateDigest, 2 * WORD_BYTES)
  encoded.set(claimKey, 4 * WORD_BYTES - claimKey.length)
  return keccak256(keccak256(encoded))
}

/**
 * The whole tree as one array of 2n - 1 hashes, root first: leaf i is at position 2n - 2 - i, the children of position p
 * at 2p + 1 and 2p + 2, a parent is the keccak256 of its children in ascending order. This is the exact shape of
 * StandardMerkleTree with `sortLeaves: false`. Takes the leaves one after the other, 32 bytes each.
 */
export function buildTree(leaves: Uint8Array): Buffer {
  const count = leafCountOf(leaves)
  const tree = Buffer.alloc((2 * count - 1) * HASH_BYTES)
  for (let i = 0; i < count; i++)
    tree.set(leaves.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES), leafPosition(count, i) * HASH_BYTES)
  for (let p = count - 2; p >= 0; p--)
    tree.set(hashPair(nodeAt(tree, 2 * p + 1), nodeAt(tree, 2 * p + 2)), p * HASH_BYTES)
  return tree
}

export function rootOf(tree: Buffer): Hex {
  return hexOf(nodeAt(tree, 0))
}

export function nodeAt(tree: Buffer, position: number): Buffer {
  return tree.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES)
}

export function leafPosition(leafCount: number, index: number): number {
  return 2 * leafCount - 2 - index
}

/** Positions of the siblings on the way from a leaf to the root. */
export function siblingPositions(leafCount: number, index: number): number[] {
  const positions: number[] = []
  for (let p = leafPosition(leafCount, index); p > 0; p = (p - 1) >> 1)
    positions.push(p % 2 === 0 ? p - 1 : p + 1)
  return positions
}

/** True when the siblings lead from the leaf to the root. */
export function verifyProof(leaf: Uint8Array, siblings: readonly Hex[], root: Hex): boolean {
  let node = leaf
  for (const sibling of siblings) node = hashPair(node, bytesOf(sibling))
  return hexOf(node) === root
}

/** Written over by each pair: hashing runs to its end before the next pair is put here. */
const pair = Buffer.alloc(2 * HASH_BYTES)

function hashPair(a: Uint8Array, b: Buffer): Buffer {
  const inOrder = b.compare(a) >= 0
  pair.set(inOrder ? a : b)
  pair.set(inOrder ? b : a, HASH_BYTES)
  return keccak256(pair)
}

function leafCountOf(leaves: Uint8Array): number {
  const count = leaves.length / HASH_BYTES
  if (Number.isInteger(count) && count >= 1 && count <= LEAVES_MAX) return count
  throw new RangeError(`${leaves.length} bytes are not 1 to ${LEAVES_MAX} leaves`)
}
