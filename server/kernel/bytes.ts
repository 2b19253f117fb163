import { AppError } from './errors.ts'

/** `0x` and an even number of lower-case hexadecimal digits. */
export type Hex = `0x${string}`

const HEX = /^0x(?:[0-9a-f]{2})*$/

export function isHex(value: string, byteLength?: number): value is Hex {
  return HEX.test(value) && (byteLength === undefined || value.length === 2 + 2 * byteLength)
}

/** Parses hexadecimal text of any case into the one lower-case form; throws `bytes.not_hex`. */
export function toHex(value: string, byteLength?: number): Hex {
  const lower = value.toLowerCase()
  if (isHex(lower, byteLength)) return lower
  throw new AppError('bytes.not_hex', `not ${byteLength ?? 'any number of'} bytes in hexadecimal`, {
    value: value.slice(0, 80),
  })
}

export function hexOf(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}

export function bytesOf(hex: Hex): Buffer {
  return Buffer.from(hex.slice(2), 'hex')
}

/** The bytes of what a lean read gives where the schema says Buffer: a BSON binary or a Buffer. */
export function bufferOf(value: Buffer | { readonly buffer: Uint8Array }): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer)
}

export function base64url(bytes: Uint8Array | string): string {
  return Buffer.from(bytes as string).toString('base64url')
}

/**
 * Decodes base64url without padding (RFC 4648 section 5) and accepts only the canonical text: the one that encoding the
 * bytes again gives back. Other spellings (padding, `+` and `/`, non-zero trailing bits) return null, so that no two
 * texts stand for the same bytes.
 */
export function canonicalBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : null
}
