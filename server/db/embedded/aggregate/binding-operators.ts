import { CommandFailure } from '../failure.ts'
import { checkedName, type Expression, type Fields, isObject, isTruthy, order, type Scope } from './values.ts'

type Compile = (expression: unknown) => Expression
type Build = (operand: unknown, compile: Compile) => Expression

/** Operators that decide what they evaluate, or bind variables, or compare values. */
const BINDING: ReadonlyMap<string, Build> = new Map<string, Build>([
  [
    '$and',
    (operand, compile) =>
      logical(operand, compile, (parts, scope) => parts.every((part) => isTruthy(part(scope)))),
  ],
  [
    '$or',
    (operand, compile) =>
      logical(operand, compile, (parts, scope) => parts.some((part) => isTruthy(part(scope)))),
  ],
  ['$not', (operand, compile) => logical(operand, compile, (parts, scope) => !isTruthy(parts[0]?.(scope)))],
  ['$cond', cond],
  ['$ifNull', ifNull],
  ['$switch', switchOf],
  ['$let', letOf],
  ['$map', mapOf],
  ['$filter', filterOf],
  ['$reduce', reduceOf],
  ['$in', inOf],
  ['$getField', getField],
  ['$setField', setField],
  [
    '$unsetField',
    (operand, compile) =>
      setField({ ...given(operand, '$unsetField', 'field', 'input'), value: '$$REMOVE' }, compile),
  ],
  ['$min', (operand, compile) => extreme(operand, compile, -1)],
  ['$max', (operand, compile) => extreme(operand, compile, 1)],
])

export function isBinding(name: string): boolean {
  return BINDING.has(name)
}

export function binding(name: string, operand: unknown, compile: Compile): Expression {
  const build = BINDING.get(name)
  if (!build) throw new TypeError(`no such operator: ${name}`)
  return build(operand, compile)
}

function list(operand: unknown): unknown[] {
  return Array.isArray(operand) ? operand : [operand]
}

function logical(
  operand: unknown,
  compile: Compile,
  test: (parts: Expression[], scope: Scope) => boolean,
): Expression {
  const parts = list(operand).map(compile)
  return (scope) => test(parts, scope)
}

function given(operand: unknown, name: string, ...needed: string[]): Fields {
  if (isObject(operand) && needed.every((field) => Object.hasOwn(operand, field))) return operand
  throw new CommandFailure('FailedToParse', `${name} needs ${needed.map((field) => `'${field}'`).join(', ')}`)
}

function cond(operand: unknown, compile: Compile): Expression {
  const parts = Array.isArray(operand)
    ? operand
    : Object.values(pick(given(operand, '$cond', 'if', 'then', 'else')))
  if (parts.length !== 3) throw new CommandFailure('BadValue', 'Expression $cond takes exactly 3 arguments')
  const [test, yes, no] = parts.map(compile) as [Expression, Expression, Expression]
  return (scope) => (isTruthy(test(scope)) ? yes(scope) : no(scope))
}

function pick(operand: Fields): unknown[] {
  return [operand['if'], operand['then'], operand['else']]
}

function ifNull(operand: unknown, compile: Compile): Expression {
  const parts = list(operand).map(compile)
  return (scope) => {
    let value: unknown
    for (const part of parts) {
      value = part(scope)
      if (value !== null && value !== undefined) return value
    }
    return value
  }
}

function switchOf(operand: unknown, compile: Compile): Expression {
  const { branches, default: otherwise } = given(operand, '$switch', 'branches')
  const cases = list(branches).map((branch) => {
    const fields = given(branch, '$switch', 'case', 'then')
    return { test: compile(fields['case']), result: compile(fields['then']) }
  })
  const last = otherwise === undefined ? null : compile(otherwise)
  return (scope) => {
    const hit = cases.find((one) => isTruthy(one.test(scope)))
    if (hit) return hit.result(scope)
    if (!last)
      throw new CommandFailure(
        'BadValue',
        '$switch could not find a matching branch for an input, and no default was specified',
      )
    return last(scope)
  }
}

