import { firstName, type Raw, T, valuesOf } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import type { Collection, Index } from '../storage/catalog.ts'
import { inverted } from '../storage/index-keys.ts'
import { type IndexField, isIndexNamed } from '../storage/index-spec.ts'
import { keyOf, RANK, rankOf } from '../storage/key.ts'
import type { Condition, Filter } from './filter.ts'
import type { SortField } from './sort.ts'

/** Keys from `from` (inside) to `to` (outside). */
export type KeyRange = { readonly from: Buffer; readonly to: Buffer }

/** How the candidates of a query are found. */
export type Plan = {
  /** Null reads the whole collection in the order of insertion. */
  readonly index: Index | null
  readonly ranges: readonly KeyRange[]
  readonly reverse: boolean
  /** Every candidate matches: the filter need not be asked again. */
  readonly exact: boolean
  /** Candidates come in the order asked for. */
  readonly sorted: boolean
  /** True when each range is one whole key of a unique index: at most one document each. */
  readonly points: boolean
}

const RANGES_MAX = 10_000
const ABOVE_ALL = Buffer.of(0xff)
const NOTHING = Buffer.alloc(0)

export type Wanted = {
  readonly filter: Filter
  readonly sort: readonly SortField[]
  readonly hint?: Raw | undefined
}

/** The best plan for a filter and an order: equality counts most, then ranges, then an order that comes for free. */
export function planOf(collection: Collection, { filter, sort, hint }: Wanted): Plan {
  const whole = wholeCollection(filter, sort)
  if (hint) return hintedPlan(collection, { filter, sort, hint }) ?? whole
  let best = whole
  let bestScore = 0
  for (const index of collection.indexes) {
    if (sort.length === 0 && !isAsked(filter, index.spec.fields[0])) continue
    const candidate = planWith(index, filter, sort)
    if (!candidate || candidate.score <= bestScore) continue
    best = candidate.plan
    bestScore = candidate.score
  }
  return best
}

function isAsked(filter: Filter, field: IndexField | undefined): boolean {
  return filter.conditions.some((condition) => condition.field === field?.name)
}

function wholeCollection(filter: Filter, sort: readonly SortField[]): Plan {
  const exact = simple(filter) && filter.conditions.length === 0
  return { index: null, ranges: [], reverse: false, exact, sorted: sort.length === 0, points: false }
}

/** The plan on the index that the client names; null where it names the natural order. */
function hintedPlan(collection: Collection, { filter, sort, hint }: Wanted & { hint: Raw }): Plan | null {
  if (hint.type === T.object && firstName(hint) === '$natural') return null
  const index = collection.indexes.find(({ spec }) => isIndexNamed(spec, hint))
  if (!index)
    throw new CommandFailure(
      'BadValue',
      'error processing query: planner returned error: hint provided does not correspond to an existing index',
    )
  const { plan } = planWith(index, filter, sort, true) ?? {}
  return plan ?? null
}

function simple(filter: Filter): boolean {
  return !filter.rest
}

type Bounds = {
  ranges: KeyRange[]
  used: Set<Condition>
  equal: Set<string>
  equalities: number
  ranged: boolean
  exact: boolean
}

function planWith(
  index: Index,
  filter: Filter,
  sort: readonly SortField[],
  hinted = false,
): { plan: Plan; score: number } | null {
  const { spec } = index
  if (spec.partial && !hinted && !implies(filter, spec.partial)) return null
  const bounds = boundsOf(index, filter)
  const unbounded = bounds.equalities === 0 && !bounds.ranged
  if (spec.sparse && unbounded && !hinted) return null
  const order = index.multikey || bounds.ranges.length > 1 ? null : orderOf(spec.fields, bounds.equal, sort)
  if (unbounded && !hinted && (order === null || sort.length === 0)) return null
  const whole = bounds.equalities === spec.fields.length
  const exact =
    bounds.exact && !index.multikey && simple(filter) && bounds.used.size === filter.conditions.length
  const sorted = sort.length === 0 || order !== null
  const points = whole && spec.unique
  const score =
    (points ? 1_000 : 0) +
    bounds.equalities * 10 +
    (bounds.ranged ? 5 : 0) +
    (sorted && sort.length > 0 ? 4 : 0) +
    (unbounded ? 0 : 1)
  return {
    plan: { index, ranges: bounds.ranges, reverse: order === 'reverse', exact, sorted, points },
    score,
  }
}

function boundsOf(index: Index, filter: Filter): Bounds {
  const { fields, sparse } = index.spec
  const bounds: Bounds = {
    ranges: [{ from: NOTHING, to: ABOVE_ALL }],
    used: new Set(),
    equal: new Set(),
    equalities: 0,
    ranged: false,
    exact: true,
  }
  const deep = index.multikey && !distinctRoots(fields)
  let prefixes: Buffer[] = [NOTHING]
  for (const field of fields.slice(0, deep ? 1 : fields.length)) {
    const conditions = filter.conditions.filter((condition) => condition.field === field.name)
    const equality = conditions.find((condition) => isEquality(condition, sparse))
    if (!equality) {
      addRange(bounds, prefixes, field, conditions, index.multikey)
      return bounds
    }
    const keys = equalityKeys(equality, field)
    if (prefixes.length * keys.length > RANGES_MAX) return bounds
    prefixes = prefixes.flatMap((prefix) =>
      keys.map((key) => (prefix.length === 0 ? key : Buffer.concat([prefix, key]))),
    )
    bounds.used.add(equality)
    bounds.equalities++
    if (keys.length === 1) bounds.equal.add(field.name)
    if (hasNull(equality)) bounds.exact = false
    bounds.ranges = prefixes.map((prefix) => ({ from: prefix, to: Buffer.concat([prefix, ABOVE_ALL]) }))
  }
  return bounds
}

