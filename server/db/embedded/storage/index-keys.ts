import { fieldOf, type Raw, T, valuesOf } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import type { PathPart } from '../query/path.ts'
import type { IndexSpec } from './index-spec.ts'
import { keyOf, NULL_KEY, UNDEFINED_KEY } from './key.ts'

/** Index entries that one document may cause: arrays are expanded, one entry an element. */
const ENTRIES_MAX = 50_000

/** Where the walk of one index field stands: what is left of its path, and the value reached (null where it is missing). */
type Reach = { readonly value: Raw | null; readonly rest: readonly PathPart[]; readonly done: boolean }

export type DocumentKeys = {
  readonly keys: Buffer[]
  /** True when an array was expanded: several fields of one key may then come from different elements. */
  readonly multikey: boolean
}

const NONE: DocumentKeys = { keys: [], multikey: false }

/** The keys that a document has in an index: none where a sparse or partial index leaves it out. */
export function indexKeysOf(spec: IndexSpec, document: Raw): DocumentKeys {
  if (spec.partial && !spec.partial.matches(document)) return NONE
  const reached = spec.fields.map((field) => descend({ value: document, rest: field.path, done: false }))
  if (!reached.some(isOpenArray)) {
    if (spec.sparse && reached.every((at) => at.value === null)) return NONE
    return { keys: [join(spec, reached.map(keyAt))], multikey: false }
  }
  const keys: Buffer[] = []
  expand(spec, reached, keys)
  return { keys: keys.length > 1 ? distinct(keys) : keys, multikey: true }
}

/** Goes down objects until the path ends, something is missing, or an array stands in the way. */
function descend(from: Reach): Reach {
  let value = from.value
  let i = 0
  while (i < from.rest.length && value?.type === T.object) {
    value = fieldOf(value, (from.rest[i] as PathPart).name)
    i++
  }
  if (value?.type === T.array) return afterIndex({ value, rest: from.rest.slice(i), done: false })
  if (i < from.rest.length) return { value: null, rest: [], done: true }
  return { value, rest: [], done: true }
}

/** A path such as `a.0.b` names an element of the array itself; it is not expanded. */
function afterIndex(at: Reach): Reach {
  const next = at.rest[0]
  if (next?.position === undefined || at.value === null) return at
  const element = fieldOf(at.value, next.name)
  return element ? descend({ value: element, rest: at.rest.slice(1), done: false }) : at
}

function isOpenArray(at: Reach): boolean {
  return !at.done && at.value?.type === T.array
}

function expand(spec: IndexSpec, reached: readonly Reach[], keys: Buffer[]): void {
  const open = reached.find(isOpenArray)
  if (!open?.value) {
    keys.push(join(spec, reached.map(keyAt)))
    if (keys.length > ENTRIES_MAX)
      throw new CommandFailure(
        'CannotCreateIndex',
        `Index '${spec.name}' would hold more than ${ENTRIES_MAX} keys of one document`,
      )
    return
  }
  const array = open.value
  if (reached.some((at) => isOpenArray(at) && at.value?.start !== array.start)) {
    throw new CommandFailure(
      'CannotIndexParallelArrays',
      `cannot index parallel arrays (index '${spec.name}')`,
    )
  }
  const elements = valuesOf(array)
  if (elements.length === 0)
    return expand(
      spec,
      reached.map((at) => (isOpenArray(at) ? emptied(at) : at)),
      keys,
    )
  for (const element of elements)
    expand(
      spec,
      reached.map((at) => (isOpenArray(at) ? enter(at, element) : at)),
      keys,
    )
}

function enter(at: Reach, element: Raw): Reach {
  if (at.rest.length === 0) return { value: element, rest: [], done: true }
  if (element.type !== T.object) return { value: null, rest: [], done: true }
  return descend({ value: element, rest: at.rest, done: false })
}

const EMPTY_ARRAY: Raw = { type: T.undefined, bytes: Buffer.alloc(0), start: 0, end: 0 }

function emptied(at: Reach): Reach {
  return { value: at.rest.length === 0 ? EMPTY_ARRAY : null, rest: [], done: true }
}

function keyAt(at: Reach): Buffer {
  if (at.value === null) return NULL_KEY
  return at.value === EMPTY_ARRAY ? UNDEFINED_KEY : keyOf(at.value)
}

function join(spec: IndexSpec, parts: Buffer[]): Buffer {
  if (parts.length === 1 && !spec.fields[0]?.descending) return parts[0] as Buffer
  return Buffer.concat(parts.map((part, i) => (spec.fields[i]?.descending ? inverted(part) : part)))
}

/** All bits flipped, so that larger values come first. */
export function inverted(key: Buffer): Buffer {
  const flipped = Buffer.allocUnsafe(key.length)
  for (let i = 0; i < key.length; i++) flipped[i] = ~(key[i] as number)
  return flipped
}

function distinct(keys: Buffer[]): Buffer[] {
  const seen = new Map(keys.map((key) => [key.toString('latin1'), key]))
  return [...seen.values()]
}
