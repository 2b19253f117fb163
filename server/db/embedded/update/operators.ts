import { Int32, Long, Timestamp } from 'bson'
import { encode } from '../bson/codec.ts'
import { documentOf, fieldOf } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import { compileFilter } from '../query/filter.ts'
import { pushInto } from './push.ts'
import { compareValues, compute, equalValues, type Holder, isHolder, isNumeric, wholeOf } from './value.ts'

/** What an operator makes of the value at its path; `undefined` stands for a field that is missing. */
export type Change = (value: unknown, path: string) => unknown

/** Answers of a Change beside a new value. */
export const REMOVE = Symbol('remove the field')
export const KEEP = Symbol('leave the document as it is')

export const OPERATORS: ReadonlySet<string> = new Set([
  '$set',
  '$setOnInsert',
  '$unset',
  '$inc',
  '$mul',
  '$min',
  '$max',
  '$currentDate',
  '$push',
  '$addToSet',
  '$pull',
  '$pullAll',
  '$pop',
  '$bit',
  '$rename',
])

/** Removing, or reading, makes no path that is not there. */
export function makesPath(operator: string): boolean {
  return operator !== '$unset' && operator !== '$pull' && operator !== '$pullAll' && operator !== '$pop'
}

export function changeOf(operator: string, operand: unknown, nowMs: number): Change {
  switch (operator) {
    case '$set':
    case '$setOnInsert':
      return () => operand
    case '$unset':
      return (value) => (value === undefined ? KEEP : REMOVE)
    case '$inc':
      return arithmetic('add', operand)
    case '$mul':
      return arithmetic('multiply', operand)
    case '$min':
      return (value) => (value === undefined || compareValues(operand, value) < 0 ? operand : KEEP)
    case '$max':
      return (value) => (value === undefined || compareValues(operand, value) > 0 ? operand : KEEP)
    case '$currentDate':
      return currentDate(operand, nowMs)
    case '$push':
      return (value, path) => pushInto(arrayAt(value, path, '$push'), operand)
    case '$addToSet':
      return addToSet(operand)
    case '$pull':
      return pull(operand)
    case '$pullAll':
      return pullAll(operand)
    case '$pop':
      return pop(operand)
    case '$bit':
      return bit(operand)
    default:
      throw new CommandFailure('FailedToParse', `Unknown modifier: ${operator}`)
  }
}

export function arrayAt(value: unknown, path: string, operator: string): unknown[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  throw new CommandFailure(
    'BadValue',
    `The field '${path}' must be an array but it is not: ${operator} needs one`,
  )
}

function arithmetic(kind: 'add' | 'multiply', operand: unknown): Change {
  const operator = kind === 'add' ? '$inc' : '$mul'
  if (!isNumeric(operand))
    throw new CommandFailure('TypeMismatch', `Cannot apply ${operator} with non-numeric argument`)
  return (value, path) => {
    if (value === undefined) return kind === 'add' ? operand : compute('multiply', operand, new Int32(0))
    if (!isNumeric(value))
      throw new CommandFailure(
        'TypeMismatch',
        `Cannot apply ${operator} to a value of non-numeric type: field '${path}'`,
      )
    return compute(kind, value, operand)
  }
}

function currentDate(operand: unknown, nowMs: number): Change {
  const type = isHolder(operand) ? operand['$type'] : operand
  if (type === true || type === 'date') return () => dateOf(nowMs)
  if (type === 'timestamp') return () => new Timestamp({ t: Math.floor(nowMs / 1000), i: 1 })
  throw new CommandFailure('BadValue', '$currentDate takes true or { $type: "date" | "timestamp" }')
}

/** A date value from milliseconds: its BSON form is the same 64-bit integer with another type. */
function dateOf(ms: number): unknown {
  return new Date(ms)
}

