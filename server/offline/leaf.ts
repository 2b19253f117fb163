import type { Hex } from '../kernel/bytes.ts'
import { canonicalDigitalLink } from '../kernel/gs1.ts'
import { bytesFrom, compareBytes, hexFrom, joined, keccak, utf8 } from '../kernel/portable.ts'

const WORD_BYTES = 32

/** The 32-byte id of an item: keccak256(salt ‖ canonical GS1 Digital Link in UTF-8). */
export function offlineItemId(salt: Uint8Array, key: { gtin: string; serial: string }): Hex {
  return hexFrom(keccak(joined(salt, utf8(canonicalDigitalLink(key)))))
}

/** The leaf of OpenZeppelin's StandardMerkleTree over (uint32 index, bytes32 itemId, bytes32 digest, address claimKey). */
export function offlineLeaf(leaf: {
  readonly index: number
  readonly itemId: Hex
  readonly certificateDigest: Hex
  readonly claimKey: Hex
}): Uint8Array {
  const index = new Uint8Array(WORD_BYTES)
  new DataView(index.buffer).setUint32(WORD_BYTES - 4, leaf.index)
  const claimKey = bytesFrom(leaf.claimKey)
  const padding = new Uint8Array(WORD_BYTES - claimKey.length)
  const words = joined(index, bytesFrom(leaf.itemId), bytesFrom(leaf.certificateDigest), padding, claimKey)
  return keccak(keccak(words))
}

/** True when the siblings lead from the leaf to the root. */
export function leadsToRoot(leaf: Uint8Array, siblings: readonly Hex[], root: Hex): boolean {
  let node = leaf
  for (const sibling of siblings) node = pairHash(node, bytesFrom(sibling))
  return hexFrom(node) === root
}

function pairHash(a: Uint8Array, b: Uint8Array): Uint8Array {
  return keccak(compareBytes(a, b) <= 0 ? joined(a, b) : joined(b, a))
}
