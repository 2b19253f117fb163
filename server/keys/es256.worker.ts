import { type KeyObject, sign, verify } from 'node:crypto'
import { fromDer, isLowS, lowS, SIGNATURE_BYTES, toDer } from '../kernel/es256-signature.ts'

/** One ES256 signature to check; `key` is the place of the public key among the task's keys. */
export type VerifyOne = { readonly key: number; readonly input: string; readonly signature: Uint8Array }
export type VerifyTask = { readonly keys: readonly KeyObject[]; readonly checks: readonly VerifyOne[] }
export type SignTask = { readonly key: KeyObject; readonly inputs: readonly string[] }

/** One answer a check, in order: false for a wrong signature, a wrong length, and the high-s twin of a right one. */
export function verifyAll({ keys, checks }: VerifyTask): boolean[] {
  return checks.map(({ key, input, signature }) => {
    const publicKey = keys[key]
    const bytes = Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength)
    if (publicKey === undefined || bytes.length !== SIGNATURE_BYTES || !isLowS(bytes)) return false
    return verify('sha256', Buffer.from(input), publicKey, toDer(bytes))
  })
}

/** The signature of each input in base64url, with the low s. */
export function signAll({ key, inputs }: SignTask): string[] {
  return inputs.map((input) => lowS(fromDer(sign('sha256', Buffer.from(input), key))).toString('base64url'))
}
