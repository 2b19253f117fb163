import { encode, rawOf } from '../bson/codec.ts'
import { documentOf, fieldOf, T } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import { parseSort, sortKeyOf } from '../query/sort.ts'
import { inverted } from '../storage/index-keys.ts'
import { keyOf, NULL_KEY } from '../storage/key.ts'
import { type Holder, isHolder, ordered, wholeOf } from './value.ts'

const MODIFIERS = new Set(['$each', '$slice', '$sort', '$position'])

/** `$push` with its modifiers in MongoDB's order: put at the position, sort, cut. */
export function pushInto(array: unknown[], operand: unknown): unknown[] {
  if (!isHolder(operand) || !('$each' in operand)) return [...array, operand]
  const unknown = Object.keys(operand).find((name) => !MODIFIERS.has(name))
  if (unknown) throw new CommandFailure('BadValue', `Unrecognized clause in $push: ${unknown}`)
  const each = operand['$each']
  if (!Array.isArray(each))
    throw new CommandFailure('BadValue', 'The argument to $each in $push must be an array')
  const at = positionOf(operand, array.length)
  const joined = [...array.slice(0, at), ...each, ...array.slice(at)]
  return sliced(operand, sortedBy(operand, joined))
}

function positionOf(operand: Holder, length: number): number {
  if (!('$position' in operand)) return length
  const position = wholeOf(operand['$position'])
  if (position === null) throw new CommandFailure('BadValue', 'The value for $position must be an integer')
  return position < 0 ? Math.max(0, length + position) : Math.min(position, length)
}

function sliced(operand: Holder, array: unknown[]): unknown[] {
  if (!('$slice' in operand)) return array
  const slice = wholeOf(operand['$slice'])
  if (slice === null) throw new CommandFailure('BadValue', 'The value for $slice must be an integer')
  return slice < 0 ? array.slice(slice) : array.slice(0, slice)
}

const HELD = Buffer.from('v')

function sortedBy(operand: Holder, array: unknown[]): unknown[] {
  if (!('$sort' in operand)) return array
  const sort = operand['$sort']
  if (!isHolder(sort)) {
    const direction = wholeOf(sort)
    if (direction !== 1 && direction !== -1)
      throw new CommandFailure('BadValue', 'The $sort is invalid: use 1 or -1')
    return ordered(array, (value) => (direction === 1 ? keyOf(rawOf(value)) : inverted(keyOf(rawOf(value)))))
  }
  const fields = parseSort(documentOf(encode(sort)))
  return ordered(array, (value) => {
    const held = fieldOf(documentOf(encode({ v: value })), HELD)
    return held?.type === T.object ? sortKeyOf(fields, held) : NULL_KEY
  })
}
