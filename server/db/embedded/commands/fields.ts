import { plainOf } from '../bson/codec.ts'
import { type Raw, T } from '../bson/raw.ts'
import { CommandFailure, unsupported } from '../failure.ts'

/** What a command (or a statement of one) may say; anything else is refused, so that nothing is accepted and ignored. */
export type Fields = {
  readonly takes: ReadonlySet<string>
  /** Fields that MongoDB knows and this store does not: refused unless they ask for nothing. */
  readonly leftOut: ReadonlySet<string>
}

/** Fields that any command may have (MongoDB's generic arguments); `comment` says nothing about the result. */
const GENERIC = words(
  '$db $readPreference $clusterTime lsid txnNumber autocommit startTransaction readConcern writeConcern maxTimeMS comment',
)
const GENERIC_LEFT_OUT = words('apiVersion apiStrict apiDeprecationErrors')

/**
 * Fields of each command (MongoDB 7.0, "Database Commands"). Permissions that change no result are taken: to use the disk
 * for a sort, to bypass validators (there are none), to leave out shards (there are none).
 */
const COMMAND_FIELDS: ReadonlyMap<string, Fields> = new Map([
  [
    'find',
    fields(
      'filter sort projection hint skip limit batchSize singleBatch let allowDiskUse allowPartialResults',
      'collation tailable awaitData returnKey showRecordId min max noCursorTimeout oplogReplay readOnce',
    ),
  ],
  ['getMore', fields('collection batchSize')],
  ['killCursors', fields('cursors')],
  ['count', fields('query limit skip hint fields', 'collation')],
  ['distinct', fields('key query', 'collation')],
  [
    'aggregate',
    fields('pipeline cursor hint let allowDiskUse bypassDocumentValidation', 'collation explain exchange'),
  ],
  ['explain', fields('verbosity')],
  ['insert', fields('documents ordered bypassDocumentValidation')],
  ['update', fields('updates ordered bypassDocumentValidation let')],
  ['delete', fields('deletes ordered let')],
  [
    'findAndModify',
    fields(
      'query sort remove update new fields upsert bypassDocumentValidation arrayFilters hint let',
      'collation',
    ),
  ],
  [
    'create',
    fields(
      '',
      'capped size max timeseries expireAfterSeconds viewOn pipeline validator validationLevel validationAction collation clusteredIndex idIndex encryptedFields changeStreamPreAndPostImages storageEngine indexOptionDefaults',
    ),
  ],
  ['createIndexes', fields('indexes', 'commitQuorum')],
  ['dropIndexes', fields('index')],
  ['drop', fields('')],
  ['dropDatabase', fields('')],
  ['listIndexes', fields('cursor')],
  ['listCollections', fields('filter cursor nameOnly authorizedCollections')],
  ['listDatabases', fields('nameOnly authorizedDatabases', 'filter')],
  ['collStats', fields('', 'scale')],
])

export const UPDATE_STATEMENT = fields('q u upsert multi arrayFilters hint', 'c collation')
export const DELETE_STATEMENT = fields('q limit hint', 'collation')

/** Refuses fields of a command that it does not have; commands without a list (ping and its like) say nothing else. */
export function checkCommandFields(name: string, body: ReadonlyMap<string, Raw>): void {
  const known = COMMAND_FIELDS.get(name === 'findandmodify' ? 'findAndModify' : name)
  if (!known) return
  for (const [field, value] of body) {
    if (field === name || GENERIC.has(field)) continue
    if (GENERIC_LEFT_OUT.has(field)) throw unsupported(`The versioned API (${field})`)
    checkField(name, field, value, known)
  }
}

/** The same for a statement of `update` and `delete`. */
export function checkStatementFields(
  name: string,
  statement: ReadonlyMap<string, Raw>,
  known: Fields,
): ReadonlyMap<string, Raw> {
  for (const [field, value] of statement) checkField(name, field, value, known)
  return statement
}

function checkField(owner: string, field: string, value: Raw, known: Fields): void {
  if (known.takes.has(field)) return
  if (!known.leftOut.has(field))
    throw new CommandFailure('Location40415', `BSON field '${owner}.${field}' is an unknown field.`)
  if (!asksForNothing(field, value)) throw unsupported(`The option '${field}' of ${owner}`)
}

function asksForNothing(field: string, value: Raw): boolean {
  if (value.type === T.null) return true
  if (value.type === T.bool) return value.bytes[value.start] === 0
  return field === 'collation' && (plainOf(value) as { locale?: unknown }).locale === 'simple'
}

function fields(takes: string, leftOut = ''): Fields {
  return { takes: words(takes), leftOut: words(leftOut) }
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' ').filter((word) => word !== ''))
}
