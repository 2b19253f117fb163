import { exactOf } from '../bson/codec.ts'
import { entriesOf, firstName, type Raw, T } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import { OPERATORS } from './operators.ts'
import { isPlace } from './positions.ts'

/** One entry of an update: `$inc: { 'a.b': 1 }`. */
export type Assignment = {
  readonly operator: string
  readonly parts: readonly string[]
  readonly operand: unknown
}

const PATH_PARTS_MAX = 100

/** True for `{ $set: … }`, false for a document that replaces the whole. */
export function hasOperators(update: Raw): boolean {
  return firstName(update)?.startsWith('$') === true
}

/** The assignments of an update in the order in which MongoDB makes new fields: by path, numbers as numbers. */
export function parseAssignments(update: Raw): Assignment[] {
  const found: Assignment[] = []
  for (const [operator, fields] of entriesOf(update)) {
    if (!OPERATORS.has(operator)) {
      throw new CommandFailure(
        'FailedToParse',
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      )
    }
    if (fields.type !== T.object)
      throw new CommandFailure(
        'FailedToParse',
        `Modifiers operate on fields but we found another type for ${operator}`,
      )
    for (const [path, operand] of entriesOf(fields))
      found.push({ operator, parts: partsOf(path), operand: exactOf(operand) ?? null })
  }
  refuseConflicts(found)
  return found.sort((a, b) => compareParts(a.parts, b.parts))
}

/** Names that would reach an object's prototype, or that no document may have, are refused. */
export function partsOf(path: string): string[] {
  const parts = path.split('.')
  if (parts.length > PATH_PARTS_MAX)
    throw new CommandFailure('Overflow', `a path may have ${PATH_PARTS_MAX} parts`)
  for (const [i, part] of parts.entries()) {
    if (part === '')
      throw new CommandFailure(
        'BadValue',
        `The update path '${path}' contains an empty field name, which is not allowed.`,
      )
    if (part === '__proto__')
      throw new CommandFailure(
        'BadValue',
        `The update path '${path}' contains the field name __proto__, which is not allowed.`,
      )
    if (mustBePlace(part) && (i === 0 || !isPlace(part))) {
      throw new CommandFailure(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${part}' in '${path}' is not allowed in the context of an update.`,
      )
    }
  }
  return parts
}

/** Since MongoDB 5.0 a field's name may begin with `$`, but not be `$` or look like `$[name]`. */
function mustBePlace(part: string): boolean {
  return part === '$' || part.startsWith('$[')
}

function refuseConflicts(assignments: readonly Assignment[]): void {
  const paths = new Set<string>()
  for (const { parts, operator, operand } of assignments) {
    claim(paths, parts)
    if (operator === '$rename') claim(paths, partsOf(String(operand)))
  }
  for (const path of paths) {
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      if (paths.has(path.slice(0, dot))) throw conflict(path, path.slice(0, dot))
    }
  }
}

function claim(paths: Set<string>, parts: readonly string[]): void {
  const path = parts.join('.')
  if (paths.has(path)) throw conflict(path, path)
  paths.add(path)
}

function conflict(path: string, other: string): CommandFailure {
  return new CommandFailure(
    'ConflictingUpdateOperators',
    `Updating the path '${path}' would create a conflict at '${other}'`,
  )
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i]
    if (other === undefined) return 1
    if (part === other) continue
    const numeric = /^\d+$/.test(part) && /^\d+$/.test(other)
    if (numeric) return Number(part) - Number(other)
    return part < other ? -1 : 1
  }
  return a.length - b.length
}
