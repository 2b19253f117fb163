import { encode, rawOf } from '../bson/codec.ts'
import { documentOf } from '../bson/raw.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import { compileFilter } from '../query/filter.ts'
import { parseSort, sortKeyOf } from '../query/sort.ts'
import { keyOf } from '../storage/key.ts'
import { accumulatorOf } from './accumulators.ts'
import { compileExpressionTree } from './expressions.ts'
import { LEFT_OUT } from './left-out.ts'
import { compileAddFields, compileProject, compileUnset } from './shape.ts'
import { checkedName, type Fields, isObject, type Scope } from './values.ts'

export type Stage = (input: Iterable<Fields>) => Iterable<Fields>
export type StageTools = {
  /** NOW and the variables of the command's `let`. */
  readonly variables: Scope
  /** The documents of another collection of the same database. */
  readonly lookup: (from: string, field: string, values: unknown[]) => Fields[]
  readonly pipeline: (stages: unknown) => Stage
}
type Build = (operand: unknown, tools: StageTools) => Stage

const HELD_BYTES_MAX = 100 * 1024 * 1024
const GROUPS_MAX = 1_000_000

export function stageOf(name: string, operand: unknown, tools: StageTools): Stage {
  const build = STAGES.get(name)
  if (!build) {
    if (LEFT_OUT.stages.has(name)) throw unsupported(`The aggregation stage ${name}`)
    throw new CommandFailure('Location40324', `Unrecognized pipeline stage name: '${name}'`)
  }
  return build(operand, tools)
}

function each(tools: StageTools, shape: (document: Fields, scope: Scope) => Fields): Stage {
  return function* (input) {
    for (const document of input)
      yield shape(document, { ...tools.variables, ROOT: document, CURRENT: document })
  }
}

const STAGES: ReadonlyMap<string, Build> = new Map<string, Build>([
  ['$match', match],
  ['$project', (operand, tools) => each(tools, compileProject(fields(operand, '$project')))],
  ['$addFields', (operand, tools) => each(tools, compileAddFields(fields(operand, '$addFields')))],
  ['$set', (operand, tools) => each(tools, compileAddFields(fields(operand, '$set')))],
  [
    '$unset',
    (operand, tools) => each(tools, compileUnset((Array.isArray(operand) ? operand : [operand]).map(String))),
  ],
  ['$replaceRoot', (operand, tools) => replaceRoot(fields(operand, '$replaceRoot')['newRoot'], tools)],
  ['$replaceWith', replaceRoot],
  ['$group', group],
  ['$sort', sort],
  ['$limit', (operand) => limit(whole(operand, '$limit', 1))],
  ['$skip', (operand) => skip(whole(operand, '$skip', 0))],
  ['$count', count],
  ['$unwind', unwind],
  [
    '$sortByCount',
    (operand, tools) =>
      tools.pipeline([{ $group: { _id: operand, count: { $sum: 1 } } }, { $sort: { count: -1 } }]),
  ],
  ['$facet', facet],
  ['$lookup', lookup],
])

function fields(operand: unknown, name: string): Fields {
  if (isObject(operand)) return operand
  throw new CommandFailure('FailedToParse', `the ${name} stage specification must be an object`)
}

function whole(operand: unknown, name: string, least: number): number {
  if (typeof operand === 'number' && Number.isSafeInteger(operand) && operand >= least) return operand
  throw new CommandFailure(
    'BadValue',
    `invalid argument to ${name} stage: a whole number from ${least} on is needed`,
  )
}

function match(operand: unknown, tools: StageTools): Stage {
  const filter = compileFilter(documentOf(encode(fields(operand, '$match'))), tools.variables)
  return function* (input) {
    for (const document of input) if (filter.matches(documentOf(encode(document)))) yield document
  }
}

function replaceRoot(operand: unknown, tools: StageTools): Stage {
  const compute = compileExpressionTree(operand)
  return each(tools, (_document, scope) => fields(compute(scope), "'newRoot'"))
}

function group(operand: unknown, tools: StageTools): Stage {
  const { _id, ...rest } = fields(operand, '$group')
  if (_id === undefined) throw new CommandFailure('BadValue', 'a group specification must include an _id')
  const keyFor = compileExpressionTree(_id)
  const makers = Object.entries(rest).map(([name, accumulator]) => {
    const [kind, expression] = Object.entries(fields(accumulator, name))[0] ?? ['', null]
    return [
      checkedName(name),
      accumulatorOf(kind, compileExpressionTree(kind === '$count' ? null : expression)),
    ] as const
  })
  return function* (input) {
    const groups = new Map<string, { id: unknown; values: ReturnType<(typeof makers)[number][1]>[] }>()
    for (const document of input) {
      const scope = { ...tools.variables, ROOT: document, CURRENT: document }
      const id = keyFor(scope) ?? null
      const key = typeof id === 'string' ? `s${id}` : keyOf(rawOf(id)).toString('latin1')
      let found = groups.get(key)
      if (!found) {
        found = { id, values: makers.map(([, make]) => make()) }
        groups.set(key, found)
        if (groups.size > GROUPS_MAX) throw tooMuch('$group')
      }
      for (const value of found.values) value.add(scope)
    }
    for (const { id, values } of groups.values()) {
      yield { _id: id, ...Object.fromEntries(makers.map(([name], i) => [name, values[i]?.result()])) }
    }
  }
}

