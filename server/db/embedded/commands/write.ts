import type { Document } from 'bson'
import { exactOf } from '../bson/codec.ts'
import { documentOf, entriesOf, fieldOf, numberOf, type Raw, T } from '../bson/raw.ts'
import { CODES, CommandFailure } from '../failure.ts'
import { compileFilter } from '../query/filter.ts'
import { type Found, find, type Query } from '../query/scan.ts'
import type { Collection } from '../storage/catalog.ts'
import { compileUpdate, prepared, type Update } from '../update/update.ts'
import { BATCH_MAX } from '../wire/frames.ts'
import { type Context, collectionName, documentsOf, existing, flag, type Reply } from './context.ts'
import { checkStatementFields, DELETE_STATEMENT, UPDATE_STATEMENT } from './fields.ts'

const ID = Buffer.from('_id')

export function insertCommand(context: Context): Reply {
  const documents = checkedBatch(documentsOf(context, 'documents'))
  const collection = context.catalog.ensure(context.db, collectionName(context))
  return eachStatement(context, documents, (document) => {
    context.table.insert(collection, prepared(document))
    return { n: 1 }
  })
}

export function updateCommand(context: Context): Reply {
  const updates = statementsOf(context, 'updates')
  const upserted: Document[] = []
  let nModified = 0
  const reply = eachStatement(context, updates, (statement, index) => {
    const done = updateStatement(context, statement)
    nModified += done.modified
    if (done.upsertedId) upserted.push({ index, _id: exactOf(done.upsertedId) })
    return { n: done.matched }
  })
  return { ...reply, nModified, ...(upserted.length > 0 ? { upserted } : {}) }
}

export function deleteCommand(context: Context): Reply {
  const deletes = statementsOf(context, 'deletes')
  return eachStatement(context, deletes, (fields) => {
    const filter = compileFilter(required(fields, 'q'), context.variables)
    const collection = existing(context)
    if (!collection) return { n: 0 }
    const limit = deleteLimit(fields.get('limit'))
    let n = 0
    for (const found of affected(context, {
      collection,
      filter,
      sort: [],
      hint: fields.get('hint'),
      skip: 0,
      limit,
      checkTime: context.checkTime,
    })) {
      context.table.remove(collection, found.row, found.document)
      n++
    }
    return { n }
  })
}

type Statement = ReadonlyMap<string, Raw>
type Done = { matched: number; modified: number; upsertedId: Raw | null }

function updateStatement(context: Context, fields: Statement): Done {
  const filter = compileFilter(required(fields, 'q'), context.variables)
  const update = compileUpdate({
    update: required(fields, 'u'),
    filter,
    arrayFilters: fields.get('arrayFilters'),
    nowMs: context.nowMs,
    variables: context.variables,
  })
  const multi = flag(fields, 'multi')
  if (multi && update.isReplacement)
    throw new CommandFailure('FailedToParse', 'multi update is not supported for replacement-style update')
  const upsert = flag(fields, 'upsert')
  const collection = upsert ? context.catalog.ensure(context.db, collectionName(context)) : existing(context)
  const done: Done = { matched: 0, modified: 0, upsertedId: null }
  if (!collection) return done
  for (const found of affected(context, {
    collection,
    filter,
    sort: [],
    hint: fields.get('hint'),
    skip: 0,
    limit: multi ? 0 : 1,
    checkTime: context.checkTime,
  })) {
    done.matched++
    if (changed(context, collection, found, update)) done.modified++
  }
  if (done.matched === 0 && upsert) {
    done.upsertedId = insertNew(context, collection, update).id
    done.matched = 1
  }
  return done
}

/** Puts the update's result in place; false where it is the same, byte for byte. */
export function changed(
  context: Context,
  collection: Collection,
  found: Found,
  update: Update,
): Buffer | null {
  const after = update.apply(found.document)
  if (after.equals(found.document)) return null
  context.table.replace(collection, found.row, found.document, after)
  return after
}

export function insertNew(
  context: Context,
  collection: Collection,
  update: Update,
): { id: Raw; document: Buffer } {
  const document = update.insert()
  context.table.insert(collection, document)
  const id = fieldOf(documentOf(document), ID)
  if (!id) throw new TypeError('an upsert has an _id')
  return { id, document }
}

/** Documents to be changed. Many are found first, by row, so that a change cannot bring a document up again. */
export function* affected(context: Context, query: Query): Generator<Found, void, undefined> {
  if (query.limit === 1) {
    yield* [...find(context.session, query)]
    return
  }
  const rows = Array.from(find(context.session, query), (found) => found.row)
  for (const row of rows) {
    const bytes = context.session().sql(query.collection.sql.read).get(row) as unknown as [Uint8Array]
    yield { row, document: Buffer.from(bytes[0].buffer, bytes[0].byteOffset, bytes[0].byteLength) }
  }
}

/** The statements of a batch. One field that is not known refuses the whole command before anything is done. */
function statementsOf(context: Context, name: 'updates' | 'deletes'): Statement[] {
  const known = name === 'updates' ? UPDATE_STATEMENT : DELETE_STATEMENT
  return checkedBatch(documentsOf(context, name)).map((statement) =>
    checkStatementFields(name, new Map(entriesOf(documentOf(statement))), known),
  )
}

/** Runs the statements of a batch; what one of them is refused for goes to writeErrors, and an ordered batch ends there. */
function eachStatement<T>(
  context: Context,
  statements: readonly T[],
  run: (statement: T, index: number) => { n: number },
): Document {
  const ordered = flag(context.request.body, 'ordered', true)
  const writeErrors: Document[] = []
  let n = 0
  for (const [index, statement] of statements.entries()) {
    try {
      n += run(statement, index).n
    } catch (error) {
      if (!(error instanceof CommandFailure) || error.codeName === 'MaxTimeMSExpired') throw error
      writeErrors.push({ index, code: CODES[error.codeName], errmsg: error.message, ...error.extra })
      if (ordered) break
    }
  }
  return { n, ...(writeErrors.length > 0 ? { writeErrors } : {}), ok: 1 }
}

function checkedBatch(documents: Buffer[]): Buffer[] {
  if (documents.length >= 1 && documents.length <= BATCH_MAX) return documents
  throw new CommandFailure(
    'BadValue',
    `Write batch sizes must be between 1 and ${BATCH_MAX}. Got ${documents.length} operations.`,
  )
}

function required(fields: Statement, name: string): Raw {
  const value = fields.get(name)
  if (value && (value.type === T.object || (name === 'u' && value.type === T.array))) return value
  throw new CommandFailure('FailedToParse', `'${name}' must be a document`)
}

/** One or all: anything else could remove more than was meant. */
function deleteLimit(limit: Raw | undefined): 0 | 1 {
  const value = limit && numberOf(limit)
  if (value === 0 || value === 1) return value
  throw new CommandFailure('FailedToParse', 'The limit field in delete objects must be 0 or 1')
}
