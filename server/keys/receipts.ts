import { canonicalJson } from '../kernel/digest.ts'
import { signInputHere } from './es256.ts'
import type { GatewayKeys } from './gateway-key.store.ts'

/** `typ` of a verdict receipt's header. */
export const RECEIPT_TYPE = 'verdict-receipt+jwt'

/** Signs receipts: compact JWS over canonical JSON (RFC 8785), ES256, `kid` as published at /.well-known/jwks.json. */
export type ReceiptSigner = { sign(payload: object): Promise<string> }

export function receiptSigner({ current }: GatewayKeys): ReceiptSigner {
  const header = encoded(JSON.stringify({ alg: 'ES256', kid: current.kid, typ: RECEIPT_TYPE }))
  return {
    async sign(payload) {
      const input = `${header}.${encoded(canonicalJson(payload))}`
      return `${input}.${signInputHere(input, current.privateKey)}`
    },
  }
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url')
}
