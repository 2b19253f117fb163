import { createHmac } from 'node:crypto'
import { isoDate } from '../../kernel/clock.ts'
import type { Place } from './ports.ts'

const PSEUDONYM_BYTES = 12

/**
 * What stands for a network or a device in the history of scans: the same for one day, unrelated on the next, and of no
 * use to anybody without the service's key.
 */
export function pseudonymOf(text: string, at: { key: Uint8Array; atMs: number }): string {
  const mac = createHmac('sha256', at.key)
    .update(`scan:${isoDate(at.atMs)}:`)
    .update(text)
    .digest()
  return mac.subarray(0, PSEUDONYM_BYTES).toString('base64url')
}

/** A place no finer than a tenth of a degree, about 11 km. */
export function coarsePlace({ latitude, longitude }: Place): Place {
  return { latitude: Math.round(latitude * 10) / 10, longitude: Math.round(longitude * 10) / 10 }
}
