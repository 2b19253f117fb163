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

/**
 * As `newId`, for what is kept by the million: 48 bits of time and 80 random ones, which is a ULID. Ids of one time lie
 * side by side in an index, so that a write touches few of its pages; nobody can guess one.
 */
export function timedId<P extends string>(prefix: P, atMs: number): `${P}_${string}` {
  let time = ''
  for (let divisor = 32 ** (TIME_CHARACTERS - 1); divisor >= 1; divisor /= 32)
    time += ALPHABET[Math.floor(atMs / divisor) % 32]
  return `${prefix}_${time}${base32(randomBytes()).slice(0, 26 - TIME_CHARACTERS)}`
}

/** 50 bits, of which a ULID's time takes 48. */
const TIME_CHARACTERS = 10
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
