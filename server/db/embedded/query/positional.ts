import { encode, exactOf } from '../bson/codec.ts'
import { documentOf, fieldOf, type Raw, T, valuesOf } from '../bson/raw.ts'
import type { Filter } from './filter.ts'

/**
 * The element that `$` stands for: the first one with which the query's conditions on its array still hold when it is
 * the array's only one. Null where the query has no condition on the array, or none of its elements is enough alone.
 */
export function matchedPosition(path: string, document: Raw, query: Filter): number | null {
  const conditions = query.conditions.filter((one) => one.field === path || one.field.startsWith(`${path}.`))
  const parts = path.split('.')
  let array: Raw | null = document
  for (const part of parts) array = array && fieldOf(array, Buffer.from(part))
  if (conditions.length === 0 || array?.type !== T.array) return null
  const position = valuesOf(array).findIndex((element) => {
    const alone = nested(parts, exactOf(element))
    return conditions.every((condition) => condition.matches(alone))
  })
  return position < 0 ? null : position
}

/** A document whose only content is the array at the path with one element. */
function nested(parts: readonly string[], element: unknown): Raw {
  const inner = parts.reduceRight<unknown>((value, part) => ({ [part]: value }), [element])
  return documentOf(encode(inner as { [name: string]: unknown }))
}
