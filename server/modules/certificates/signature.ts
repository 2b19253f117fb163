import { type KeyObject, sign, verify } from 'node:crypto'
import { fromDer, lowS, toDer } from '../../kernel/es256-signature.ts'

export { isLowS, SIGNATURE_BYTES } from '../../kernel/es256-signature.ts'

/** Signs on the calling thread, for workers; the signature has the low s of the two that are mathematically right. */
export function signLowS(input: Buffer, privateKey: KeyObject): Buffer {
  return lowS(fromDer(sign('sha256', input, privateKey)))
}

/** Verifies off the main thread; the bytes must already be known to be 64 with a low s. */
export function verifySignature(input: string, signature: Buffer, publicKey: KeyObject): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify('sha256', Buffer.from(input), publicKey, toDer(signature), (error, ok) => {
      if (error) reject(error)
      else resolve(ok)
    })
  })
}
