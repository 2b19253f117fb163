import { canonicalJson } from '../kernel/digest.ts'
import { signCompact } from './es256.ts'
import type { GatewayKeys } from './gateway-key.store.ts'

/** `typ` of a verdict receipt's header. */
export const RECEIPT_TYPE = 'verdict-receipt+jwt'

/** Signs receipts: compact JWS over canonical JSON (RFC 8785), ES256, `kid` as published at /.well-known/jwks.json. */
export type ReceiptSigner = { sign(payload: object): Promise<string> }

export function receiptSigner(keys: GatewayKeys): ReceiptSigner {
  const header = { alg: 'ES256', kid: keys.current.kid, typ: RECEIPT_TYPE }
  return { sign: (payload) => signCompact(header, canonicalJson(payload), keys.current.privateKey) }
}
