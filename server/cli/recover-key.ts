import type { KeyObject } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import { base64url } from '../kernel/bytes.ts'
import { sha256 } from '../kernel/digest.ts'
import { publicKeyOf } from '../keys/es256.ts'
import type { Certificate } from '../modules/certificates/index.ts'

/** An ECDSA signature fits at most four public keys. */
const CANDIDATES = [0, 1, 2, 3]

/**
 * The public key that made a certificate's signature, without asking anybody for it: of the few keys that the signature
 * fits (SEC 1 section 4.1.6), the one whose RFC 7638 thumbprint is the header's `kid`. Null where none is, which is so
 * for every certificate whose content or signature was changed.
 */
export function recoverKey(certificate: Certificate): KeyObject | null {
  const digest = sha256(certificate.signingInput)
  for (const bit of CANDIDATES) {
    const point = candidate(certificate.signature, digest, bit)
    if (point === null) continue
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: base64url(point.subarray(1, 33)),
      y: base64url(point.subarray(33)),
    } as const
    if (thumbprint(jwk) === certificate.header.kid) return publicKeyOf(jwk)
  }
  return null
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
function thumbprint({ crv, kty, x, y }: { crv: string; kty: string; x: string; y: string }): string {
  return base64url(sha256(JSON.stringify({ crv, kty, x, y })))
}
