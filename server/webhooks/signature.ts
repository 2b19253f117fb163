import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'

/** A signing secret as people are given it: `whsec_` and base64 (Standard Webhooks 1.0, "Symmetric"). */
export function secretText(key: Uint8Array): string {
  return PREFIX + Buffer.from(key).toString('base64')
}

/** Headers of one attempt: the id stays the same for an event, the time is the attempt's, one signature a valid secret. */
export function signedHeaders(
  message: { id: string; timestampUnix: number; body: string },
  keys: readonly Uint8Array[],
): Record<string, string> {
  const signed = `${message.id}.${message.timestampUnix}.${message.body}`
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestampUnix),
    'webhook-signature': signatures.join(' '),
  }
}
