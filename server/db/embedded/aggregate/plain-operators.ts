import { BSONValue } from 'bson'
import { Context } from 'mingo/core'
import * as operators from 'mingo/operators/expression'
import { CommandFailure, unsupported } from '../failure.ts'
import { type Expression, isObject } from './values.ts'

/**
 * Operators that are functions of their arguments alone are taken from mingo: arguments are evaluated here and handed
 * over as literals, so that mingo reads no field, compares no BSON value and follows no path. Its $regexFindAll (which
 * does not end on empty matches), its set operators and its comparisons are left out.
 */
const ARITHMETIC = [
  '$abs',
  '$add',
  '$ceil',
  '$divide',
  '$exp',
  '$floor',
  '$ln',
  '$log',
  '$log10',
  '$mod',
  '$multiply',
  '$pow',
  '$round',
  '$sqrt',
  '$subtract',
  '$trunc',
] as const
const ARRAYS = [
  '$arrayElemAt',
  '$arrayToObject',
  '$concatArrays',
  '$first',
  '$last',
  '$isArray',
  '$range',
  '$reverseArray',
  '$size',
  '$slice',
] as const
const STRINGS = [
  '$concat',
  '$split',
  '$strLenBytes',
  '$strLenCP',
  '$strcasecmp',
  '$substr',
  '$substrBytes',
  '$substrCP',
  '$toLower',
  '$toUpper',
  '$trim',
  '$ltrim',
  '$rtrim',
  '$replaceAll',
  '$replaceOne',
  '$regexMatch',
] as const
const DATES = [
  '$dateAdd',
  '$dateDiff',
  '$dateFromParts',
  '$dateSubtract',
  '$dateToParts',
  '$dateToString',
  '$dateTrunc',
  '$dayOfMonth',
  '$dayOfWeek',
  '$dayOfYear',
  '$hour',
  '$isoDayOfWeek',
  '$isoWeek',
  '$isoWeekYear',
  '$millisecond',
  '$minute',
  '$month',
  '$second',
  '$week',
  '$year',
] as const
const OTHERS = [
  '$mergeObjects',
  '$objectToArray',
  '$toBool',
  '$toDate',
  '$toDouble',
  '$toInt',
  '$toLong',
  '$toString',
] as const

const ALLOWED: ReadonlySet<string> = new Set([...ARITHMETIC, ...ARRAYS, ...STRINGS, ...DATES, ...OTHERS])
const NUMERIC: ReadonlySet<string> = new Set([...ARITHMETIC, '$toInt', '$toLong', '$toDouble'])
/** Arithmetic that gives an integer for integers. */
const WIDENING: ReadonlySet<string> = new Set(['$add', '$subtract', '$multiply', '$pow'])
const RANGE_MAX = 1_000_000

type Operator = (document: object, operand: never, options: never) => unknown
const LIBRARY = operators as unknown as { readonly [name: string]: Operator }
const LITERAL = LIBRARY['$literal'] as Operator
const OPTIONS = {
  idKey: '_id',
  scriptEnabled: false,
  context: Context.init({ expression: { $literal: LITERAL as never } }),
}

export function isPlain(name: string): boolean {
  return ALLOWED.has(name)
}

export function plain(
  name: string,
  operand: unknown,
  compile: (expression: unknown) => Expression,
): Expression {
  const run = LIBRARY[name] as Operator
  const evaluate = argumentsOf(operand, compile)
  return (scope) => {
    const { literal, values } = evaluate(scope)
    check(name, values)
    const result = attempt(name, () => run({}, literal as never, OPTIONS as never))
    if (isRounded(name, result, values)) throw unsupported(`${name} with a result beyond 2^53`)
    return result
  }
}

function attempt(name: string, work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    throw new CommandFailure('BadValue', `${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Integers whose result MongoDB keeps as a 64-bit integer, and a double only comes near. */
function isRounded(name: string, result: unknown, values: unknown[]): boolean {
  return (
    WIDENING.has(name) &&
    Number.isInteger(result) &&
    !Number.isSafeInteger(result) &&
    values.flat().every((value) => Number.isSafeInteger(value))
  )
}

type Evaluated = { literal: unknown; values: unknown[] }

/** One argument, a list of them, or named ones: each evaluated and wrapped as a literal. */
function argumentsOf(
  operand: unknown,
  compile: (expression: unknown) => Expression,
): (scope: Parameters<Expression>[0]) => Evaluated {
  const literal = (value: unknown): unknown => ({ $literal: value ?? null })
  if (Array.isArray(operand)) {
    const parts = operand.map(compile)
    return (scope) => {
      const values = parts.map((part) => part(scope))
      return { literal: values.map(literal), values }
    }
  }
  const names = isObject(operand) ? Object.keys(operand) : []
  if (isObject(operand) && names.length > 0 && !names[0]?.startsWith('$')) {
    const parts = Object.entries(operand).map(([name, part]) => [name, compile(part)] as const)
    return (scope) => {
      const values = parts.map(([name, part]) => [name, part(scope)] as const)
      return {
        literal: Object.fromEntries(values.map(([name, value]) => [name, literal(value)])),
        values: values.map(([, value]) => value),
      }
    }
  }
  const part = compile(operand)
  return (scope) => {
    const value = part(scope)
    return { literal: literal(value), values: [value] }
  }
}

function check(name: string, values: unknown[]): void {
  if (NUMERIC.has(name) && values.some((value) => value instanceof BSONValue))
    throw unsupported(`${name} on decimals or integers beyond 2^53`)
  if (name === '$range' && values.some((value) => Math.abs(Number(value)) > RANGE_MAX))
    throw unsupported(`$range beyond ${RANGE_MAX}`)
}