/** Fields of a multikey index that start alike may take their keys from different elements of one array. */
function distinctRoots(fields: readonly IndexField[]): boolean {
  return new Set(fields.map((field) => field.path[0]?.text)).size === fields.length
}

function isEquality(condition: Condition, sparse: boolean): boolean {
  if (condition.op === 'eq')
    return hasKey(condition.operand) && !(sparse && condition.operand.type === T.null)
  if (condition.op !== 'in' || condition.operand.type !== T.array) return false
  const values = valuesOf(condition.operand)
  return (
    values.length <= RANGES_MAX &&
    values.every((value) => hasKey(value) && !(sparse && value.type === T.null))
  )
}

/** Whole arrays are not in an index, and a pattern stands for many values. */
function hasKey(value: Raw): boolean {
  return value.type !== T.array && value.type !== T.regex && value.type !== T.undefined
}

function hasNull(condition: Condition): boolean {
  if (condition.op === 'eq') return condition.operand.type === T.null
  return valuesOf(condition.operand).some((value) => value.type === T.null)
}

function equalityKeys(condition: Condition, field: IndexField): Buffer[] {
  if (condition.op === 'eq') {
    const key = keyOf(condition.operand)
    return [field.descending ? inverted(key) : key]
  }
  const values = valuesOf(condition.operand)
  const keys = new Map(values.map(keyOf).map((key) => [key.toString('latin1'), key]))
  const sorted = [...keys.values()].sort(Buffer.compare)
  return field.descending ? sorted.reverse().map(inverted) : sorted
}

/** A place between keys: before or after all keys that begin with these bytes. */
type Cut = { readonly bytes: Buffer; readonly after: boolean }

const LOWEST_NUMBER = Buffer.of(RANK.number, 0, 0, 0, 0, 0, 0, 0, 1)

function addRange(
  bounds: Bounds,
  prefixes: Buffer[],
  field: IndexField,
  conditions: Condition[],
  multikey: boolean,
): void {
  const lower = conditions.find((one) => (one.op === 'gt' || one.op === 'gte') && isRangeable(one.operand))
  const above = conditions.find((one) => (one.op === 'lt' || one.op === 'lte') && isRangeable(one.operand))
  const upper =
    lower && above && (multikey || rankOf(lower.operand.type) !== rankOf(above.operand.type))
      ? undefined
      : above
  const operand = (lower ?? upper)?.operand
  if (!operand) return
  const rank = rankOf(operand.type)
  const least = rank === RANK.number ? LOWEST_NUMBER : Buffer.of(rank)
  const from: Cut = lower
    ? { bytes: keyOf(lower.operand), after: lower.op === 'gt' }
    : { bytes: least, after: false }
  const to: Cut = upper
    ? { bytes: keyOf(upper.operand), after: upper.op === 'lte' }
    : { bytes: Buffer.of(rank), after: true }
  const [low, high] = field.descending ? [flipped(to), flipped(from)] : [from, to]
  bounds.ranges = prefixes.map((prefix) => ({ from: placed(prefix, low), to: placed(prefix, high) }))
  bounds.ranged = true
  if (lower) bounds.used.add(lower)
  if (upper) bounds.used.add(upper)
}

function isRangeable(value: Raw): boolean {
  if (value.type === T.double) return !Number.isNaN(value.bytes.readDoubleLE(value.start))
  return hasKey(value) && value.type !== T.null && value.type !== T.minKey && value.type !== T.maxKey
}

function flipped(cut: Cut): Cut {
  return { bytes: inverted(cut.bytes), after: !cut.after }
}

function placed(prefix: Buffer, cut: Cut): Buffer {
  return cut.after ? Buffer.concat([prefix, cut.bytes, ABOVE_ALL]) : Buffer.concat([prefix, cut.bytes])
}

/** Whether the index gives the order asked for once fields held equal are left out. */
function orderOf(
  fields: readonly IndexField[],
  equal: ReadonlySet<string>,
  sort: readonly SortField[],
): 'forward' | 'reverse' | null {
  const wanted = sort.filter((field) => !equal.has(field.name))
  const given = fields.filter((field) => !equal.has(field.name))
  let direction: boolean | null = null
  for (const [i, field] of wanted.entries()) {
    const from = given[i]
    if (!from || from.name !== field.name) return null
    const reverse = from.descending !== field.descending
    if (direction !== null && direction !== reverse) return null
    direction = reverse
  }
  return direction ? 'reverse' : 'forward'
}

/** The filter asks for at least what a partial index asks for: the same condition, or any value where one must exist. */
function implies(filter: Filter, partial: Filter): boolean {
  if (partial.rest) return false
  return partial.conditions.every((needed) =>
    filter.conditions.some((given) => given.field === needed.field && entails(given, needed)),
  )
}

function entails(given: Condition, needed: Condition): boolean {
  const sameOperand = (): boolean => keyOf(given.operand).equals(keyOf(needed.operand))
  if (given.op === needed.op && sameOperand()) return true
  if (needed.op === 'exists')
    return (
      isTrue(needed.operand) &&
      (given.op === 'eq' || given.op === 'gt' || given.op === 'lt') &&
      given.operand.type !== T.null
    )
  if (needed.op === 'in' && given.op === 'eq')
    return valuesOf(needed.operand).some((value) => keyOf(value).equals(keyOf(given.operand)))
  if (needed.op === 'type' && given.op === 'eq')
    return given.operand.type === T.string && keyOf(needed.operand).includes('string')
  return false
}

function isTrue(value: Raw): boolean {
  return value.type === T.bool && value.bytes[value.start] === 1
}
