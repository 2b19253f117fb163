import type { Clock } from '../../kernel/clock.ts'
import { encode, encodeCounts } from './bson/codec.ts'
import type { Context, Reply } from './commands/context.ts'
import { expireDocuments } from './commands/expire.ts'
import { checkCommandFields } from './commands/fields.ts'
import { helloReply } from './commands/hello.ts'
import { checkConcerns, type SessionInfo, sessionOf } from './commands/session-info.ts'
import { COMMANDS, type Command } from './commands/table.ts'
import { Contexts } from './contexts.ts'
import { CommandFailure, failureReply, unsupported } from './failure.ts'
import { Catalog } from './storage/catalog.ts'
import type { DataFile } from './storage/database.ts'
import { checkIntegrity, type Integrity } from './storage/integrity.ts'
import { type Remembered, Replies } from './storage/replies.ts'
import { Transactions } from './storage/transactions.ts'
import { type Request, replyMessage } from './wire/frames.ts'

/** A request and the way back to its client. */
export type Pending = { readonly request: Request; readonly send: (message: Buffer) => void }

type Settled = { readonly pending: Pending; readonly reply: Reply }

const GREETINGS = new Set(['hello', 'isMaster', 'ismaster'])

/**
 * Runs requests. Those that arrive together share one SQLite transaction, each inside a savepoint of its own, and their
 * replies leave after its commit has reached the disk: what was acknowledged is never lost.
 */
export class Engine {
  readonly #file: DataFile
  readonly #clock: Clock
  readonly #address: string
  readonly #catalog: Catalog
  readonly #contexts: Contexts
  readonly #replies: Replies
  readonly #transactions: Transactions

  constructor(file: DataFile, clock: Clock, address: string) {
    this.#file = file
    this.#clock = clock
    this.#address = address
    this.#catalog = new Catalog(file.writer)
    this.#replies = new Replies(file.writer)
    this.#transactions = new Transactions(file.writer, () => this.#catalog.reload())
    this.#contexts = new Contexts({ file, catalog: this.#catalog, transactions: this.#transactions, clock })
  }

  /** Runs what arrived together, in order. */
  execute(batch: readonly Pending[]): void {
    let group: Settled[] = []
    const finish = (): void => {
      this.#settle(group)
      group = []
    }
    for (const pending of batch) {
      const session = attempt(() => sessionOf(pending.request))
      if (session.ok && session.value?.autocommit === false) {
        finish()
        const reply = this.#inTransaction(pending.request, session.value)
        send(pending, reply)
        continue
      }
      group.push({
        pending,
        reply: session.ok ? this.#alone(pending.request, session.value) : failureReply(session.error, false),
      })
    }
    finish()
  }