function addToSet(operand: unknown): Change {
  const each = isHolder(operand) && '$each' in operand ? onlyEach(operand) : [operand]
  if (!Array.isArray(each))
    throw new CommandFailure('TypeMismatch', 'The argument to $each in $addToSet must be an array')
  return (value, path) => {
    const next = [...arrayAt(value, path, '$addToSet')]
    for (const one of each) if (!next.some((known) => equalValues(known, one))) next.push(one)
    return value !== undefined && next.length === arrayAt(value, path, '$addToSet').length ? KEEP : next
  }
}

function onlyEach(operand: Holder): unknown {
  const { $each, ...odd } = operand
  for (const name of Object.keys(odd))
    throw new CommandFailure('BadValue', `Found unexpected fields after $each in $addToSet: ${name}`)
  return $each
}

const VALUE = Buffer.from('v')
const LOGICAL: ReadonlySet<string> = new Set(['$and', '$or', '$nor', '$expr'])

function pull(operand: unknown): Change {
  const matches =
    isHolder(operand) || isPattern(operand)
      ? pullFilter(operand)
      : (value: unknown) => equalValues(value, operand)
  return kept((value) => !matches(value), '$pull')
}

function isPattern(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === 'BSONRegExp'
  )
}

/** A document of `$pull` is a filter on elements that are documents; of operators, one on the elements themselves. */
function pullFilter(operand: unknown): (value: unknown) => boolean {
  const first = isHolder(operand) ? (Object.keys(operand)[0] ?? '') : '$'
  const onValue = first.startsWith('$') && !LOGICAL.has(first)
  if (onValue) {
    const filter = compileFilter(documentOf(encode({ v: operand })))
    return (value) => filter.matches(documentOf(encode({ v: value })))
  }
  const filter = compileFilter(documentOf(encode(operand as Holder)))
  return (value) => {
    const raw = isHolder(value) ? fieldOf(documentOf(encode({ v: value })), VALUE) : null
    return raw !== null && filter.matches(raw)
  }
}

function pullAll(operand: unknown): Change {
  if (!Array.isArray(operand)) throw new CommandFailure('BadValue', '$pullAll requires an array argument')
  return kept((value) => !operand.some((one) => equalValues(one, value)), '$pullAll')
}

function kept(keep: (value: unknown) => boolean, operator: string): Change {
  return (value, path) => {
    if (value === undefined) return KEEP
    const before = arrayAt(value, path, operator)
    const after = before.filter(keep)
    return after.length === before.length ? KEEP : after
  }
}

function pop(operand: unknown): Change {
  const end = wholeOf(operand)
  if (end !== 1 && end !== -1) throw new CommandFailure('FailedToParse', '$pop expects 1 or -1')
  return (value, path) => {
    if (value === undefined) return KEEP
    const array = arrayAt(value, path, '$pop')
    return array.length === 0 ? KEEP : end === 1 ? array.slice(0, -1) : array.slice(1)
  }
}

function bit(operand: unknown): Change {
  const entries = isHolder(operand) ? Object.entries(operand) : []
  if (entries.length === 0) throw new CommandFailure('BadValue', '$bit takes and, or, xor')
  return (value) => {
    let result = BigInt(String(value ?? 0))
    let wide = value instanceof Long
    for (const [kind, mask] of entries) {
      if (
        !(mask instanceof Int32 || mask instanceof Long) ||
        !(value === undefined || value instanceof Int32 || value instanceof Long)
      ) {
        throw new CommandFailure('BadValue', '$bit works on integers only')
      }
      wide ||= mask instanceof Long
      result = bitwise(kind, result, BigInt(String(mask)))
    }
    return wide ? Long.fromBigInt(result) : new Int32(Number(result))
  }
}

function bitwise(kind: string, a: bigint, b: bigint): bigint {
  if (kind === 'and') return a & b
  if (kind === 'or') return a | b
  if (kind === 'xor') return a ^ b
  throw new CommandFailure('BadValue', `$bit knows and, or, xor, not ${kind}`)
}
