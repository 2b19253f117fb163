import { CommandFailure } from '../failure.ts'
import type { Session } from './database.ts'

const KEEP_MS = 24 * 60 * 60_000

export type Remembered = { readonly key: Buffer; readonly number: bigint; readonly nowMs: number }

/** Replies of retryable writes, one a session, committed with the write: a write that is sent again is not done again. */
export class Replies {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  /** The reply that this very number got; null for a new one. Throws TransactionTooOld for one that has passed. */
  find({ key, number }: Remembered): Buffer | null {
    const row = this.#session.sql('SELECT number, reply FROM replies WHERE session = ?').get(key)
    if (!row) return null
    const [last, reply] = row as unknown as [number, Uint8Array]
    if (BigInt(last) === number) return Buffer.from(reply)
    if (BigInt(last) < number) return null
    throw new CommandFailure(
      'TransactionTooOld',
      `Cannot start transaction ${number} because a newer transaction ${last} has already started on this session.`,
    )
  }

  remember({ key, number, nowMs }: Remembered, reply: Buffer): void {
    const text =
      'INSERT INTO replies (session, number, reply, at) VALUES (?, ?, ?, ?) ON CONFLICT (session) DO UPDATE SET number = excluded.number, reply = excluded.reply, at = excluded.at'
    this.#session.sql(text).run(key, number, reply, nowMs)
  }

  forgetOld(nowMs: number): void {
    this.#session.sql('DELETE FROM replies WHERE at < ?').run(nowMs - KEEP_MS)
  }
}
