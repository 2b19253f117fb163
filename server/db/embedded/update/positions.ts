import { encode } from '../bson/codec.ts'
import { documentOf, entriesOf, type Raw, T, valuesOf } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import { compileFilter, type Filter } from '../query/filter.ts'
import { matchedPosition } from '../query/positional.ts'
import { type Holder, isHolder } from './value.ts'

/** What stands behind `$`, `$[]` and `$[name]` in the paths of one update. */
export type Places = {
  /** Tests of `arrayFilters`, by name: elements are wrapped as { name: element }. */
  readonly filters: ReadonlyMap<string, Filter>
  /** The query that found the document: gives the element that `$` stands for. */
  readonly query: Filter
}

export function parseArrayFilters(list: Raw | undefined): Map<string, Filter> {
  const filters = new Map<string, Filter>()
  if (!list) return filters
  if (list.type !== T.array) throw new CommandFailure('TypeMismatch', 'arrayFilters must be an array')
  for (const clause of valuesOf(list)) {
    const names = new Set(namesIn(clause))
    const [name, ...more] = names
    if (name === undefined || more.length > 0)
      throw new CommandFailure('FailedToParse', 'each array filter must use exactly one identifier')
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name))
      throw new CommandFailure('BadValue', `The array filter identifier '${name}' is not valid`)
    if (filters.has(name))
      throw new CommandFailure(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${name}`,
      )
    filters.set(name, compileFilter(clause))
  }
  return filters
}

function namesIn(clause: Raw): string[] {
  return entriesOf(clause).flatMap(([name, value]) => {
    if (!name.startsWith('$')) return [name.split('.')[0] ?? '']
    return value.type === T.array ? valuesOf(value).flatMap(namesIn) : []
  })
}

/** Whether a part of a path stands for elements of an array: `$`, `$[]` or `$[name]`. */
export function isPlace(part: string): boolean {
  return part === '$' || /^\$\[[a-zA-Z0-9]*\]$/.test(part)
}

/** The plain paths that a path with `$`, `$[]` or `$[name]` stands for in a document. */
export function placesOf(parts: readonly string[], document: Holder, places: Places): string[][] {
  if (!parts.some(isPlace)) return [[...parts]]
  let reached: { path: string[]; value: unknown }[] = [{ path: [], value: document }]
  for (const part of parts) reached = reached.flatMap((at) => step(at, part, document, places))
  return reached.map((at) => at.path)
}

type Reach = { path: string[]; value: unknown }

function step(at: Reach, part: string, document: Holder, places: Places): Reach[] {
  if (!isPlace(part)) return [{ path: [...at.path, part], value: childOf(at.value, part) }]
  const elements = at.value
  if (!Array.isArray(elements)) {
    throw new CommandFailure(
      'BadValue',
      `The path '${at.path.join('.')}' must exist and hold an array to apply ${part} to it`,
    )
  }
  const to = (i: number): Reach => ({ path: [...at.path, String(i)], value: elements[i] })
  if (part === '$') return [to(positionIn(at.path.join('.'), document, places.query))]
  if (part === '$[]') return elements.map((_, i) => to(i))
  const name = part.slice(2, -1)
  const filter = places.filters.get(name)
  if (!filter) throw new CommandFailure('BadValue', `No array filter found for identifier '${name}'`)
  return elements.flatMap((element: unknown, i) =>
    filter.matches(documentOf(encode({ [name]: element }))) ? [to(i)] : [],
  )
}

function childOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value[Number(name)]
  return isHolder(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function positionIn(path: string, document: Holder, query: Filter): number {
  const position = matchedPosition(path, documentOf(encode(document)), query)
  if (position !== null) return position
  throw new CommandFailure(
    'BadValue',
    'The positional operator did not find the match needed from the query.',
  )
}