function sort(operand: unknown): Stage {
  const order = parseSort(documentOf(encode(fields(operand, '$sort'))))
  if (order.length === 0) throw new CommandFailure('BadValue', '$sort stage must have at least one sort key')
  return function* (input) {
    let bytes = 0
    const keyed: { key: Buffer; document: Fields }[] = []
    for (const document of input) {
      const encoded = encode(document)
      bytes += encoded.length
      if (bytes > HELD_BYTES_MAX) throw tooMuch('$sort')
      keyed.push({ key: sortKeyOf(order, documentOf(encoded)), document })
    }
    keyed.sort((a, b) => a.key.compare(b.key))
    for (const { document } of keyed) yield document
  }
}

function limit(most: number): Stage {
  return function* (input) {
    let n = 0
    for (const document of input) {
      yield document
      if (++n === most) return
    }
  }
}

function skip(first: number): Stage {
  return function* (input) {
    let n = 0
    for (const document of input) if (n++ >= first) yield document
  }
}

function count(operand: unknown): Stage {
  const name = checkedName(String(operand))
  return function* (input) {
    let n = 0
    for (const _ of input) n++
    if (n > 0) yield { [name]: n }
  }
}

function unwind(operand: unknown, tools: StageTools): Stage {
  const options: Fields = typeof operand === 'string' ? { path: operand } : fields(operand, '$unwind')
  const { path, includeArrayIndex: indexName, preserveNullAndEmptyArrays, ...odd } = options
  for (const name of Object.keys(odd))
    throw new CommandFailure('Location28811', `unrecognized option to $unwind stage: ${name}`)
  if (typeof path !== 'string' || !path.startsWith('$')) {
    throw new CommandFailure('BadValue', "path option to $unwind stage should be prefixed with a '$'")
  }
  const read = compileExpressionTree(path)
  const scopeOf = (document: Fields): Scope => ({ ...tools.variables, ROOT: document, CURRENT: document })
  const put = (document: Fields, values: Fields): Fields => {
    const literals = Object.entries(values).map(([name, value]) => [name, { $literal: value }])
    return literals.length === 0
      ? document
      : compileAddFields(Object.fromEntries(literals))(document, scopeOf(document))
  }
  const at = (position: number | null): Fields =>
    typeof indexName === 'string' ? { [indexName]: position } : {}
  const drop = compileUnset([path.slice(1)])
  return function* (input) {
    for (const document of input) {
      const value = read(scopeOf(document))
      const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0)
      if (isEmpty) {
        if (preserveNullAndEmptyArrays !== true) continue
        yield put(Array.isArray(value) ? drop(document, scopeOf(document)) : document, at(null))
      } else if (Array.isArray(value)) {
        for (const [i, one] of value.entries()) yield put(document, { [path.slice(1)]: one, ...at(i) })
      } else yield put(document, at(null))
    }
  }
}

function facet(operand: unknown, tools: StageTools): Stage {
  const facets = Object.entries(fields(operand, '$facet')).map(
    ([name, stages]) => [checkedName(name), tools.pipeline(stages)] as const,
  )
  return function* (input) {
    const documents = [...input]
    yield Object.fromEntries(facets.map(([name, run]) => [name, [...run(documents)]]))
  }
}

const LOOKUP_FIELDS = new Set(['from', 'localField', 'foreignField', 'as'])

/** Equality of a local and a foreign field; pipelines of lookups are left to MongoDB. */
function lookup(operand: unknown, tools: StageTools): Stage {
  const spec = fields(operand, '$lookup')
  const odd = Object.keys(spec).find((name) => !LOOKUP_FIELDS.has(name))
  if (odd) throw unsupported(`$lookup with '${odd}'`)
  const [from, local, foreign, as] = [...LOOKUP_FIELDS].map((name) => {
    const value = spec[name === 'localField' || name === 'foreignField' || name === 'from' ? name : 'as']
    if (typeof value !== 'string')
      throw new CommandFailure('FailedToParse', `$lookup argument '${name}' must be a string`)
    return value
  }) as [string, string, string, string]
  const read = compileExpressionTree(`$${local}`)
  return each(tools, (document, scope) => {
    const value = read(scope) ?? null
    const found = tools.lookup(from, foreign, Array.isArray(value) ? value : [value])
    return compileAddFields({ [as]: { $literal: found } })(document, scope)
  })
}

function tooMuch(stage: string): CommandFailure {
  return new CommandFailure('QueryExceededMemoryLimitNoDiskUseAllowed', `${stage} exceeded its memory limit`)
}
