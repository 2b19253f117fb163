import { type KeyObject, sign, verify } from 'node:crypto'

/** r and s of ES256, 32 bytes each, big-endian (RFC 7518 section 3.4). */
export const SIGNATURE_BYTES = 64

/** Order of P-256 (SEC 2 section 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const HALF_ORDER = Buffer.from((ORDER / 2n).toString(16).padStart(64, '0'), 'hex')

/** Signs on the calling thread, for workers; the signature has the low s of the two that are mathematically right. */
export function signLowS(input: Buffer, privateKey: KeyObject): Buffer {
  const signature = sign('sha256', input, { key: privateKey, dsaEncoding: 'ieee-p1363' })
  if (isLowS(signature)) return signature
  const s = BigInt(`0x${signature.toString('hex', 32)}`)
  signature.set(Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex'), 32)
  return signature
}

export function isLowS(signature: Buffer): boolean {
  return signature.compare(HALF_ORDER, 0, 32, 32, 64) <= 0
}

/** Verifies off the main thread; the bytes must already be known to be 64 with a low s. */
export function verifySignature(input: string, signature: Buffer, publicKey: KeyObject): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(
      'sha256',
      Buffer.from(input),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      signature,
      (error, ok) => {
        if (error) reject(error)
        else resolve(ok)
      },
    )
  })
}
