import type { Document } from 'bson'
import { decodePlain } from '../bson/codec.ts'
import { bytesOfDocument, documentOf, entriesOf, numberOf, type Raw, T, textOf } from '../bson/raw.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import { compileFilter, type Filter } from '../query/filter.ts'
import { type Path, pathOf } from '../query/path.ts'

const FIELDS_MAX = 32

export type IndexField = { readonly name: string; readonly path: Path; readonly descending: boolean }

/** What a `createIndexes` entry asks for, checked; `bytes` is kept as the client sent it. */
export type IndexSpec = {
  readonly name: string
  readonly fields: readonly IndexField[]
  readonly unique: boolean
  readonly sparse: boolean
  readonly partial: Filter | null
  readonly expireAfterSeconds: number | null
  readonly bytes: Buffer
}

const PLAIN_OPTIONS = new Set([
  'v',
  'ns',
  'key',
  'name',
  'unique',
  'sparse',
  'background',
  'expireAfterSeconds',
])
const EXTRA_OPTIONS = new Set(['partialFilterExpression', 'collation', 'dropDups', 'hidden'])
const LEFT_OUT = new Set([
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
  'bucketSize',
  'storageEngine',
  'wildcardProjection',
  'clustered',
  'prepareUnique',
])

export function parseIndexSpec(bytes: Buffer): IndexSpec {
  const entries = new Map(entriesOf(documentOf(bytes)))
  const options = decodePlain(bytes)
  for (const name of entries.keys()) refuseOption(name, options)
  const key = entries.get('key')
  if (key?.type !== T.object)
    throw new CommandFailure(
      'FailedToParse',
      "The 'key' field is a required property of an index specification",
    )
  const fields = entriesOf(key).map(([name, direction]) => fieldOf(name, direction))
  if (fields.length === 0 || fields.length > FIELDS_MAX) {
    throw new CommandFailure('CannotCreateIndex', `Index keys must have 1 to ${FIELDS_MAX} fields`)
  }
  const partial = entries.get('partialFilterExpression')
  return {
    name: nameOf(options),
    fields,
    unique: Boolean(options['unique']),
    sparse: Boolean(options['sparse']),
    partial: partial ? compileFilter(partial) : null,
    expireAfterSeconds: expiryOf(options, fields),
    bytes,
  }
}

/** The same definition of the same fields: a repeated `createIndexes` changes nothing. */
export function sameIndex(a: IndexSpec, b: IndexSpec): boolean {
  return (
    sameKey(a, b) &&
    a.unique === b.unique &&
    a.sparse === b.sparse &&
    a.expireAfterSeconds === b.expireAfterSeconds &&
    partialText(a) === partialText(b)
  )
}

export function sameKey(a: IndexSpec, b: IndexSpec): boolean {
  return keyText(a) === keyText(b)
}

export function keyPatternOf(spec: IndexSpec): Document {
  return Object.fromEntries(spec.fields.map((field) => [field.name, field.descending ? -1 : 1]))
}

/** True where a client means this index: by its name, or by its fields in order. */
export function isIndexNamed(spec: IndexSpec, name: Raw): boolean {
  if (name.type === T.string) return spec.name === textOf(name)
  if (name.type !== T.object) return false
  const fields = entriesOf(name).map(([field, direction]) => `${field}:${(numberOf(direction) ?? 0) < 0}`)
  return fields.join(',') === keyText(spec)
}

function keyText(spec: IndexSpec): string {
  return spec.fields.map((field) => `${field.name}:${field.descending}`).join(',')
}

function partialText(spec: IndexSpec): string {
  const filter = entriesOf(documentOf(spec.bytes)).find(([name]) => name === 'partialFilterExpression')
  return filter ? bytesOfDocument(filter[1]).toString('hex') : ''
}

function fieldOf(name: string, direction: Raw): IndexField {
  if (direction.type === T.string)
    throw unsupported(`An index of a special kind (${name})`, 'CannotCreateIndex')
  if (name.includes('$**')) throw unsupported('A wildcard index', 'CannotCreateIndex')
  const value = numberOf(direction)
  if (!value)
    throw new CommandFailure(
      'CannotCreateIndex',
      `Values in the index key pattern must be non-zero numbers: ${name}`,
    )
  if (name.startsWith('$') || name.split('.').some((part) => part === '')) {
    throw new CommandFailure('CannotCreateIndex', `Index field '${name}' is not a valid path`)
  }
  return { name, path: pathOf(name), descending: value < 0 }
}

function refuseOption(name: string, options: Document): void {
  if (PLAIN_OPTIONS.has(name)) return
  if (LEFT_OUT.has(name) || (name === 'hidden' && options['hidden'] !== false))
    throw unsupported(`The index option '${name}'`, 'CannotCreateIndex')
  if (!EXTRA_OPTIONS.has(name))
    throw new CommandFailure(
      'InvalidIndexSpecificationOption',
      `The field '${name}' is not valid for an index specification`,
    )
  if (name === 'collation' && options['collation']?.locale !== 'simple')
    throw unsupported('Collation of an index', 'CannotCreateIndex')
}

function nameOf(options: Document): string {
  const given: unknown = options['name']
  if (typeof given === 'string' && given !== '') return given
  throw new CommandFailure(
    'FailedToParse',
    "The 'name' field is a required property of an index specification",
  )
}

function expiryOf(options: Document, fields: IndexField[]): number | null {
  const seconds: unknown = options['expireAfterSeconds']
  if (seconds === undefined) return null
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= 0x7fff_ffff)) {
    throw new CommandFailure(
      'CannotCreateIndex',
      'TTL index expireAfterSeconds must be a number from 0 to 2147483647',
    )
  }
  if (fields.length > 1 || fields[0]?.name === '_id') {
    throw new CommandFailure('CannotCreateIndex', 'TTL indexes are single-field indexes, and not on _id')
  }
  return seconds
}
