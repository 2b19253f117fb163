import { canonicalJson } from '../kernel/digest.ts'
import type { GatewayKeys } from './gateway-key.store.ts'

/** `typ` of a verdict receipt's header. */
export const RECEIPT_TYPE = 'verdict-receipt+jwt'

/** Signs receipts: compact JWS over canonical JSON (RFC 8785), ES256, `kid` as published at /.well-known/jwks.json. */
export type ReceiptSigner = { sign(payload: object): Promise<string> }

/** `sign` gives the signature of the current key over a JWS signing input, in base64url. */
export function receiptSigner(keys: GatewayKeys, sign: (input: string) => Promise<string>): ReceiptSigner {
  const header = encoded(JSON.stringify({ alg: 'ES256', kid: keys.current.kid, typ: RECEIPT_TYPE }))
  return {
    async sign(payload) {
      const input = `${header}.${encoded(canonicalJson(payload))}`
      return `${input}.${await sign(input)}`
    },
  }
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url')
}
