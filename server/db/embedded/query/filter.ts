import type { Scope } from '../aggregate/values.ts'
import { entriesOf, firstName, type Raw, T, valuesOf } from '../bson/raw.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import { compileExpression } from './expression.ts'
import { type FieldTest, fieldTest, type Operation } from './field-test.ts'
import { type Path, pathOf } from './path.ts'

/** A condition on one field: what the planner reads. `op` is an operator without its dollar sign. */
export type Condition = Given & { readonly matches: Part }
type Given = { readonly field: string; readonly path: Path; readonly op: Operation; readonly operand: Raw }

/** A compiled filter: tests documents as bytes, without decoding them. */
export type Filter = {
  matches(document: Raw): boolean
  /** Conditions that must all hold; `rest` is true when the filter asks for more than these. */
  readonly conditions: readonly Condition[]
  readonly rest: boolean
  /** Branches of a top-level $or, for a plan that unites indexes. */
  readonly branches: readonly Filter[]
}

type Part = (document: Raw) => boolean
type Parts = { parts: Part[]; conditions: Condition[]; rest: boolean; branches: Filter[] }

const DEPTH_MAX = 100
/** Fields of a DBRef look like operators and are none. */
const REFERENCE = new Set(['$ref', '$id', '$db'])
const LOGICAL = new Set(['$and', '$or', '$nor'])
const ALWAYS: Filter = { matches: () => true, conditions: [], rest: false, branches: [] }

/** Compiles a filter; `variables` are what `$expr` may use beside the document. */
export function compileFilter(filter: Raw | undefined, variables: Scope = {}, depth = 0): Filter {
  if (!filter) return ALWAYS
  if (filter.type !== T.object) throw new CommandFailure('TypeMismatch', 'a filter must be an object')
  if (depth > DEPTH_MAX)
    throw new CommandFailure('BadValue', `filters may be nested ${DEPTH_MAX} levels deep`)
  const found: Parts = { parts: [], conditions: [], rest: false, branches: [] }
  for (const [name, value] of entriesOf(filter)) addEntry(found, name, value, { variables, depth })
  return {
    matches: allOf(found.parts),
    conditions: found.conditions,
    rest: found.rest,
    branches: found.branches,
  }
}

type Place = { readonly variables: Scope; readonly depth: number }

function addEntry(found: Parts, name: string, value: Raw, place: Place): void {
  if (LOGICAL.has(name)) return addLogical(found, name, value, place)
  if (name === '$comment') return
  if (name === '$expr') {
    const test = compileExpression(value, place.variables)
    found.parts.push((document) => test(document))
    found.rest = true
    return
  }
  if (name === '$alwaysTrue') return
  if (name === '$alwaysFalse') return void found.parts.push(() => false)
  if (name.startsWith('$') && !REFERENCE.has(name)) throw unknownOperator(name)
  for (const given of conditionsOf(name, value)) {
    const matches = testOf(given, place)
    found.conditions.push({ ...given, matches })
    found.parts.push(matches)
  }
}

function addLogical(found: Parts, name: string, value: Raw, { variables, depth }: Place): void {
  if (value.type !== T.array) throw new CommandFailure('BadValue', `${name} argument must be an array`)
  const filters = valuesOf(value).map((clause) => compileFilter(clause, variables, depth + 1))
  if (filters.length === 0) throw new CommandFailure('BadValue', `${name} must be a nonempty array`)
  if (name === '$and') {
    for (const filter of filters) {
      found.parts.push(filter.matches)
      found.conditions.push(...filter.conditions)
      if (filter.rest) found.rest = true
    }
    return
  }
  found.rest = true
  if (name === '$or') {
    found.branches = filters
    found.parts.push((document) => filters.some((filter) => filter.matches(document)))
  } else found.parts.push((document) => !filters.some((filter) => filter.matches(document)))
}

