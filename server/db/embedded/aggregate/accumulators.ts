import { rawOf } from '../bson/codec.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import { keyOf } from '../storage/key.ts'
import { LEFT_OUT } from './left-out.ts'
import { Total } from './total.ts'
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

function sum(): State {
  const total = new Total()
  return { add: (value) => void total.add(value), result: () => total.sum }
}

function average(): State {
  const total = new Total()
  let n = 0
  return {
    add: (value) => {
      if (total.add(value)) n++
    },
    result: () => (n === 0 ? null : total.sum / n),
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
