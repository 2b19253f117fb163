import { Long } from 'bson'
import { plainOf } from '../bson/codec.ts'
import { documentOf, type Raw, T, textOf, valuesOf } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import { compileFilter } from '../query/filter.ts'
import { pathOf, someAt } from '../query/path.ts'
import { compileProjection } from '../query/project.ts'
import { type Found, find, type Query } from '../query/scan.ts'
import { parseSort } from '../query/sort.ts'
import { keyOf } from '../storage/key.ts'
import {
  type Context,
  collectionName,
  existing,
  flag,
  limitOf,
  option,
  type Reply,
  whole,
} from './context.ts'

export function findCommand(context: Context): Reply {
  const { body } = context.request
  const namespace = `${context.db}.${collectionName(context)}`
  const query = queryOf(context, {
    limit: limitOf(context),
    skip: whole(context, 'skip', 0),
  })
  const project = compileProjection(body.get('projection'), {
    filter: query?.filter,
    variables: context.variables,
  })
  const found = query ? find(context.session, query) : [][Symbol.iterator]()
  const batchSize = body.has('batchSize') ? whole(context, 'batchSize', 0) : null
  const singleBatch = flag(body, 'singleBatch') || query?.limit === 1
  return context.cursors.open(namespace, documentsIn(found, project), {
    batchSize,
    singleBatch,
    nowMs: context.nowMs,
    renewTime: context.renewTime,
  })
}

/** The query of a command's `filter` (or `query`) and `sort`; null where the collection does not exist. */
function queryOf(context: Context, { limit, skip }: { limit: number; skip: number }): Query | null {
  const { body } = context.request
  const filter = compileFilter(body.get('filter') ?? body.get('query'), context.variables)
  const sort = parseSort(body.get('sort'))
  const collection = existing(context)
  return (
    collection && {
      collection,
      filter,
      sort,
      skip,
      limit,
      hint: body.get('hint'),
      checkTime: context.checkTime,
    }
  )
}

function* documentsIn(
  found: Iterator<Found>,
  project: ((document: Buffer) => Buffer) | null,
): Generator<Buffer, void, undefined> {
  for (let next = found.next(); !next.done; next = found.next())
    yield project ? project(next.value.document) : next.value.document
}

export function getMoreCommand(context: Context): Reply {
  const id = cursorId(context.request.body.get('getMore'))
  const namespace = `${context.db}.${String(option(context, 'collection'))}`
  const size = whole(context, 'batchSize', 0)
  return context.cursors.more(id, namespace, { batchSize: size === 0 ? null : size, nowMs: context.nowMs })
}

export function killCursorsCommand(context: Context): Reply {
  const list = context.request.body.get('cursors')
  const ids = list?.type === T.array ? valuesOf(list).map(cursorId) : []
  const killed = ids.filter((id) => context.cursors.close(id))
  const missing = ids.filter((id) => !killed.includes(id))
  return {
    cursorsKilled: killed.map((id) => Long.fromBigInt(id)),
    cursorsNotFound: missing.map((id) => Long.fromBigInt(id)),
    cursorsAlive: [],
    cursorsUnknown: [],
    ok: 1,
  }
}

function cursorId(value: Raw | undefined): bigint {
  if (value?.type === T.int64) return value.bytes.readBigInt64LE(value.start)
  if (value?.type === T.int32) return BigInt(value.bytes.readInt32LE(value.start))
  throw new CommandFailure('TypeMismatch', 'a cursor id must be a 64-bit integer')
}

export function countCommand(context: Context): Reply {
  const query = queryOf(context, {
    limit: limitOf(context),
    skip: whole(context, 'skip', 0),
  })
  if (!query) return { n: 0, ok: 1 }
  const everything =
    query.filter.conditions.length === 0 && !query.filter.rest && query.limit === 0 && query.skip === 0
  if (everything) return { n: countRows(context, query.collection.id), ok: 1 }
  let n = 0
  for (const _ of find(context.session, { ...query, sort: [] })) n++
  return { n, ok: 1 }
}

export function countRows(context: Context, id: number): number {
  const row = context.session().sql(`SELECT count(*) FROM d${id}`).get() as unknown as [number]
  return row[0]
}

export function distinctCommand(context: Context): Reply {
  const key = context.request.body.get('key')
  if (key?.type !== T.string) throw new CommandFailure('TypeMismatch', "'key' must be a string")
  const path = pathOf(textOf(key))
  const query = queryOf(context, { limit: 0, skip: 0 })
  const values = new Map<string, { key: Buffer; value: unknown }>()
  const add = (value: Raw): false => {
    const sortKey = keyOf(value)
    values.set(sortKey.toString('latin1'), { key: sortKey, value: plainOf(value) })
    return false
  }
  for (const found of query ? find(context.session, query) : []) {
    someAt(documentOf(found.document), path, (value) => {
      if (value?.type === T.array) valuesOf(value).forEach(add)
      else if (value) add(value)
      return false
    })
  }
  const ordered = [...values.values()].sort((a, b) => a.key.compare(b.key))
  return { values: ordered.map((one) => one.value), ok: 1 }
}