  /** Housekeeping, once a minute: expired documents, idle cursors, forgotten transactions, old replies. */
  tidy(): void {
    const nowMs = this.#clock.nowMs()
    this.#contexts.cursors.expire(nowMs)
    this.#transactions.expire(nowMs)
    if (this.#transactions.isOpen) return
    this.#transactions.beginGroup()
    expireDocuments({
      catalog: this.#catalog,
      table: this.#contexts.table,
      session: this.#file.writer,
      nowMs,
    })
    this.#replies.forgetOld(nowMs)
    this.#transactions.commitGroup()
  }

  /** Compares all documents with all index entries. */
  checkIntegrity(): Integrity {
    if (this.#transactions.isOpen)
      throw new CommandFailure('WriteConflict', 'a transaction is open; check again when it has ended')
    return checkIntegrity(this.#file.writer, this.#catalog.all())
  }

  /** Ends what is open without keeping it, and closes the file. */
  close(): void {
    this.#transactions.abandon()
    this.#file.close()
  }

  /** Commits the group's writes and sends its replies; a commit that fails is what all of them hear. */
  #settle(group: readonly Settled[]): void {
    try {
      this.#transactions.commitGroup()
    } catch (error) {
      this.#transactions.rollbackGroup()
      for (const { pending } of group) send(pending, failureReply(error, false))
      return
    }
    for (const { pending, reply } of group) send(pending, reply)
  }

  #alone(request: Request, session: SessionInfo | null): Reply {
    try {
      if (GREETINGS.has(request.name)) return helloReply(this.#address, this.#clock.nowMs())
      const command = commandOf(request)
      const context = this.#contexts.outside(request)
      checkConcerns(context, false)
      if (!command.writes) return command.run(context)
      if (this.#transactions.isOpen)
        throw new CommandFailure('WriteConflict', 'Write conflict: another session has a transaction open')
      return this.#write(command, context, session)
    } catch (error) {
      return failureReply(error, false)
    }
  }

  #write(command: Command, context: Context, session: SessionInfo | null): Reply {
    this.#transactions.beginGroup()
    const remembered =
      session?.number == null ? null : { key: session.key, number: session.number, nowMs: context.nowMs }
    const before = remembered && this.#replies.find(remembered)
    if (before) return before
    return this.#transactions.atomically(() => this.#runAndRemember(command, context, remembered))
  }

  #runAndRemember(command: Command, context: Context, remembered: Remembered | null): Reply {
    const reply = command.run(context)
    if (remembered) this.#replies.remember(remembered, bytesOf(reply))
    return reply
  }

  #inTransaction(request: Request, session: SessionInfo): Reply {
    try {
      if (request.name === 'commitTransaction') return this.#commit(session)
      if (request.name === 'abortTransaction') return this.#transactions.abort(session)
      const command = commandOf(request)
      if (!command.inTransaction)
        throw new CommandFailure(
          'OperationNotSupportedInTransaction',
          `Cannot run '${request.name}' in a multi-document transaction.`,
        )
      this.#transactions.enter(session, this.#clock.nowMs())
      return this.#step(command, request, session)
    } catch (error) {
      return failureReply(error, true)
    }
  }

  /** One command of a transaction; a failure, also of one write of a batch, ends the transaction. */
  #step(command: Command, request: Request, session: SessionInfo): Reply {
    try {
      const context = this.#contexts.inside(request, session)
      checkConcerns(context, true)
      const reply = command.run(context)
      if (!Buffer.isBuffer(reply) && reply['writeErrors']) this.#transactions.abort(session)
      return reply
    } catch (error) {
      this.#transactions.abort(session)
      throw error
    }
  }

  #commit(session: SessionInfo): Reply {
    const remembered = { key: session.key, number: session.number ?? 0n, nowMs: this.#clock.nowMs() }
    const before = this.#transactions.owns(session) ? null : this.#replies.find(remembered)
    if (before) return before
    return this.#transactions.commit(session, () => this.#replies.remember(remembered, encode({ ok: 1 })))
  }
}

const LEFT_OUT = new Set([
  'mapReduce',
  'geoSearch',
  'collMod',
  'renameCollection',
  'createUser',
  'bulkWrite',
  'validate',
  'compact',
  'createSearchIndexes',
  'listSearchIndexes',
  'saslStart',
])

function commandOf(request: Request): Command {
  const command = COMMANDS.get(request.name)
  if (command) {
    checkCommandFields(request.name, request.body)
    return command
  }
  if (LEFT_OUT.has(request.name)) throw unsupported(`The command '${request.name}'`)
  throw new CommandFailure('CommandNotFound', `no such command: '${request.name.slice(0, 100)}'`)
}

function attempt<T>(work: () => T): { ok: true; value: T } | { ok: false; error: unknown } {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    return { ok: false, error }
  }
}

function send(pending: Pending, reply: Reply): void {
  if (pending.request.answer) pending.send(replyMessage(pending.request, bytesOf(reply)))
}

function bytesOf(reply: Reply): Buffer {
  return Buffer.isBuffer(reply) ? reply : (encodeCounts(reply) ?? encode(reply))
}