function conditionsOf(field: string, value: Raw): Given[] {
  const path = pathOf(field)
  if (value.type === T.regex) return [{ field, path, op: 'regex', operand: value }]
  const first = value.type === T.object ? firstName(value) : null
  if (!first?.startsWith('$') || REFERENCE.has(first)) return [{ field, path, op: 'eq', operand: value }]
  const entries = entriesOf(value)
  const options = entries.find(([name]) => name === '$options')?.[1]
  if (options && !entries.some(([name]) => name === '$regex'))
    throw new CommandFailure('BadValue', '$options needs a $regex')
  return entries
    .filter(([name]) => name !== '$options')
    .map(([name, operand]) => {
      if (!name.startsWith('$')) throw new CommandFailure('BadValue', `unknown operator: ${name}`)
      const op = name.slice(1)
      if (!isOperation(op)) throw unknownOperator(name)
      if (op === 'regex') return { field, path, op, operand: withOptions(operand, options) }
      return { field, path, op, operand }
    })
}

function withOptions(operand: Raw, options: Raw | undefined): Raw {
  if (!options) return operand
  if (options.type !== T.string) throw new CommandFailure('BadValue', '$options has to be a string')
  const source =
    operand.type === T.regex
      ? operand.bytes.subarray(operand.start, operand.bytes.indexOf(0, operand.start))
      : operand.bytes.subarray(operand.start + 4, operand.end - 1)
  const flags = options.bytes.subarray(options.start + 4, options.end - 1)
  const bytes = Buffer.concat([source, Buffer.of(0), flags, Buffer.of(0)])
  return { type: T.regex, bytes, start: 0, end: bytes.length }
}

/** Options whose own content is a filter or a list of conditions are compiled here, where filters are. */
function testOf(condition: Given, place: Place): Part {
  const deeper = { ...place, depth: place.depth + 1 }
  return fieldTest(condition, {
    conditions: (operand) => {
      const tests = conditionsOf(condition.field, operand).map((inner) => testOf(inner, deeper))
      return allOf(tests)
    },
    element: (operand) => elementTest(operand, deeper),
  } satisfies FieldTest)
}

/** `$elemMatch`: conditions on the element itself where its first name is an operator, else a filter on its fields. */
function elementTest(operand: Raw, place: Place): (element: Raw) => boolean {
  const first = firstName(operand)
  if (first?.startsWith('$') && !LOGICAL.has(first) && !REFERENCE.has(first) && first !== '$expr') {
    const tests = conditionsOf('v', operand).map((inner) => testOf(inner, place))
    const matches = allOf(tests)
    return (element) => matches(holding(element))
  }
  const filter = compileFilter(operand, place.variables, place.depth)
  return (element) => (element.type === T.object || element.type === T.array) && filter.matches(element)
}

/** A document { v: element }, so that conditions on a field can test a bare value. */
function holding(element: Raw): Raw {
  const body = element.bytes.subarray(element.start, element.end)
  const bytes = Buffer.concat([Buffer.of(0, 0, 0, 0, element.type, 0x76, 0), body, Buffer.of(0)])
  bytes.writeInt32LE(bytes.length, 0)
  return { type: T.object, bytes, start: 0, end: bytes.length }
}

function allOf(parts: Part[]): Part {
  const [first, second] = parts
  if (!first) return () => true
  if (!second) return first
  if (parts.length === 2) return (document) => first(document) && second(document)
  return (document) => parts.every((part) => part(document))
}

const OPERATIONS: ReadonlySet<string> = new Set<Operation>([
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'nin',
  'exists',
  'type',
  'size',
  'mod',
  'all',
  'elemMatch',
  'not',
  'regex',
])

function isOperation(op: string): op is Operation {
  return OPERATIONS.has(op)
}

const LEFT_OUT = new Set([
  '$where',
  '$text',
  '$jsonSchema',
  '$near',
  '$nearSphere',
  '$geoWithin',
  '$geoIntersects',
  '$within',
  '$geoNear',
  '$function',
  '$sampleRate',
  '$bitsAllSet',
  '$bitsAnySet',
  '$bitsAllClear',
  '$bitsAnyClear',
  '$rand',
])

function unknownOperator(name: string): CommandFailure {
  if (LEFT_OUT.has(name)) return unsupported(`The query operator ${name}`)
  return new CommandFailure('BadValue', `unknown operator: ${name}`)
}
