import { numberOf, type Raw, someValue, T, valuesOf } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import { keyOf, RANK, rankOf } from '../storage/key.ts'
import { type Path, someAt } from './path.ts'
import { compileRegex } from './regex.ts'
import { typeTest } from './type-names.ts'

/** Query operators on one field, without the dollar sign. */
export type Operation =
  | 'eq'
  | 'ne'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'in'
  | 'nin'
  | 'exists'
  | 'type'
  | 'size'
  | 'mod'
  | 'all'
  | 'elemMatch'
  | 'not'
  | 'regex'

/** How operands that hold further conditions are compiled. */
export type FieldTest = {
  conditions(operand: Raw): (document: Raw) => boolean
  element(operand: Raw): (element: Raw) => boolean
}

type ValueTest = (value: Raw | null) => boolean
type Given = { readonly path: Path; readonly op: Operation; readonly operand: Raw }

/** The test of one condition on a whole document. */
export function fieldTest({ path, op, operand }: Given, nested: FieldTest): (document: Raw) => boolean {
  switch (op) {
    case 'eq':
      return anyValue(path, equalTest(operand))
    case 'ne':
      return negated(anyValue(path, equalTest(refuseRegex(operand, '$ne'))))
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return anyValue(path, orderTest(op, operand))
    case 'in':
      return anyValue(path, inTest(operand, '$in'))
    case 'nin':
      return negated(anyValue(path, inTest(operand, '$nin')))
    case 'exists':
      return existsTest(path, operand)
    case 'type':
      return typeOfField(path, operand)
    case 'size':
      return sizeTest(path, operand)
    case 'mod':
      return anyValue(path, modTest(operand))
    case 'all':
      return allTest(path, operand, nested)
    case 'elemMatch':
      return elemMatchTest(path, operand, nested)
    case 'not':
      return notTest(path, operand, nested)
    case 'regex':
      return anyValue(path, regexTest(operand))
  }
}

/** True when the value, or one element where it is an array, passes. */
function anyValue(path: Path, test: ValueTest): (document: Raw) => boolean {
  const visit: ValueTest = (value) => test(value) || (value?.type === T.array && someValue(value, test))
  return (document) => someAt(document, path, visit)
}

function negated(test: (document: Raw) => boolean): (document: Raw) => boolean {
  return (document) => !test(document)
}

/** Equality as MongoDB defines it: numbers across types, null also where the field is missing. */
export function equalTest(operand: Raw): ValueTest {
  if (operand.type === T.null) return (value) => value === null || value.type === T.null
  if (operand.type === T.regex) return regexTest(operand)
  const { bytes, start, end, type } = operand
  if (type === T.string || type === T.objectId || type === T.bool || type === T.date) {
    return (value) =>
      value !== null &&
      value.type === type &&
      value.end - value.start === end - start &&
      bytes.compare(value.bytes, value.start, value.end, start, end) === 0
  }
  const rank = rankOf(type)
  const key = keyOf(operand)
  return (value) => value !== null && rankOf(value.type) === rank && keyOf(value).equals(key)
}

/** Order within the operand's own class of types; only the least and the greatest key compare with everything. */
function orderTest(op: 'gt' | 'gte' | 'lt' | 'lte', operand: Raw): ValueTest {
  const inclusive = op === 'gte' || op === 'lte'
  if (operand.type === T.null) return inclusive ? equalTest(operand) : () => false
  if (operand.type === T.regex)
    throw new CommandFailure('BadValue', `Can't have RegEx as arg to predicate over field with $${op}.`)
  if (isNaN64(operand)) return inclusive ? equalTest(operand) : () => false
  const rank = rankOf(operand.type)
  const anyType = rank === RANK.minKey || rank === RANK.maxKey
  const key = keyOf(operand)
  const less = op === 'lt' || op === 'lte'
  return (value) => {
    if (value === null || (!anyType && rankOf(value.type) !== rank) || isNaN64(value)) return false
    const order = keyOf(value).compare(key)
    return order === 0 ? inclusive : less === order < 0
  }
}

function isNaN64(value: Raw): boolean {
  return value.type === T.double && Number.isNaN(value.bytes.readDoubleLE(value.start))
}

const SCAN_LIST_MAX = 4

