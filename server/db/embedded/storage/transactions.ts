import type { SessionInfo } from '../commands/session-info.ts'
import { CommandFailure } from '../failure.ts'
import type { Session } from './database.ts'

/** A transaction may be open for a minute (MongoDB's transactionLifetimeLimitSeconds). */
const OPEN_MS_MAX = 60_000

type Open = { readonly key: Buffer; readonly number: bigint; readonly sinceMs: number }

/**
 * The one SQLite transaction there can be: of a group of commands that came together, or of a client's transaction. A
 * client's transaction keeps others from writing; they are refused at once and never wait.
 */
export class Transactions {
  readonly #writer: Session
  readonly #onRollback: () => void
  #open: Open | null = null
  #inGroup = false

  constructor(writer: Session, onRollback: () => void) {
    this.#writer = writer
    this.#onRollback = onRollback
  }

  get isOpen(): boolean {
    return this.#open !== null
  }

  beginGroup(): void {
    if (this.#inGroup) return
    this.#writer.run('BEGIN IMMEDIATE')
    this.#inGroup = true
  }

  /** Returns when the group's writes are on the disk. */
  commitGroup(): void {
    if (!this.#inGroup) return
    this.#writer.run('COMMIT')
    this.#inGroup = false
  }

  rollbackGroup(): void {
    this.#inGroup = false
    this.#rollback()
  }

  /** All of a command or nothing of it, within its group. */
  atomically<T>(work: () => T): T {
    this.#writer.sql('SAVEPOINT command').run()
    try {
      const result = work()
      this.#writer.sql('RELEASE command').run()
      return result
    } catch (error) {
      this.#writer.sql('ROLLBACK TO command').run()
      this.#writer.sql('RELEASE command').run()
      this.#onRollback()
      throw error
    }
  }

  owns(session: SessionInfo): boolean {
    return this.#open !== null && this.#open.number === session.number && this.#open.key.equals(session.key)
  }

  /** Starts the session's transaction, or checks that it is the open one. */
  enter(session: SessionInfo, nowMs: number): void {
    if (session.starts) return this.#start(session, nowMs)
    if (!this.owns(session)) throw missing(session)
  }

  commit(session: SessionInfo, atEnd: () => void): { ok: 1 } {
    if (!this.owns(session)) throw missing(session)
    try {
      atEnd()
      this.#writer.run('COMMIT')
    } catch (error) {
      this.#rollback()
      throw error
    } finally {
      this.#open = null
    }
    return { ok: 1 }
  }

  abort(session: SessionInfo): { ok: 1 } {
    if (!this.owns(session)) throw missing(session)
    this.abandon()
    return { ok: 1 }
  }

  /** Ends a transaction that its client has forgotten. */
  expire(nowMs: number): void {
    if (this.#open && nowMs - this.#open.sinceMs > OPEN_MS_MAX) this.abandon()
  }

  abandon(): void {
    if (!this.#open) return
    this.#open = null
    this.#rollback()
  }

  #start(session: SessionInfo, nowMs: number): void {
    if (session.number === null)
      throw new CommandFailure('InvalidOptions', "'startTransaction' requires 'txnNumber'")
    if (this.#open?.key.equals(session.key)) this.abandon()
    this.expire(nowMs)
    if (this.#open)
      throw new CommandFailure(
        'WriteConflict',
        'Write conflict: the store runs one transaction at a time, and another one is open',
      )
    this.#writer.run('BEGIN IMMEDIATE')
    this.#open = { key: session.key, number: session.number, sinceMs: nowMs }
  }

  #rollback(): void {
    try {
      this.#writer.run('ROLLBACK')
    } catch (error) {
      // SQLite has rolled back by itself after some failures of the disk; then there is nothing left to undo.
      if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error
    }
    this.#onRollback()
  }
}

function missing(session: SessionInfo): CommandFailure {
  return new CommandFailure(
    'NoSuchTransaction',
    `Given transaction number ${session.number} does not match any in-progress transactions.`,
  )
}
