import { decodePlain, encode, plainOf } from '../bson/codec.ts'
import { documentOf, type Raw, T, textOf, valuesOf } from '../bson/raw.ts'
import { type Context, option, type Reply } from '../commands/context.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import { compileFilter } from '../query/filter.ts'
import { find, type Query } from '../query/scan.ts'
import { parseSort } from '../query/sort.ts'
import { type Head, pipelineHead } from './head.ts'
import { compilePipeline } from './pipeline.ts'
import type { Fields } from './values.ts'

/** Runs a pipeline. What it begins with ($match, $sort, $skip, $limit in this order) is left to the query planner. */
export function aggregateCommand(context: Context): Reply {
  const { body } = context.request
  const name = body.get('aggregate')
  if (name?.type !== T.string) throw unsupported('An aggregation without a collection')
  const pipeline = body.get('pipeline')
  if (pipeline?.type !== T.array) throw new CommandFailure('TypeMismatch', "'pipeline' must be an array")
  const { head, rest } = pipelineHead(valuesOf(pipeline))
  const lookup = (from: string, field: string, values: unknown[]): Fields[] =>
    lookUp(context, from, field, values)
  const run = compilePipeline(rest.map(plainOf), { variables: context.variables, lookup })
  const cursor = option(context, 'cursor') as { batchSize?: unknown } | undefined
  const batchSize = typeof cursor?.batchSize === 'number' ? cursor.batchSize : null
  const documents = rest.length === 0 ? bytesOf(context, head) : encoded(run(decoded(context, head)))
  return context.cursors.open(`${context.db}.${textOf(name)}`, documents, {
    batchSize,
    singleBatch: false,
    nowMs: context.nowMs,
    renewTime: context.renewTime,
  })
}

function* bytesOf(context: Context, head: Head): Generator<Buffer, void, undefined> {
  const collection = context.catalog.find(context.db, textOf(context.request.body.get('aggregate') as Raw))
  const { filter, sort, skip = 0, limit = 0 } = head
  const query = {
    filter: compileFilter(filter, context.variables),
    sort: parseSort(sort),
    skip,
    limit,
    hint: context.request.body.get('hint'),
    checkTime: context.checkTime,
  }
  if (!collection) return
  for (const found of find(context.session, { collection, ...query })) yield found.document
}

function* decoded(context: Context, head: Head): Generator<Fields, void, undefined> {
  for (const bytes of bytesOf(context, head)) yield decodePlain(bytes)
}

function* encoded(documents: Iterable<Fields>): Generator<Buffer, void, undefined> {
  for (const document of documents) yield encode(document)
}

function lookUp(context: Context, from: string, field: string, values: unknown[]): Fields[] {
  const collection = context.catalog.find(context.db, from)
  if (!collection) return []
  const filter = compileFilter(documentOf(encode({ [field]: { $in: values } })))
  const query: Query = { collection, filter, sort: [], skip: 0, limit: 0, checkTime: context.checkTime }
  return Array.from(find(context.session, query), (found) => decodePlain(found.document))
}
