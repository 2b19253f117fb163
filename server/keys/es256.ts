import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { canonicalBase64url, type Hex, hexOf } from '../kernel/bytes.ts'
import { fromDer, isLowS, lowS, SIGNATURE_BYTES, toDer } from '../kernel/es256-signature.ts'

export { isLowS, lowS } from '../kernel/es256-signature.ts'

/** Public half of an ES256 key as a JSON Web Key (RFC 7517, RFC 7518 section 6.2). */
export type PublicJwk = { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }

/** An ES256 key pair and its names: `kid` is the RFC 7638 thumbprint in base64url, `thumbprint` the same 32 bytes. */
export type Es256Key = {
  readonly kid: string
  readonly thumbprint: Hex
  readonly publicJwk: PublicJwk
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

export async function generateEs256(): Promise<Es256Key> {
  return es256From(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
}

/** The key pair of a private key in PKCS #8 (DER). */
export function importEs256(pkcs8: Buffer): Promise<Es256Key> {
  return es256From(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
}

export function exportPkcs8(privateKey: KeyObject): Buffer {
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}

/** Parses a public JWK of P-256; throws when the point is not on the curve. */
export function publicKeyOf(jwk: PublicJwk): KeyObject {
  return createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, format: 'jwk' })
}

/** RFC 7638 thumbprint (SHA-256): base64url and its 32 bytes. */
export async function thumbprintOf(jwk: PublicJwk): Promise<{ kid: string; thumbprint: Hex }> {
  const kid = await calculateJwkThumbprint({ kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, 'sha256')
  return { kid, thumbprint: hexOf(Buffer.from(kid, 'base64url')) }
}

/**
 * Signs a compact JWS (RFC 7515) with ES256 off the main thread. The signature has the low s of the two that are
 * mathematically valid, so that a signature has one form only.
 */
export async function signCompact(
  header: object,
  payload: string | Uint8Array,
  privateKey: KeyObject,
): Promise<string> {
  const input = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  return `${input}.${await signInput(input, privateKey)}`
}

/** The signature over a JWS signing input, in base64url, as in `signCompact`. */
export function signInput(input: string, privateKey: KeyObject): Promise<string> {
  return new Promise((resolve, reject) => {
    sign('sha256', Buffer.from(input), privateKey, (error, der) => {
      if (error) reject(error)
      else resolve(lowS(fromDer(der)).toString('base64url'))
    })
  })
}

/** As `signInput`, on the calling thread: some 25 µs, where the way to another thread and back costs as much. */
export function signInputHere(input: string, privateKey: KeyObject): string {
  return lowS(fromDer(sign('sha256', Buffer.from(input), privateKey))).toString('base64url')
}

/**
 * Verifies a compact ES256 signature off the main thread. False for a wrong signature, for one that is not 64 bytes in
 * canonical base64url, and for the high-s twin of a right one.
 */
export function verifyEs256(signingInput: string, signature: string, publicKey: KeyObject): Promise<boolean> {
  const bytes = canonicalBase64url(signature)
  if (bytes?.length !== SIGNATURE_BYTES || !isLowS(bytes)) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    verify('sha256', Buffer.from(signingInput), publicKey, toDer(bytes), (error, ok) => {
      if (error) reject(error)
      else resolve(ok)
    })
  })
}

async function es256From(privateKey: KeyObject): Promise<Es256Key> {
  const publicKey = createPublicKey(privateKey)
  const { x, y } = publicKey.export({ format: 'jwk' })
  const publicJwk: PublicJwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }
  return { ...(await thumbprintOf(publicJwk)), publicJwk, publicKey, privateKey }
}
