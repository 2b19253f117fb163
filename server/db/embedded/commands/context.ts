import type { Document } from 'bson'
import type { Scope } from '../aggregate/values.ts'
import { plainOf } from '../bson/codec.ts'
import { numberOf, type Raw, T, textOf, valuesOf } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import type { Catalog, Collection } from '../storage/catalog.ts'
import type { Session } from '../storage/database.ts'
import type { Table } from '../storage/table.ts'
import type { Request } from '../wire/frames.ts'
import type { Cursors } from './cursors.ts'

/** What a command is run with. */
export type Context = {
  readonly request: Request
  readonly db: string
  readonly nowMs: number
  /** NOW and the variables of the command's `let`. */
  readonly variables: Scope
  /** The connection that this command reads through: its own transaction's, or committed data. */
  readonly session: () => Session
  readonly catalog: Catalog
  readonly table: Table
  readonly cursors: Cursors
  readonly checkTime: () => void
  /** Gives a cursor's next batch the command's whole time again: waiting for the client does not count. */
  readonly renewTime: () => void
}

/** A reply is a document, or its bytes where it holds documents that were never decoded. */
export type Reply = Document | Buffer

export function collectionName(context: Context): string {
  return text(context, context.request.name)
}

export function existing(context: Context, name = collectionName(context)): Collection | null {
  return context.catalog.find(context.db, name)
}

export function text(context: Context, field: string): string {
  const value = context.request.body.get(field)
  if (value?.type !== T.string) throw new CommandFailure('BadValue', `'${field}' must be a string`)
  return textOf(value)
}

export function option(context: Pick<Context, 'request'>, field: string): unknown {
  const value = context.request.body.get(field)
  return value && plainOf(value)
}

/** A whole number from 0 on; what is missing or null gives the fallback. */
export function whole(context: Pick<Context, 'request'>, field: string, fallback: number): number {
  const value = option(context, field)
  if (value === undefined || value === null) return fallback
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new CommandFailure('BadValue', `Field '${field}' must be a whole number, not negative`)
}

/** A limit; a negative one is the limit of a single batch. */
export function limitOf(context: Context): number {
  const value = option(context, 'limit') ?? 0
  if (typeof value === 'number' && Number.isSafeInteger(value)) return Math.abs(value)
  throw new CommandFailure('BadValue', "Field 'limit' must be a whole number")
}

/** Yes or no, as MongoDB takes it: a boolean or a number; what is missing or null gives the fallback. */
export function flag(fields: ReadonlyMap<string, Raw>, name: string, fallback = false): boolean {
  const value = fields.get(name)
  if (!value || value.type === T.null) return fallback
  if (value.type === T.bool) return value.bytes[value.start] === 1
  const number = numberOf(value)
  if (number !== null) return number !== 0
  throw new CommandFailure('TypeMismatch', `Field '${name}' must be a boolean`)
}

/** Documents of a command: from its sequence, or from an array in its body. */
export function documentsOf(context: Context, field: string): Buffer[] {
  const sequence = context.request.sequences.get(field)
  if (sequence) return [...sequence]
  const list = context.request.body.get(field)
  if (list?.type !== T.array) throw new CommandFailure('BadValue', `'${field}' must be an array of documents`)
  return valuesOf(list).map((value) => {
    if (value.type !== T.object)
      throw new CommandFailure('TypeMismatch', `'${field}' must hold documents only`)
    return value.bytes.subarray(value.start, value.end)
  })
}
