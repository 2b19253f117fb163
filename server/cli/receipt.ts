import { canonicalBase64url } from '../kernel/bytes.ts'
import { canonicalJson } from '../kernel/digest.ts'
import { type PublicJwk, publicKeyOf, verifyEs256 } from '../keys/es256.ts'
import { RECEIPT_TYPE } from '../keys/receipts.ts'
import type { Verdict } from '../modules/verification/index.ts'

/** A key as published at /.well-known/jwks.json. */
export type PublishedKey = PublicJwk & { readonly kid?: string }

/**
 * Why a verdict's receipt does not hold, or null where it does: signed by one of the published keys, over exactly this
 * verdict and the nonce that was sent.
 */
export async function receiptFault(
  verdict: Verdict,
  nonce: string,
  keys: readonly PublishedKey[],
): Promise<string | null> {
  const { receipt, proof: _proof, certificate: _certificate, ...claims } = verdict
  const [header = '', payload = '', signature = ''] = receipt.split('.')
  const named = headerOf(header)
  if (named?.typ !== RECEIPT_TYPE || named.alg !== 'ES256') return 'it is not a verdict receipt'
  const key = keys.find((k) => k.kid === named.kid)
  if (key === undefined) return 'the gateway publishes no key of this name'
  if (!(await verifyEs256(`${header}.${payload}`, signature, publicKeyOf(key))))
    return 'its signature is wrong'
  const signed = canonicalBase64url(payload)?.toString('utf8')
  return signed === canonicalJson({ ...claims, nonce }) ? null : 'it is of another verdict'
}

function headerOf(encoded: string): { typ?: unknown; alg?: unknown; kid?: unknown } | null {
  try {
    const value: unknown = JSON.parse(canonicalBase64url(encoded)?.toString('utf8') ?? 'null')
    return typeof value === 'object' ? value : null
  } catch {
    // Not JSON, so not a header.
    return null
  }
}
