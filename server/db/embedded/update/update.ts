import { ObjectId } from 'bson'
import { runOnDocument } from '../aggregate/pipeline.ts'
import type { Scope } from '../aggregate/values.ts'
import { checkDocument } from '../bson/check.ts'
import { decodeExact, encode, exactOf, plainOf } from '../bson/codec.ts'
import { bytesOfDocument, documentOf, entriesOf, fieldOf, firstName, type Raw, T } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import type { Filter } from '../query/filter.ts'
import { sameValue } from '../storage/key.ts'
import { applyAt } from './apply.ts'
import { type Change, changeOf, KEEP, makesPath, REMOVE } from './operators.ts'
import { type Assignment, hasOperators, parseAssignments } from './parse.ts'
import { type Places, parseArrayFilters, placesOf } from './positions.ts'
import { type Holder, isHolder } from './value.ts'

export type UpdateSpec = {
  readonly update: Raw
  readonly filter: Filter
  readonly arrayFilters: Raw | undefined
  readonly nowMs: number
  readonly variables: Scope
}

/** A compiled update: what becomes of a document, and of nothing (an upsert). */
export type Update = {
  readonly isReplacement: boolean
  apply(document: Buffer): Buffer
  /** The document of an upsert: equalities of the filter, then the update. */
  insert(): Buffer
}

const ID = Buffer.from('_id')
/** Type, name and closing zero of an _id element. */
const ID_HEADER = Buffer.from('\x00_id\x00', 'latin1')

export function compileUpdate(spec: UpdateSpec): Update {
  if (spec.update.type === T.array) return pipelineUpdate(spec)
  if (spec.update.type !== T.object)
    throw new CommandFailure('FailedToParse', 'Update argument must be either an object or an array')
  return hasOperators(spec.update) ? operatorUpdate(spec) : replacement(spec)
}

function operatorUpdate(spec: UpdateSpec): Update {
  const assignments = parseAssignments(spec.update)
  const places: Places = { filters: parseArrayFilters(spec.arrayFilters), query: spec.filter }
  const used = new Set(assignments.flatMap((one) => one.parts))
  for (const name of places.filters.keys()) {
    if (!used.has(`$[${name}]`))
      throw new CommandFailure(
        'FailedToParse',
        `The array filter for identifier '${name}' was not used in the update`,
      )
  }
  const changes = assignments.map((one) => ({
    ...one,
    change: one.operator === '$rename' ? null : changeOf(one.operator, one.operand, spec.nowMs),
  }))
  const applyAll = (document: Holder, inserting: boolean): void => {
    const due = changes.filter((one) => inserting || one.operator !== '$setOnInsert')
    // Positions are those of the document as the query found it: an earlier change must not move them.
    const paths = due.map((one) => placesOf(one.parts, document, places))
    for (const [i, one] of due.entries()) {
      if (one.change) change(document, one, one.change, paths[i] ?? [])
      else rename(document, one)
    }
  }
  return {
    isReplacement: false,
    apply(before) {
      const document = decodeExact(before)
      applyAll(document, false)
      return keepingId(before, encode(document))
    },
    insert() {
      const document = equalitiesOf(spec.filter)
      applyAll(document, true)
      return withId(document)
    },
  }
}

function change(document: Holder, { operator }: Assignment, how: Change, paths: string[][]): void {
  for (const parts of paths) applyAt(document, { parts, change: how, makes: makesPath(operator) })
}

function rename(document: Holder, { parts, operand }: Assignment): void {
  let moved: unknown
  const take: Change = (value) => {
    moved = value
    return value === undefined ? KEEP : REMOVE
  }
  applyAt(document, { parts, change: take, makes: false })
  if (moved !== undefined)
    applyAt(document, { parts: String(operand).split('.'), change: () => moved, makes: true })
}

function replacement({ update, filter }: UpdateSpec): Update {
  const bytes = bytesOfDocument(update)
  const id = fieldOf(documentOf(Buffer.from(bytes)), ID)
  for (const [name] of entriesOf(update)) {
    if (name.startsWith('$'))
      throw new CommandFailure(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${name}' in '${name}' is not valid for storage.`,
      )
  }
  return {
    isReplacement: true,
    apply(before) {
      const old = fieldOf(documentOf(before), ID)
      if (id && old && !sameValue(id, old)) throw immutable()
      return old ? idFirst(old, update) : Buffer.from(bytes)
    },
    insert() {
      const wanted = filter.conditions.find((one) => one.field === '_id' && one.op === 'eq')
      if (id && wanted && !sameValue(id, wanted.operand)) throw immutable()
      return withId({ ...(wanted && !id ? { _id: exactOf(wanted.operand) } : {}), ...decodeExact(bytes) })
    },
  }
}

