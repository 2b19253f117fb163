import { createDecipheriv } from 'node:crypto'
import { aesBlocks, BLOCK_BYTES, cmacBy } from './cmac.ts'

/** Nibbles are processed one at a time (m = 4), so there are 16 plaintexts and up to 4 updated keys (AN12304). */
const PLAINTEXTS = 16
const UPDATED_KEYS = 4

const FIVES = Buffer.alloc(BLOCK_BYTES, 0x55)
const TENS = Buffer.alloc(BLOCK_BYTES, 0xaa)
const ZEROS = Buffer.alloc(BLOCK_BYTES)

/** The leakage resilient primitive of NXP under one key (AN12304). */
export type Lrp = {
  /** Algorithm 3 under an updated key; the input is nibbles in hexadecimal. */
  evaluate(updatedKey: number, nibbles: string, final: boolean): Buffer
  /** LRICB without padding; the counter goes up by one a block and wraps. */
  encrypt(updatedKey: number, counter: Uint8Array, plain: Uint8Array): Buffer
  decrypt(updatedKey: number, counter: Uint8Array, cipher: Uint8Array): Buffer
  /** CMAC whose block cipher is this primitive under updated key 0. */
  cmac(message: Uint8Array): Buffer
}

export function lrpOf(key: Uint8Array): Lrp {
  const plaintexts = plaintextsOf(key)
  const keys = updatedKeysOf(key)
  const evaluate: Lrp['evaluate'] = (updatedKey, nibbles, final) => {
    let y = keys[updatedKey]
    if (y === undefined) throw new RangeError(`there is no updated key ${updatedKey}`)
    for (const nibble of nibbles) y = aesBlocks(y)(plaintexts[Number.parseInt(nibble, 16)] ?? ZEROS)
    return final ? aesBlocks(y)(ZEROS) : y
  }
  const byBlock = (
    updatedKey: number,
    counter: Uint8Array,
    text: Uint8Array,
    turn: (key: Buffer, block: Uint8Array) => Buffer,
  ): Buffer => {
    const blocks = []
    let at: Buffer = Buffer.from(counter)
    for (let i = 0; i < text.length; i += BLOCK_BYTES) {
      blocks.push(turn(evaluate(updatedKey, at.toString('hex'), true), text.subarray(i, i + BLOCK_BYTES)))
      at = next(at)
    }
    return Buffer.concat(blocks)
  }
  return {
    evaluate,
    encrypt: (updatedKey, counter, plain) =>
      byBlock(updatedKey, counter, plain, (k, block) => aesBlocks(k)(block)),
    decrypt: (updatedKey, counter, cipher) => byBlock(updatedKey, counter, cipher, decipher),
    cmac: (message) => cmacBy((block) => evaluate(0, Buffer.from(block).toString('hex'), true), message),
  }
}

/** Algorithm 1. */
function plaintextsOf(key: Uint8Array): Buffer[] {
  let h = aesBlocks(key)(FIVES)
  return Array.from({ length: PLAINTEXTS }, () => {
    const plaintext = aesBlocks(h)(TENS)
    h = aesBlocks(h)(FIVES)
    return plaintext
  })
}

/** Algorithm 2. */
function updatedKeysOf(key: Uint8Array): Buffer[] {
  let h = aesBlocks(key)(TENS)
  return Array.from({ length: UPDATED_KEYS }, () => {
    const updated = aesBlocks(h)(TENS)
    h = aesBlocks(h)(FIVES)
    return updated
  })
}

function decipher(key: Buffer, block: Uint8Array): Buffer {
  return createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block)
}

/** The next value of a big-endian counter; the last wraps to zero. */
function next(counter: Buffer): Buffer {
  const out = Buffer.from(counter)
  for (let i = out.length - 1; i >= 0; i--) {
    out[i] = ((out[i] ?? 0) + 1) & 0xff
    if (out[i] !== 0) return out
  }
  return out
}
