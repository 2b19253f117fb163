import type { Document } from 'bson'
import { compileProject } from '../aggregate/shape.ts'
import type { Scope } from '../aggregate/values.ts'
import { decodeExact, decodePlain, encode, exactOf } from '../bson/codec.ts'
import {
  bytesOfDocument,
  documentOf,
  entriesOf,
  firstName,
  numberOf,
  type Raw,
  T,
  valuesOf,
} from '../bson/raw.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import { compileFilter, type Filter } from './filter.ts'
import { matchedPosition } from './positional.ts'

/** What a client gets of a document. */
export type Projection = (document: Buffer) => Buffer

/** Named fields, nested as the documents are: true takes (or leaves out) the whole field. */
type Tree = Map<string, Tree | true>
type Special = { readonly path: string[]; readonly apply: (value: unknown, document: Buffer) => unknown }

/** What a projection may need beside itself: the query, for `$`, and the time. */
export type ProjectionTools = { readonly filter?: Filter | undefined; readonly variables: Scope }

/** Compiles a projection; null where there is nothing to do. */
export function compileProjection(spec: Raw | undefined, tools: ProjectionTools): Projection | null {
  if (!spec) return null
  if (spec.type !== T.object) throw new CommandFailure('TypeMismatch', 'a projection must be an object')
  if (spec.end - spec.start <= 5) return null
  if (entriesOf(spec).some(([, value]) => isComputed(value))) return computed(spec, tools.variables)
  const { tree, specials, including } = parse(spec, tools)
  const shape = (document: Buffer): Buffer => copied(documentOf(document), tree, including)
  if (specials.length === 0) return shape
  return (document) => {
    const decoded = decodeExact(shape(document))
    for (const special of specials) changeAt(decoded, special.path, (value) => special.apply(value, document))
    return encode(decoded)
  }
}

const FIND_OPERATORS = new Set(['$slice', '$elemMatch', '$meta'])

function isComputed(value: Raw): boolean {
  if (value.type === T.object) return !FIND_OPERATORS.has(firstName(value) ?? '')
  return value.type !== T.bool && numberOf(value) === null
}

/** A projection with expressions or nested objects is an aggregation's `$project`. */
function computed(spec: Raw, variables: Scope): Projection {
  const project = compileProject(decodePlain(bytesOfDocument(spec)))
  return (bytes) => {
    const document = decodePlain(bytes)
    return encode(project(document, { ...variables, ROOT: document, CURRENT: document }))
  }
}

type Parsed = { tree: Tree; specials: Special[]; including: boolean }

function parse(spec: Raw, tools: ProjectionTools): Parsed {
  const tree: Tree = new Map()
  const specials: Special[] = []
  let including: boolean | null = null
  let id: boolean | null = null
  for (const [name, value] of entriesOf(spec)) {
    const isPlace = name.endsWith('.$')
    const path = checkedPath(isPlace ? name.slice(0, -2) : name)
    const special = isPlace
      ? placeOf(path, tools.filter)
      : value.type === T.object
        ? specialOf(path, value)
        : null
    if (special) {
      specials.push(special)
      if (isPlace || firstName(value) === '$elemMatch') including ??= true
      add(tree, path)
      continue
    }
    const takes = takesField(value)
    if (name === '_id') {
      id = takes
      continue
    }
    if (including !== null && including !== takes) {
      throw new CommandFailure(
        'BadValue',
        `Cannot do ${takes ? 'inclusion' : 'exclusion'} on field ${name} in ${takes ? 'exclusion' : 'inclusion'} projection`,
      )
    }
    including = takes
    add(tree, path)
  }
  const isIncluding: boolean = including ?? id ?? false
  if (!isIncluding) for (const special of specials) remove(tree, special.path)
  if (isIncluding ? id !== false : id === false) tree.set('_id', true)
  return { tree, specials, including: isIncluding }
}

function checkedPath(name: string): string[] {
  const path = name.split('.')
  if (path.some((part) => part.startsWith('$'))) throw unsupported('The positional projection operator')
  if (path.some((part) => part === ''))
    throw new CommandFailure('BadValue', `'${name}' is not a valid field path`)
  return path
}

function takesField(value: Raw): boolean {
  if (value.type === T.bool) return value.bytes[value.start] === 1
  return numberOf(value) !== 0
}

function add(tree: Tree, path: string[]): void {
  const [first, ...rest] = path as [string, ...string[]]
  const known = tree.get(first)
  if (rest.length === 0 || known === true) {
    if (known && (known !== true || rest.length > 0))
      throw new CommandFailure('BadValue', `Path collision at ${path.join('.')}`)
    tree.set(first, true)
    return
  }
  const below = known ?? new Map()
  tree.set(first, below)
  add(below, rest)
}