function letOf(operand: unknown, compile: Compile): Expression {
  const { vars, in: inner } = given(operand, '$let', 'vars', 'in')
  const bound = Object.entries(isObject(vars) ? vars : {}).map(
    ([name, value]) => [checkedName(name), compile(value)] as const,
  )
  const result = compile(inner)
  return (scope) =>
    result({ ...scope, ...Object.fromEntries(bound.map(([name, value]) => [name, value(scope)])) })
}

function arrayIn(value: unknown, name: string): unknown[] | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value
  throw new CommandFailure('BadValue', `input to ${name} must be an array`)
}

function mapOf(operand: unknown, compile: Compile): Expression {
  const { input, as = 'this', in: inner } = given(operand, '$map', 'input', 'in')
  const [array, each, name] = [compile(input), compile(inner), checkedName(String(as))]
  return (scope) =>
    arrayIn(array(scope), '$map')?.map((one) => each({ ...scope, [name]: one }) ?? null) ?? null
}

function filterOf(operand: unknown, compile: Compile): Expression {
  const { input, as = 'this', cond: test, limit = null } = given(operand, '$filter', 'input', 'cond')
  const [array, keep, most, name] = [compile(input), compile(test), compile(limit), checkedName(String(as))]
  return (scope) => {
    const kept = arrayIn(array(scope), '$filter')?.filter((one) => isTruthy(keep({ ...scope, [name]: one })))
    const count = most(scope)
    return kept ? kept.slice(0, typeof count === 'number' ? count : undefined) : null
  }
}

function reduceOf(operand: unknown, compile: Compile): Expression {
  const { input, initialValue, in: inner } = given(operand, '$reduce', 'input', 'initialValue', 'in')
  const [array, start, step] = [compile(input), compile(initialValue), compile(inner)]
  return (scope) =>
    arrayIn(array(scope), '$reduce')?.reduce(
      (value, one) => step({ ...scope, value, this: one }),
      start(scope),
    ) ?? null
}

function inOf(operand: unknown, compile: Compile): Expression {
  const [value, array, ...more] = list(operand).map(compile)
  if (!value || !array || more.length > 0)
    throw new CommandFailure('BadValue', 'Expression $in takes exactly 2 arguments')
  return (scope) => {
    const within = arrayIn(array(scope), '$in')
    if (!within) throw new CommandFailure('BadValue', '$in requires an array as a second argument')
    const wanted = value(scope)
    return within.some((one) => order(one, wanted) === 0)
  }
}

/** The name of a field as it is, with dots and dollar signs; `__proto__` is no field that an expression may use. */
function nameIn(field: unknown, compile: Compile): string {
  const name = compile(field)({})
  if (typeof name !== 'string' || name === '__proto__')
    throw new CommandFailure('BadValue', "'field' must be a constant text")
  return name
}

function getField(operand: unknown, compile: Compile): Expression {
  const { field, input = '$$CURRENT' } =
    isObject(operand) && 'field' in operand ? operand : { field: operand }
  const [name, from] = [nameIn(field, compile), compile(input)]
  return (scope) => {
    const value = from(scope)
    return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
}

function setField(operand: unknown, compile: Compile): Expression {
  const { field, input, value } = given(operand, '$setField', 'field', 'input', 'value')
  const [name, into, compute] = [nameIn(field, compile), compile(input), compile(value)]
  return (scope) => {
    const holder = into(scope)
    if (holder === null || holder === undefined) return null
    if (!isObject(holder)) throw new CommandFailure('BadValue', '$setField requires input to be an object')
    const { [name]: _before, ...rest } = holder
    const next = compute(scope)
    if (next === undefined) return rest
    return Object.hasOwn(holder, name) ? { ...holder, [name]: next } : { ...rest, [name]: next }
  }
}

function extreme(operand: unknown, compile: Compile, sign: 1 | -1): Expression {
  const parts = list(operand).map(compile)
  return (scope) => {
    const values = parts.map((part) => part(scope))
    const only = values.length === 1 ? values[0] : values
    const known = list(only).filter((value) => value !== null && value !== undefined)
    return known.length === 0
      ? null
      : known.reduce((best, value) => (order(value, best) === sign ? value : best))
  }
}