function pipelineUpdate(spec: UpdateSpec): Update {
  const stages = plainOf(spec.update)
  if (!Array.isArray(stages)) throw new CommandFailure('FailedToParse', 'a pipeline must be an array')
  return {
    isReplacement: false,
    apply: (before) => keepingId(before, withOldId(before, runOnDocument(stages, before, spec.variables))),
    insert: () =>
      withId(decodeExact(runOnDocument(stages, encode(equalitiesOf(spec.filter)), spec.variables))),
  }
}

/** A pipeline that drops the _id keeps the document's own. */
function withOldId(before: Buffer, after: Buffer): Buffer {
  const old = fieldOf(documentOf(before), ID)
  return old && !fieldOf(documentOf(after), ID) ? idFirst(old, documentOf(after)) : after
}

/** Refuses an update that changes the _id or takes it away. */
function keepingId(before: Buffer, after: Buffer): Buffer {
  const old = fieldOf(documentOf(before), ID)
  const now = fieldOf(documentOf(after), ID)
  if (old && (!now || !sameValue(old, now))) throw immutable()
  return after
}

function immutable(): CommandFailure {
  return new CommandFailure(
    'ImmutableField',
    "Performing an update on the path '_id' would modify the immutable field '_id'",
  )
}

/** The document with this _id in front and no other one; everything else is copied as it lies. */
function idFirst(id: Raw, document: Raw): Buffer {
  const { bytes, start, end } = document
  const own = fieldOf(document, ID)
  const [before, after] = own ? [own.start - ID_HEADER.length, own.end] : [start + 4, start + 4]
  const idBytes = ID_HEADER.length + id.end - id.start
  const copy = Buffer.allocUnsafe(4 + idBytes + (before - start - 4) + (end - after))
  let p = copy.writeInt32LE(copy.length, 0)
  p += ID_HEADER.copy(copy, p)
  copy[4] = id.type
  p += id.bytes.copy(copy, p, id.start, id.end)
  p += bytes.copy(copy, p, start + 4, before)
  bytes.copy(copy, p, after, end)
  return copy
}

/** A document to be stored, with its _id in front (a new ObjectId where there is none). */
export function withId(document: Holder): Buffer {
  const { _id, ...rest } = document
  return checked(encode({ _id: _id === undefined ? new ObjectId() : _id, ...rest }))
}

/** The same for a document as the client sent it; its bytes are kept when its _id is in front already. */
export function prepared(document: Buffer): Buffer {
  const id = fieldOf(documentOf(document), ID)
  if (!id) return withId(decodeExact(document))
  if (id.type === T.array || id.type === T.regex || id.type === T.undefined) {
    throw new CommandFailure(
      'InvalidIdField',
      `The '_id' value cannot be of type ${id.type === T.array ? 'array' : id.type === T.regex ? 'regex' : 'undefined'}`,
    )
  }
  const inner = id.type === T.object ? firstName(id) : null
  if (inner?.startsWith('$') && inner !== '$ref')
    throw new CommandFailure(
      'DollarPrefixedFieldName',
      `_id fields may not contain '$'-prefixed fields: ${inner} is not valid for storage.`,
    )
  return id.start === 9 ? document : idFirst(id, documentOf(document))
}

/** What an update built may be nested deeper than allowed: it is checked like anything that comes from outside. */
function checked(document: Buffer): Buffer {
  checkDocument(document, 0, document.length)
  return document
}

function equalitiesOf(filter: Filter): Holder {
  const document: Holder = {}
  for (const { field, op, operand } of filter.conditions) {
    const value = op === 'eq' ? exactOf(operand) : undefined
    if (value === undefined || field.split('.').includes('__proto__')) continue
    applyAt(document, {
      parts: field.split('.'),
      change: () => (isHolder(value) ? { ...value } : value),
      makes: true,
    })
  }
  return document
}
