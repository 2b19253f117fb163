import { p256 } from '@noble/curves/nist.js'
import { base64urlFrom, joined, sha256Of } from '../../../kernel/portable.ts'

/** An ECDSA signature fits at most four public keys. */
const CANDIDATES = [0, 1, 2, 3]

type Signed = {
  readonly authenticatorData: Uint8Array
  readonly clientDataJSON: Uint8Array
  /** DER. */
  readonly signature: Uint8Array
}

/** The public keys that an assertion may be of, as x and y in base64url (SEC 1 section 4.1.6; WebAuthn section 7.2). */
export function pointsOf({ authenticatorData, clientDataJSON, signature }: Signed): string[] {
  const digest = sha256Of(joined(authenticatorData, sha256Of(clientDataJSON)))
  const read = p256.Signature.fromBytes(signature, 'der')
  return CANDIDATES.flatMap((bit) => {
    try {
      const point = read.addRecoveryBit(bit).recoverPublicKey(digest).toBytes(false)
      return [base64urlFrom(point.subarray(1))]
    } catch {
      // No point of the curve belongs to this candidate.
      return []
    }
  })
}
