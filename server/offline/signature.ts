import { p256 } from '@noble/curves/nist.js'
import { base64urlFrom, compareBytes, sha256Of, utf8 } from '../kernel/portable.ts'

/** r and s of ES256, 32 bytes each, big-endian (RFC 7518 section 3.4). */
export const SIGNATURE_BYTES = 64
const NUMBER_BYTES = 32
/** An ECDSA signature fits at most four public keys. */
const CANDIDATES = [0, 1, 2, 3]
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const

const halfOrder = p256.Point.Fn.toBytes(p256.Point.Fn.ORDER / 2n)

/** A P-256 public key as a JSON Web Key. */
export type PublicPoint = {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
}

/** True for the one of the two mathematically valid signatures that this project makes and takes. */
export function isLowS(signature: Uint8Array): boolean {
  return compareBytes(signature.subarray(NUMBER_BYTES), halfOrder) <= 0
}

/**
 * The public key that made a signature, without asking anybody for it: of the few keys that the signature fits (SEC 1
 * section 4.1.6), the one whose RFC 7638 thumbprint is `kid`. Null where none is, which is so for every certificate
 * whose content or signature was changed.
 */
export function recoverKey(signed: {
  readonly signingInput: string
  readonly signature: Uint8Array
  readonly kid: string
}): PublicPoint | null {
  const digest = sha256Of(utf8(signed.signingInput))
  for (const bit of CANDIDATES) {
    const point = candidate(signed.signature, digest, bit)
    if (point === null) continue
    const key: PublicPoint = {
      kty: 'EC',
      crv: 'P-256',
      x: base64urlFrom(point.subarray(1, 33)),
      y: base64urlFrom(point.subarray(33)),
    }
    if (thumbprint(key) === signed.kid) return key
  }
  return null
}

/** Checks ES256 by the platform's own WebCrypto; the signature must be 64 bytes with a low s. */
export async function isSignedBy(
  signingInput: string,
  signature: Uint8Array<ArrayBuffer>,
  { kty, crv, x, y }: PublicPoint,
): Promise<boolean> {
  if (signature.length !== SIGNATURE_BYTES || !isLowS(signature)) return false
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, ALGORITHM, false, ['verify'])
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, utf8(signingInput))
}

function candidate(signature: Uint8Array, digest: Uint8Array, bit: number): Uint8Array | null {
  try {
    return p256.Signature.fromBytes(signature, 'compact')
      .addRecoveryBit(bit)
      .recoverPublicKey(digest)
      .toBytes(false)
  } catch {
    // No point of the curve belongs to this candidate, or r and s are out of range.
    return null
  }
}

/** RFC 7638 section 3: SHA-256 of the members in lexicographic order. */
function thumbprint({ crv, kty, x, y }: PublicPoint): string {
  return base64urlFrom(sha256Of(utf8(JSON.stringify({ crv, kty, x, y }))))
}