function remove(tree: Tree, path: string[]): void {
  const [first, ...rest] = path as [string, ...string[]]
  const known = tree.get(first)
  if (rest.length === 0 || known === true) tree.delete(first)
  else if (known) {
    remove(known, rest)
    if (known.size === 0) tree.delete(first)
  }
}

/** Copies the elements that the tree names (or those that it does not name), byte by byte, in the document's order. */
function copied(document: Raw, tree: Tree, including: boolean): Buffer {
  const parts: Buffer[] = []
  for (const [name, value] of entriesOf(document)) {
    const below = tree.get(name)
    if (below === undefined ? including : below === true && !including) continue
    if (below === undefined || below === true) parts.push(header(value.type, name), bytesOfDocument(value))
    else if (value.type === T.object) parts.push(header(T.object, name), copied(value, below, including))
    else if (value.type === T.array) parts.push(header(T.array, name), copiedArray(value, below, including))
    else if (!including) parts.push(header(value.type, name), bytesOfDocument(value))
  }
  return enclose(parts)
}

function copiedArray(array: Raw, tree: Tree, including: boolean): Buffer {
  const parts: Buffer[] = []
  let position = 0
  for (const value of valuesOf(array)) {
    const nested =
      value.type === T.object
        ? copied(value, tree, including)
        : value.type === T.array
          ? copiedArray(value, tree, including)
          : null
    if (!nested && including) continue
    parts.push(header(value.type, String(position++)), nested ?? bytesOfDocument(value))
  }
  return enclose(parts)
}

function header(type: number, name: string): Buffer {
  return Buffer.concat([Buffer.of(type), Buffer.from(`${name}\0`)])
}

function enclose(parts: Buffer[]): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), ...parts, Buffer.of(0)])
  bytes.writeInt32LE(bytes.length, 0)
  return bytes
}

/** `a.$`: the one element that the query matched. */
function placeOf(path: string[], filter: Filter | undefined): Special {
  return {
    path,
    apply: (value, document) => {
      const position =
        filter && Array.isArray(value) ? matchedPosition(path.join('.'), documentOf(document), filter) : null
      if (position === null)
        throw new CommandFailure(
          'BadValue',
          "Executor error during find command: positional operator '.$' couldn't find a matching element in the array",
        )
      return (value as unknown[]).slice(position, position + 1)
    },
  }
}

function specialOf(path: string[], value: Raw): Special | null {
  const operator = firstName(value)
  const operand = entriesOf(value)[0]?.[1]
  if (operator === '$slice' && operand) return { path, apply: sliceBy(operand) }
  if (operator === '$elemMatch' && operand) return { path, apply: firstMatch(operand) }
  throw unsupported(`${operator ?? 'An object'} in the projection of a find`)
}

function sliceBy(operand: Raw): (value: unknown) => unknown {
  const [first, second] = operand.type === T.array ? valuesOf(operand).map(numberOf) : [numberOf(operand)]
  if (first == null || second === null)
    throw new CommandFailure('BadValue', '$slice takes one or two numbers')
  return (value) => {
    if (!Array.isArray(value)) return value
    if (second === undefined) return first < 0 ? value.slice(first) : value.slice(0, first)
    const start = first < 0 ? Math.max(0, value.length + first) : first
    return value.slice(start, start + second)
  }
}

function firstMatch(operand: Raw): (value: unknown) => unknown {
  const clause = documentOf(encode({ v: { $elemMatch: exactOf(operand) } }))
  const filter = compileFilter(clause)
  return (value) => {
    const found = Array.isArray(value)
      ? value.find((one: unknown) => filter.matches(documentOf(encode({ v: [one] }))))
      : undefined
    return found === undefined ? undefined : [found]
  }
}

function changeAt(holder: Document, path: string[], apply: (value: unknown) => unknown): void {
  const [first, ...rest] = path as [string, ...string[]]
  if (!Object.hasOwn(holder, first)) return
  const value: unknown = holder[first]
  if (rest.length === 0) {
    const next = apply(value)
    if (next === undefined) delete holder[first]
    else holder[first] = next
  } else if (Array.isArray(value)) for (const one of value.filter(isHolder)) changeAt(one, rest, apply)
  else if (isHolder(value)) changeAt(value, rest, apply)
}

function isHolder(value: unknown): value is Document {
  return typeof value === 'object' && value !== null
}
