import { randomBytes } from 'node:crypto'
import type { SecretBox } from './ports.ts'
import type { Endpoint, EndpointSecret } from './types.ts'

const PURPOSE = 'webhook-secret'
/** Standard Webhooks 1.0 asks for 24 to 64 bytes. */
const SECRET_BYTES = 32
const SECRETS_MAX = 5

export function newSecret(nowMs: number, box: SecretBox): { key: Buffer; secret: EndpointSecret } {
  const key = randomBytes(SECRET_BYTES)
  return { key, secret: { sealed: box.seal(PURPOSE, key), createdAtMs: nowMs, expiresAtMs: null } }
}

/** The secrets after a rotation: the new one first, the older ones until the overlap ends. */
export function rotated(
  known: readonly EndpointSecret[],
  next: EndpointSecret,
  nowMs: number,
  overlapMs: number,
): EndpointSecret[] {
  const ending = current(known, nowMs).map((secret) => ({
    ...secret,
    expiresAtMs: Math.min(secret.expiresAtMs ?? Infinity, nowMs + overlapMs),
  }))
  return [next, ...ending].slice(0, SECRETS_MAX)
}

/** Keys that sign now, newest first. */
export function openSecrets(endpoint: Endpoint, nowMs: number, box: SecretBox): Uint8Array[] {
  return current(endpoint.secrets, nowMs).map((secret) => box.open(PURPOSE, secret.sealed))
}

function current(secrets: readonly EndpointSecret[], nowMs: number): EndpointSecret[] {
  return secrets.filter((secret) => secret.expiresAtMs === null || secret.expiresAtMs > nowMs)
}
