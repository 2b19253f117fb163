import { isoTime } from '../kernel/clock.ts'
import { sha256 } from '../kernel/digest.ts'
import { AppError } from '../kernel/errors.ts'
import { base32 } from '../kernel/ids.ts'
import type { Delivery, WebhookEvent } from './types.ts'

/** The id follows from event and endpoint, so that an event told twice is one delivery. */
export function deliveryOf(
  event: Pick<WebhookEvent, 'id' | 'type' | 'data' | 'atMs'>,
  endpointId: string,
  nowMs: number,
): Delivery {
  return {
    id: `whd_${base32(sha256(`${event.id}:${endpointId}`)).slice(0, 26)}`,
    endpointId,
    eventId: event.id,
    type: event.type,
    body: JSON.stringify({ type: event.type, timestamp: isoTime(event.atMs), data: event.data }),
    state: 'pending',
    attemptsDone: 0,
    attempts: [],
    nextAttemptAtMs: nowMs,
    createdAtMs: nowMs,
    deliveredAtMs: null,
  }
}

/** The place of a delivery in the list of its endpoint. */
export function writeCursor(last: Delivery): string {
  return Buffer.from(`${last.createdAtMs}:${last.id}`).toString('base64url')
}

/** Throws `webhook.bad_cursor`. */
export function readCursor(cursor: string): { createdAtMs: number; id: string } {
  const match = /^(\d{1,16}):(whd_[0-9A-Z]{26})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (!match?.[2])
    throw new AppError('webhook.bad_cursor', 'the cursor was not given by this list', {
      cursor: cursor.slice(0, 100),
    })
  return { createdAtMs: Number(match[1]), id: match[2] }
}
