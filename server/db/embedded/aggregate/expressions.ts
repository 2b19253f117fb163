import { CommandFailure, unsupported } from '../failure.ts'
import { binding, isBinding } from './binding-operators.ts'
import { LEFT_OUT } from './left-out.ts'
import { isPlain, plain } from './plain-operators.ts'
import { checkedName, type Expression, type Fields, isObject, order, type Scope } from './values.ts'

const DEPTH_MAX = 100

/** Compiles an aggregation expression; field paths are read as MongoDB does, operators outside the list are refused. */
export function compileExpressionTree(expression: unknown, depth = 0): Expression {
  if (depth > DEPTH_MAX)
    throw new CommandFailure('Overflow', `expressions may be nested ${DEPTH_MAX} levels deep`)
  if (typeof expression === 'string' && expression.startsWith('$')) return fieldPath(expression)
  if (Array.isArray(expression)) {
    const parts = expression.map((part) => compileExpressionTree(part, depth + 1))
    return (scope) => parts.map((part) => part(scope) ?? null)
  }
  if (!isObject(expression)) return () => expression
  const names = Object.keys(expression)
  const first = names[0]
  if (!first?.startsWith('$')) return objectOf(expression, depth)
  if (names.length > 1)
    throw new CommandFailure('FailedToParse', 'an expression must have exactly one operator')
  return operation(first, expression[first], depth)
}

/** The same for a document, with the command's variables (NOW and those of its `let`). */
export function expressionOf(expression: unknown, variables: Scope): (document: Fields) => unknown {
  const compute = compileExpressionTree(expression)
  return (document) => compute({ ...variables, ROOT: document, CURRENT: document })
}

function objectOf(expression: Fields, depth: number): Expression {
  const parts = Object.entries(expression).map(
    ([name, value]) => [checkedName(name), compileExpressionTree(value, depth + 1)] as const,
  )
  return (scope) => {
    const made: Record<string, unknown> = {}
    for (const [name, part] of parts) {
      const value = part(scope)
      if (value !== undefined) made[name] = value
    }
    return made
  }
}

function operation(name: string, operand: unknown, depth: number): Expression {
  if (name === '$literal') return () => operand
  const compile = (expression: unknown): Expression => compileExpressionTree(expression, depth + 1)
  if (isBinding(name)) return binding(name, operand, compile)
  const compare = COMPARISONS.get(name)
  if (compare) {
    const [a, b] = pair(name, operand).map(compile) as [Expression, Expression]
    return (scope) => compare(order(a(scope), b(scope)))
  }
  if (isPlain(name)) return plain(name, operand, compile)
  if (LEFT_OUT.expressions.has(name)) throw unsupported(`The expression operator ${name}`)
  throw new CommandFailure('InvalidPipelineOperator', `Unrecognized expression '${name}'`)
}

const COMPARISONS: ReadonlyMap<string, (order: number) => unknown> = new Map<
  string,
  (order: number) => unknown
>([
  ['$eq', (order) => order === 0],
  ['$ne', (order) => order !== 0],
  ['$gt', (order) => order > 0],
  ['$gte', (order) => order >= 0],
  ['$lt', (order) => order < 0],
  ['$lte', (order) => order <= 0],
  ['$cmp', (order) => order],
])

function pair(name: string, operand: unknown): [unknown, unknown] {
  if (Array.isArray(operand) && operand.length === 2) return [operand[0], operand[1]]
  throw new CommandFailure('BadValue', `Expression ${name} takes exactly 2 arguments`)
}

/** `$a.b` or `$$name.b`: through arrays of documents, never by position. */
function fieldPath(path: string): Expression {
  const isVariable = path.startsWith('$$')
  const parts = path
    .slice(isVariable ? 2 : 1)
    .split('.')
    .map(checkedName)
  if (!isVariable) return (scope) => valueAt(scope['CURRENT'], parts, 0)
  const name = parts[0] as string
  if (name === 'REMOVE') return () => undefined
  return (scope) => {
    if (!Object.hasOwn(scope, name))
      throw new CommandFailure('BadValue', `Use of undefined variable: ${name}`)
    return valueAt(scope[name], parts, 1)
  }
}

function valueAt(value: unknown, parts: readonly string[], from: number): unknown {
  const name = parts[from]
  if (name === undefined) return value
  if (Array.isArray(value))
    return value.map((one) => valueAt(one, parts, from)).filter((one) => one !== undefined)
  if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
  return valueAt(value[name], parts, from + 1)
}
