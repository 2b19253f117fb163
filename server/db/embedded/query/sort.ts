import { entriesOf, numberOf, type Raw, someValue, T } from '../bson/raw.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import { inverted } from '../storage/index-keys.ts'
import { keyOf, NULL_KEY, UNDEFINED_KEY } from '../storage/key.ts'
import { type Path, pathOf, someAt } from './path.ts'

export type SortField = { readonly name: string; readonly path: Path; readonly descending: boolean }

const FIELDS_MAX = 32

export function parseSort(sort: Raw | undefined): SortField[] {
  if (!sort || sort.type === T.null) return []
  if (sort.type !== T.object) throw new CommandFailure('TypeMismatch', 'sort must be an object')
  const fields = entriesOf(sort).map(([name, direction]) => {
    if (direction.type === T.object) throw unsupported('A sort by $meta')
    const value = numberOf(direction)
    if (value !== 1 && value !== -1)
      throw new CommandFailure('BadValue', `Illegal key in sort: ${name}; the direction is 1 or -1`)
    if (name === '$natural') throw unsupported('A sort by $natural')
    return { name, path: pathOf(name), descending: value < 0 }
  })
  if (fields.length > FIELDS_MAX)
    throw new CommandFailure('BadValue', `too many sort keys; the most is ${FIELDS_MAX}`)
  return fields
}

/** Bytes that order documents as the sort does: of an array the least element counts, or the greatest when descending. */
export function sortKeyOf(fields: readonly SortField[], document: Raw): Buffer {
  const parts = fields.map((field) => {
    const key = extreme(field, document)
    return field.descending ? inverted(key) : key
  })
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
}

function extreme(field: SortField, document: Raw): Buffer {
  let best: Buffer | null = null
  const offer = (key: Buffer): void => {
    if (best === null || (field.descending ? key.compare(best) > 0 : key.compare(best) < 0)) best = key
  }
  someAt(document, field.path, (value) => {
    if (value?.type !== T.array) offer(value === null ? NULL_KEY : keyOf(value))
    else if (value.end - value.start <= 5) offer(UNDEFINED_KEY)
    else {
      someValue(value, (element) => {
        offer(keyOf(element))
        return false
      })
    }
    return false
  })
  return best ?? NULL_KEY
}
