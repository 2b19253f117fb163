import type { Document } from 'bson'
import { pipelineHead } from '../aggregate/head.ts'
import { entriesOf, type Raw, T, textOf, valuesOf } from '../bson/raw.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import { compileFilter } from '../query/filter.ts'
import { type Plan, planOf } from '../query/plan.ts'
import { parseSort } from '../query/sort.ts'
import { keyPatternOf } from '../storage/index-spec.ts'
import type { Context, Reply } from './context.ts'
import { checkCommandFields, checkStatementFields, DELETE_STATEMENT, UPDATE_STATEMENT } from './fields.ts'

type Asked = {
  readonly filter: Raw | undefined
  readonly sort: Raw | undefined
  readonly hint: Raw | undefined
}
type Fields = ReadonlyMap<string, Raw>
type StatementFields = typeof UPDATE_STATEMENT

/** Where each command that can be explained keeps its query. */
const QUERIES: ReadonlyMap<string, (fields: Fields) => Asked> = new Map([
  ['find', (fields: Fields) => asked(fields, 'filter')],
  ['count', (fields: Fields) => asked(fields, 'query')],
  ['distinct', (fields: Fields) => asked(fields, 'query')],
  ['findAndModify', (fields: Fields) => asked(fields, 'query')],
  ['update', (fields: Fields) => asked(firstOf(fields, 'updates', UPDATE_STATEMENT), 'q')],
  ['delete', (fields: Fields) => asked(firstOf(fields, 'deletes', DELETE_STATEMENT), 'q')],
  ['aggregate', ofPipeline],
])

/** `explain`: which index serves a command. Enough for tests of hot queries (winning plan, stage and index name). */
export function explainCommand(context: Context): Reply {
  const command = context.request.body.get('explain')
  const entries = command?.type === T.object ? entriesOf(command) : []
  const [name, target] = entries[0] ?? ['', null]
  const read = QUERIES.get(name)
  if (!read || target?.type !== T.string) throw unsupported(`explain of '${name}'`)
  const fields = new Map(entries)
  checkCommandFields(name, fields)
  const { filter, sort, hint } = read(fields)
  const collection = context.catalog.find(context.db, textOf(target))
  const plan =
    collection && planOf(collection, { filter: compileFilter(filter), sort: parseSort(sort), hint })
  return {
    queryPlanner: {
      namespace: `${context.db}.${textOf(target)}`,
      winningPlan: winningPlan(plan),
      rejectedPlans: [],
    },
    ok: 1,
  }
}

function asked(fields: Fields, filter: string): Asked {
  return { filter: fields.get(filter), sort: fields.get('sort'), hint: fields.get('hint') }
}

function firstOf(fields: Fields, name: string, known: StatementFields): Fields {
  const list = fields.get(name)
  const first = list?.type === T.array ? valuesOf(list)[0] : undefined
  if (first?.type !== T.object) throw new CommandFailure('BadValue', `'${name}' must hold a document`)
  return checkStatementFields(name, new Map(entriesOf(first)), known)
}

function ofPipeline(fields: Fields): Asked {
  const pipeline = fields.get('pipeline')
  const { head } = pipelineHead(pipeline?.type === T.array ? valuesOf(pipeline) : [])
  return { filter: head.filter, sort: head.sort, hint: fields.get('hint') }
}

function winningPlan(plan: Plan | null): Document {
  if (!plan) return { stage: 'EOF' }
  const scan = plan.index ? { stage: 'FETCH', inputStage: indexScan(plan.index) } : { stage: 'COLLSCAN' }
  return plan.sorted ? scan : { stage: 'SORT', inputStage: scan }
}

function indexScan({ spec, multikey }: NonNullable<Plan['index']>): Document {
  return { stage: 'IXSCAN', indexName: spec.name, keyPattern: keyPatternOf(spec), isMultiKey: multikey }
}