function inTest(operand: Raw, name: string): ValueTest {
  if (operand.type !== T.array) throw new CommandFailure('BadValue', `${name} needs an array`)
  const values = valuesOf(operand)
  const odd = values.filter(
    (value) => value.type === T.regex || value.type === T.null || values.length <= SCAN_LIST_MAX,
  )
  const tests = odd.map(equalTest)
  const keys = new Set(
    values.length <= SCAN_LIST_MAX ? [] : values.map((value) => keyOf(value).toString('latin1')),
  )
  return (value) =>
    tests.some((test) => test(value)) ||
    (value !== null && keys.size > 0 && keys.has(keyOf(value).toString('latin1')))
}

function existsTest(path: Path, operand: Raw): (document: Raw) => boolean {
  const wanted = isTruthy(operand)
  return (document) => someAt(document, path, (value) => value !== null) === wanted
}

function isTruthy(value: Raw): boolean {
  if (value.type === T.bool) return value.bytes[value.start] === 1
  if (value.type === T.null || value.type === T.undefined) return false
  return numberOf(value) !== 0
}

function typeOfField(path: Path, operand: Raw): (document: Raw) => boolean {
  const test = typeTest(operand)
  return anyValue(path, (value) => value !== null && test(value.type))
}

function sizeTest(path: Path, operand: Raw): (document: Raw) => boolean {
  const size = numberOf(operand)
  if (size === null || !Number.isInteger(size) || size < 0)
    throw new CommandFailure('BadValue', '$size must be a whole number, not negative')
  return (document) =>
    someAt(document, path, (value) => value?.type === T.array && valuesOf(value).length === size)
}

function modTest(operand: Raw): ValueTest {
  const [divisor, remainder, ...more] = operand.type === T.array ? valuesOf(operand).map(numberOf) : []
  if (divisor == null || remainder == null || more.length > 0 || Math.trunc(divisor) === 0) {
    throw new CommandFailure('BadValue', 'malformed mod: it takes a divisor other than zero and a remainder')
  }
  return (value) => {
    const number = value && numberOf(value)
    return (
      number !== null &&
      Number.isFinite(number) &&
      Math.trunc(number) % Math.trunc(divisor) === Math.trunc(remainder)
    )
  }
}

function allTest(path: Path, operand: Raw, nested: FieldTest): (document: Raw) => boolean {
  if (operand.type !== T.array) throw new CommandFailure('BadValue', '$all needs an array')
  const values = valuesOf(operand)
  if (values.length === 0) return () => false
  const tests = values.map((value) => {
    const inner = value.type === T.object ? elemMatchIn(value) : null
    return inner ? elemMatchTest(path, inner, nested) : anyValue(path, equalTest(value))
  })
  return (document) => tests.every((test) => test(document))
}

const ELEM_MATCH = Buffer.from('$elemMatch')

function elemMatchIn(value: Raw): Raw | null {
  let inner: Raw | null = null
  if (
    value.end - value.start > 5 &&
    value.bytes.compare(
      ELEM_MATCH,
      0,
      ELEM_MATCH.length,
      value.start + 5,
      value.start + 5 + ELEM_MATCH.length,
    ) === 0
  ) {
    someValue(value, (found) => {
      inner = found
      return true
    })
  }
  return inner
}

function elemMatchTest(path: Path, operand: Raw, nested: FieldTest): (document: Raw) => boolean {
  if (operand.type !== T.object) throw new CommandFailure('BadValue', '$elemMatch needs an Object')
  const test = nested.element(operand)
  return (document) => someAt(document, path, (value) => value?.type === T.array && someValue(value, test))
}

function notTest(path: Path, operand: Raw, nested: FieldTest): (document: Raw) => boolean {
  if (operand.type === T.regex) return negated(anyValue(path, regexTest(operand)))
  if (operand.type !== T.object || operand.end - operand.start <= 5)
    throw new CommandFailure('BadValue', '$not needs a regex or a document')
  return negated(nested.conditions(operand))
}

function regexTest(operand: Raw): ValueTest {
  const matches = compileRegex(operand)
  const key = operand.type === T.regex ? keyOf(operand) : null
  return (value) => {
    if (value === null) return false
    if (value.type === T.string || value.type === T.symbol)
      return matches(value.bytes.toString('utf8', value.start + 4, value.end - 1))
    return key !== null && value.type === T.regex && keyOf(value).equals(key)
  }
}

function refuseRegex(operand: Raw, name: string): Raw {
  if (operand.type === T.regex) throw new CommandFailure('BadValue', `Can't have regex as arg to ${name}.`)
  return operand
}
