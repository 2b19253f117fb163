import { createCipheriv } from 'node:crypto'

export const BLOCK_BYTES = 16

/** Enciphers one block of 16 bytes. */
export type BlockCipher = (block: Uint8Array) => Buffer

/** AES-128 on single blocks. The blocks of one cipher do not depend on each other (ECB). */
export function aesBlocks(key: Uint8Array): BlockCipher {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return (block) => cipher.update(block)
}

/** AES-CMAC (RFC 4493); 16 bytes. */
export function aesCmac(key: Uint8Array, message: Uint8Array): Buffer {
  return cmacBy(aesBlocks(key), message)
}

/** CMAC over any block cipher of 16 bytes: RFC 4493 with AES, AN12304 section 2.4 with LRP. */
export function cmacBy(encipher: BlockCipher, message: Uint8Array): Buffer {
  const first = doubled(encipher(Buffer.alloc(BLOCK_BYTES)))
  const blocks = Math.max(1, Math.ceil(message.length / BLOCK_BYTES))
  let state: Buffer = Buffer.alloc(BLOCK_BYTES)
  for (let i = 0; i < blocks - 1; i++) {
    state = encipher(xor(state, message.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES)))
  }
  const rest = message.subarray((blocks - 1) * BLOCK_BYTES)
  const isWhole = rest.length === BLOCK_BYTES
  const last = isWhole ? xor(rest, first) : xor(padded(rest), doubled(first))
  return encipher(xor(state, last))
}

export function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)))
}

/** A single 1 bit and zeros up to a whole block. */
function padded(bytes: Uint8Array): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES)
  block.set(bytes)
  block[bytes.length] = 0x80
  return block
}

/** Multiplication by x in GF(2^128), the polynomial's low byte being 0x87 (RFC 4493 section 2.3). */
function doubled(block: Uint8Array): Buffer {
  const out = Buffer.alloc(BLOCK_BYTES)
  for (let i = 0; i < BLOCK_BYTES; i++) out[i] = ((block[i] ?? 0) << 1) | ((block[i + 1] ?? 0) >> 7)
  const carry = (block[0] ?? 0) >> 7
  out[BLOCK_BYTES - 1] = (out[BLOCK_BYTES - 1] ?? 0) ^ (carry * 0x87)
  return out
}
