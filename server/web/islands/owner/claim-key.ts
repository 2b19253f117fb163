import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { Hex } from '../../../kernel/bytes.ts'
import { bytesFrom, hexFrom, joined, keccak, utf8 } from '../../../kernel/portable.ts'

const KEY_LABEL = 'cachet:claim-key:v1'
/** Letters that Crockford's alphabet leaves out, and what a reader meant by them. */
const MEANT: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' }
const CODE = /^[0-9A-HJKMNP-TV-Z]{16}$/
const V_BASE = 27

/** The hidden claim key of an item, as docs/decisions/0005 derives it. It never leaves this phone, nor does the code. */
export type ClaimKey = {
  readonly address: Hex
  /** r, s and v over a digest: 65 bytes. */
  sign(digest: Hex): Hex
}

/** The code as it was printed, from what was typed; null where it cannot be one. */
export function readCode(typed: string): string | null {
  const upper = typed.toUpperCase().replace(/[\s-]/g, '')
  const code = upper.replace(/[OIL]/g, (letter) => MEANT[letter] ?? letter)
  return CODE.test(code) ? code : null
}

export function claimKey(itemId: Hex, code: string): ClaimKey {
  const seed = joined(utf8(KEY_LABEL), bytesFrom(itemId), utf8(code))
  let key = keccak(seed)
  for (let counter = 1; !secp256k1.utils.isValidSecretKey(key); counter++)
    key = keccak(joined(seed, Uint8Array.of(counter)))
  const point = secp256k1.getPublicKey(key, false)
  return {
    address: hexFrom(keccak(point.subarray(1)).subarray(12)),
    sign(digest) {
      const bytes = secp256k1.sign(bytesFrom(digest), key, { prehash: false, format: 'recovered' })
      const [recovery = 0] = bytes
      return hexFrom(joined(bytes.subarray(1), Uint8Array.of(V_BASE + recovery)))
    },
  }
}
