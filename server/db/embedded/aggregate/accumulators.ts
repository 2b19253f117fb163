import { rawOf } from '../bson/codec.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import { keyOf } from '../storage/key.ts'
import { LEFT_OUT } from './left-out.ts'
import { type Expression, isObject, order, type Scope } from './values.ts'

/** Values of one group and field as they come in. */
export type Accumulator = { add(scope: Scope): void; result(): unknown }

const VALUES_MAX = 1_000_000

/** Makes accumulators of `{ <field>: { $sum: <expression> } }`. */
export function accumulatorOf(name: string, compute: Expression): () => Accumulator {
  const make = KINDS.get(name)
  if (!make) {
    if (LEFT_OUT.accumulators.has(name)) throw unsupported(`The accumulator ${name}`)
    throw new CommandFailure('Location15952', `unknown group operator '${name}'`)
  }
  return () => {
    const { add, result } = make()
    return { add: (scope) => add(compute(scope)), result }
  }
}

type State = { add(value: unknown): void; result(): unknown }

const KINDS: ReadonlyMap<string, () => State> = new Map([
  ['$sum', sum],
  ['$avg', average],
  ['$min', () => extreme(-1)],
  ['$max', () => extreme(1)],
  ['$first', first],
  ['$last', last],
  ['$push', push],
  ['$addToSet', addToSet],
  ['$mergeObjects', merge],
  ['$count', count],
])

/** A number for sums: what is no number counts as none; decimals and large integers are refused. */
function numeric(value: unknown): number | null {
  if (typeof value === 'number') return value
  if (
    typeof value === 'object' &&
    value !== null &&
    '_bsontype' in value &&
    (value._bsontype === 'Long' || value._bsontype === 'Decimal128')
  ) {
    throw unsupported('A sum of decimals or integers beyond 2^53')
  }
  return null
}

function sum(): State {
  let total = 0
  return {
    add: (value) => {
      total += numeric(value) ?? 0
    },
    result: () => total,
  }
}

function average(): State {
  let total = 0
  let n = 0
  return {
    add: (value) => {
      const number = numeric(value)
      if (number === null) return
      total += number
      n++
    },
    result: () => (n === 0 ? null : total / n),
  }
}

function extreme(sign: 1 | -1): State {
  let best: unknown = null
  return {
    add: (value) => {
      if (value === null || value === undefined) return
      if (best === null || order(value, best) === sign) best = value
    },
    result: () => best,
  }
}

function first(): State {
  let value: unknown
  let seen = false
  return {
    add: (next) => {
      if (!seen) value = next
      seen = true
    },
    result: () => value ?? null,
  }
}

function last(): State {
  let value: unknown
  return {
    add: (next) => {
      value = next
    },
    result: () => value ?? null,
  }
}

function push(): State {
  const values: unknown[] = []
  return {
    add: (value) => {
      if (value !== undefined) values.push(value)
      checkCount(values.length)
    },
    result: () => values,
  }
}

function addToSet(): State {
  const values = new Map<string, unknown>()
  return {
    add: (value) => {
      if (value !== undefined) values.set(keyOf(rawOf(value)).toString('latin1'), value)
      checkCount(values.size)
    },
    result: () => [...values.values()],
  }
}

function merge(): State {
  let merged = {}
  return {
    add: (value) => {
      if (value === null || value === undefined) return
      if (!isObject(value)) throw new CommandFailure('BadValue', '$mergeObjects requires object inputs')
      merged = { ...merged, ...value }
    },
    result: () => merged,
  }
}

function count(): State {
  let n = 0
  return {
    add: () => {
      n++
    },
    result: () => n,
  }
}

function checkCount(n: number): void {
  if (n > VALUES_MAX)
    throw new CommandFailure(
      'QueryExceededMemoryLimitNoDiskUseAllowed',
      `a group may collect ${VALUES_MAX} values`,
    )
}
