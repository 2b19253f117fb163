import type { Clock } from '../../kernel/clock.ts'
import { compileExpressionTree } from './aggregate/expressions.ts'
import { isObject, type Scope } from './aggregate/values.ts'
import { type Context, option, whole } from './commands/context.ts'
import { Cursors } from './commands/cursors.ts'
import type { SessionInfo } from './commands/session-info.ts'
import { CommandFailure } from './failure.ts'
import { Catalog } from './storage/catalog.ts'
import type { DataFile, Session } from './storage/database.ts'
import { Table } from './storage/table.ts'
import type { Transactions } from './storage/transactions.ts'
import type { Request } from './wire/frames.ts'

type Parts = {
  readonly file: DataFile
  readonly catalog: Catalog
  readonly transactions: Transactions
  readonly clock: Clock
}

/** Says through which connection and with which collections a command runs. */
export class Contexts {
  readonly cursors = new Cursors()
  readonly table: Table
  readonly #parts: Parts
  /** Collections as they were before the open transaction; nobody else can commit while it is open. */
  #before: Catalog | null = null

  constructor(parts: Parts) {
    this.#parts = parts
    this.table = new Table(parts.file.writer, parts.catalog)
  }

  /** Of a command outside transactions: it never sees what an open transaction has not committed. */
  outside(request: Request): Context {
    const { transactions, file, catalog } = this.#parts
    if (!transactions.isOpen) this.#before = null
    else this.#before ??= new Catalog(file.reader())
    return this.#context(request, this.#before ?? catalog, () =>
      transactions.isOpen ? file.reader() : file.writer,
    )
  }

  /** Of a command inside the open transaction, and of its cursors while it lasts. */
  inside(request: Request, session: SessionInfo): Context {
    const { transactions, file, catalog } = this.#parts
    return this.#context(request, catalog, () => {
      if (transactions.owns(session)) return file.writer
      throw new CommandFailure('NoSuchTransaction', 'the transaction of this cursor has ended')
    })
  }

  #context(request: Request, catalog: Catalog, session: () => Session): Context {
    const { clock } = this.#parts
    const nowMs = clock.nowMs()
    let startedMs = nowMs
    const renewTime = (): void => {
      startedMs = clock.nowMs()
    }
    const maxMs = whole({ request }, 'maxTimeMS', 0)
    const checkTime = (): void => {
      if (maxMs > 0 && clock.nowMs() - startedMs > maxMs)
        throw new CommandFailure('MaxTimeMSExpired', 'operation exceeded time limit')
    }
    const db = option({ request }, '$db')
    if (typeof db !== 'string') throw new CommandFailure('BadValue', "the field '$db' is missing")
    return {
      request,
      db,
      nowMs,
      variables: variablesOf(request, nowMs),
      session,
      catalog,
      table: this.table,
      cursors: this.cursors,
      checkTime,
      renewTime,
    }
  }
}

/** `let` holds constants and expressions of constants. */
function variablesOf(request: Request, nowMs: number): Scope {
  const now = { NOW: new Date(nowMs) }
  const given = option({ request }, 'let')
  if (given === undefined) return now
  if (!isObject(given)) throw new CommandFailure('TypeMismatch', "'let' must be an object")
  return {
    ...now,
    ...Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, compileExpressionTree(value)(now)]),
    ),
  }
}
