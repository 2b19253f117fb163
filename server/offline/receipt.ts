import canonicalize from 'canonicalize'
import { fromBase64url, utf8Text } from '../kernel/portable.ts'
import { isSignedBy, type PublicPoint } from './signature.ts'

/** `typ` of a verdict receipt's header. */
const RECEIPT_TYPE = 'verdict-receipt+jwt'

/** A key as published at /.well-known/jwks.json. */
export type PublishedKey = PublicPoint & { readonly kid?: string }

export type ReceiptFault = 'no_receipt' | 'unknown_key' | 'wrong_signature' | 'other_verdict'

/** A verdict as its receipt signs it, with the parts beside that prove themselves. */
export type Receipted = { readonly receipt: string; readonly [member: string]: unknown }

/**
 * Why a verdict's receipt does not hold, or null where it does: signed by one of the published keys, over exactly this
 * verdict. `nonce` is what was sent with the question; `any` takes an answer that somebody else asked for.
 */
export async function receiptFault(
  verdict: Receipted,
  nonce: string | 'any',
  keys: readonly PublishedKey[],
): Promise<ReceiptFault | null> {
  const [header = '', payload = '', signature = ''] = verdict.receipt.split('.')
  const named = jsonOf(header)
  if (named?.['typ'] !== RECEIPT_TYPE || named['alg'] !== 'ES256') return 'no_receipt'
  const key = keys.find((one) => one.kid === named['kid'])
  if (key === undefined) return 'unknown_key'
  const bytes = fromBase64url(signature)
  if (bytes === null || !(await isSignedBy(`${header}.${payload}`, bytes, key))) return 'wrong_signature'
  return signs(payload, verdict, nonce) ? null : 'other_verdict'
}

function signs(payload: string, verdict: Receipted, nonce: string | 'any'): boolean {
  const { receipt: _receipt, proof: _proof, certificate: _certificate, tap: _tap, ...claims } = verdict
  const bytes = fromBase64url(payload)
  const signed = bytes && utf8Text(bytes)
  const given = nonce === 'any' ? jsonOf(payload)?.['nonce'] : nonce
  return (
    signed !== null && signed === canonicalize(given === undefined ? claims : { ...claims, nonce: given })
  )
}

function jsonOf(encoded: string): Readonly<Record<string, unknown>> | null {
  const bytes = fromBase64url(encoded)
  const text = bytes && utf8Text(bytes)
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null
  } catch {
    // Not JSON, which is an answer and no accident.
    return null
  }
}
