import { CommandFailure } from '../failure.ts'
import { type Change, KEEP, REMOVE } from './operators.ts'
import { type Holder, isHolder } from './value.ts'

const ARRAY_GROWTH_MAX = 1_500_000

/** A change at a path; `makes` says whether a path that is missing is made. */
export type PathChange = {
  readonly parts: readonly string[]
  readonly change: Change
  readonly makes: boolean
}

/** Applies one change to a decoded document. */
export function applyAt(document: Holder, { parts, change, makes }: PathChange): void {
  const path = parts.join('.')
  let holder: Holder | unknown[] = document
  for (const [i, part] of parts.slice(0, -1).entries()) {
    let next = child(holder, part)
    if (next === undefined || next === null) {
      if (next === null && makes) throw notViable(part, parts[i + 1])
      if (!makes) return
      next = {}
      put(holder, part, next)
    }
    if (!isHolder(next) && !Array.isArray(next)) {
      if (!makes) return
      throw notViable(part, parts[i + 1])
    }
    holder = next
  }
  applyTo(holder, parts[parts.length - 1] as string, change, path)
}

function applyTo(holder: Holder | unknown[], name: string, change: Change, path: string): void {
  const before = child(holder, name)
  const after = change(before, path)
  if (after === KEEP) return
  if (after === REMOVE) {
    remove(holder, name)
    return
  }
  put(holder, name, after)
}

function child(holder: Holder | unknown[], name: string): unknown {
  if (Array.isArray(holder)) return holder[positionIn(holder, name)]
  return Object.hasOwn(holder, name) ? holder[name] : undefined
}

function put(holder: Holder | unknown[], name: string, value: unknown): void {
  if (!Array.isArray(holder)) {
    holder[name] = value
    return
  }
  const position = positionIn(holder, name)
  if (position > holder.length + ARRAY_GROWTH_MAX)
    throw new CommandFailure('BadValue', `position ${position} is too far behind the end of the array`)
  while (holder.length < position) holder.push(null)
  holder[position] = value
}

/** An element that is removed by position leaves null, as in MongoDB. */
function remove(holder: Holder | unknown[], name: string): void {
  if (Array.isArray(holder)) holder[positionIn(holder, name)] = null
  else delete holder[name]
}

function positionIn(_array: unknown[], name: string): number {
  if (/^(?:0|[1-9]\d{0,8})$/.test(name)) return Number(name)
  throw new CommandFailure('PathNotViable', `Cannot create field '${name}' in an array`)
}

function notViable(part: string, next: string | undefined): CommandFailure {
  return new CommandFailure(
    'PathNotViable',
    `Cannot create field '${next}' in element {${part}}, which is no document`,
  )
}
