import { randomFillSync } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * Text of Crockford's base32 alphabet (no I, L, O, U), five bits a character, most significant first.
 * Bits that do not fill a character at the end are dropped.
 */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(value >>> bits) & 31]
    }
  }
  return text
}

/** Random identifier with a prefix that says what it names, such as `ver_8Z…`: 128 bits, 26 characters. */
export function newId<P extends string>(prefix: P): `${P}_${string}` {
  return `${prefix}_${base32(randomBytes()).slice(0, 26)}`
}

const ID_BYTES = 17
/** Random bytes are asked for in one call for many ids: the call costs more than the bytes. None is used twice. */
const pool = Buffer.alloc(ID_BYTES * 256)
let used = pool.length

function randomBytes(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += ID_BYTES
  return pool.subarray(used - ID_BYTES, used)
}

/** True when the text has the shape of `newId(prefix)`. */
export function isId(prefix: string, text: string): boolean {
  return new RegExp(`^${prefix}_[${ALPHABET}]{26}$`).test(text)
}
