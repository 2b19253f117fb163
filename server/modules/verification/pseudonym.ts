import { createHmac, hash } from 'node:crypto'
import { isoDate } from '../../kernel/clock.ts'
import type { Place } from './ports.ts'

const PSEUDONYM_BYTES = 12
const DAY_MS = 24 * 60 * 60 * 1000

/** What stands for a network or a device in the history of scans. */
export type Pseudonyms = (text: string, atMs: number) => string

/**
 * Pseudonyms are the same for one day, unrelated on the next, and of no use to anybody without the service's key. The
 * day's key is kept, so that one costs a digest only.
 */
export function createPseudonyms(key: Uint8Array): Pseudonyms {
  let day = -1
  let dayKey = ''
  return (text, atMs) => {
    const today = Math.floor(atMs / DAY_MS)
    if (today !== day) {
      dayKey = createHmac('sha256', key)
        .update(`scan:${isoDate(atMs)}`)
        .digest('hex')
      day = today
    }
    return hash('sha256', `${dayKey}:${text}`, 'buffer').subarray(0, PSEUDONYM_BYTES).toString('base64url')
  }
}

/** A place no finer than a tenth of a degree, about 11 km. */
export function coarsePlace({ latitude, longitude }: Place): Place {
  return { latitude: Math.round(latitude * 10) / 10, longitude: Math.round(longitude * 10) / 10 }
}
