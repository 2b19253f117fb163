import { documentOf, type Raw } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import type { Collection, Index } from '../storage/catalog.ts'
import type { Session } from '../storage/database.ts'
import type { Filter } from './filter.ts'
import { type KeyRange, type Plan, planOf } from './plan.ts'
import { type SortField, sortKeyOf } from './sort.ts'

export type Found = { readonly row: number; readonly document: Buffer }

export type Query = {
  readonly collection: Collection
  readonly filter: Filter
  readonly sort: readonly SortField[]
  /** The index that the client wants to be used, by name or by fields. */
  readonly hint?: Raw | undefined
  readonly skip: number
  /** 0 for no limit. */
  readonly limit: number
  /** Throws when the command has used up its time. */
  readonly checkTime: () => void
}

const PAGE_FIRST = 16
const PAGE_MAX = 512
const SORT_BYTES_MAX = 100 * 1024 * 1024

/** The documents of a query, read page by page: between two pages the data may change, as between MongoDB's yields. */
export function* find(sessionNow: () => Session, query: Query): Generator<Found, void, undefined> {
  const plan = planOf(query.collection, query)
  const found = plan.sorted ? matching(sessionNow, query, plan) : sorted(sessionNow, query, plan)
  let skip = query.skip
  let left = query.limit === 0 ? Number.POSITIVE_INFINITY : query.limit
  for (const one of found) {
    if (skip > 0) {
      skip--
      continue
    }
    yield one
    if (--left === 0) return
  }
}

function* matching(sessionNow: () => Session, query: Query, plan: Plan): Generator<Found, void, undefined> {
  const wanted = plan.exact && plan.sorted && query.limit > 0 ? query.limit + query.skip : PAGE_FIRST
  const seen = plan.index?.multikey ? new Set<number>() : null
  for (const page of pages(sessionNow, query, plan, Math.min(wanted, PAGE_MAX))) {
    query.checkTime()
    for (const one of page) {
      if (seen?.has(one.row)) continue
      seen?.add(one.row)
      if (plan.exact || query.filter.matches(documentOf(one.document))) yield one
    }
  }
}

function sorted(sessionNow: () => Session, query: Query, plan: Plan): Found[] {
  const keyed: { key: Buffer; found: Found }[] = []
  const keep = query.limit === 0 ? Number.POSITIVE_INFINITY : query.limit + query.skip
  let bytes = 0
  for (const found of matching(sessionNow, query, plan)) {
    keyed.push({ key: sortKeyOf(query.sort, documentOf(found.document)), found })
    bytes += found.document.length
    if (keyed.length >= 2 * keep + PAGE_MAX) bytes = cut(keyed, keep)
    if (bytes > SORT_BYTES_MAX) {
      throw new CommandFailure(
        'QueryExceededMemoryLimitNoDiskUseAllowed',
        `Sort exceeded memory limit of ${SORT_BYTES_MAX} bytes; add an index or a limit`,
      )
    }
  }
  cut(keyed, keep)
  return keyed.map((one) => one.found)
}

/** Orders what was found (ties by row, so that the order is stable) and keeps the first ones. */
function cut(keyed: { key: Buffer; found: Found }[], keep: number): number {
  keyed.sort((a, b) => a.key.compare(b.key) || a.found.row - b.found.row)
  if (keyed.length > keep) keyed.length = keep
  return keyed.reduce((sum, one) => sum + one.found.document.length, 0)
}

function* pages(
  sessionNow: () => Session,
  query: Query,
  plan: Plan,
  first: number,
): Generator<Found[], void, undefined> {
  const table = `d${query.collection.id}`
  if (!plan.index) return yield* wholeCollection(sessionNow, table, first)
  const index = `x${plan.index.id}`
  if (plan.points) return yield* points(sessionNow, plan.index, plan.ranges)
  const ranges = plan.reverse ? [...plan.ranges].reverse() : plan.ranges
  for (const range of ranges)
    yield* rangePages(sessionNow, { table, index, range, reverse: plan.reverse, first })
}

function* points(
  sessionNow: () => Session,
  index: Index,
  ranges: readonly KeyRange[],
): Generator<Found[], void, undefined> {
  for (const range of ranges) {
    const row = sessionNow().sql(index.sql.point).get(range.from)
    if (row) yield [foundOf(row)]
  }
}

function* wholeCollection(
  sessionNow: () => Session,
  table: string,
  first: number,
): Generator<Found[], void, undefined> {
  const text = `SELECT id, doc FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`
  let after = 0
  for (let size = first; ; size = Math.min(size * 2, PAGE_MAX)) {
    const page = sessionNow().sql(text).all(after, size).map(foundOf)
    if (page.length > 0) yield page
    if (page.length < size) return
    after = page[page.length - 1]?.row ?? 0
  }
}

type RangeScan = { table: string; index: string; range: KeyRange; reverse: boolean; first: number }

/** Entries of one range; each page goes on after the last entry of the one before. */
function* rangePages(sessionNow: () => Session, scan: RangeScan): Generator<Found[], void, undefined> {
  const { table, index, range, reverse } = scan
  const select = `SELECT d.id, d.doc, x.k FROM ${index} x CROSS JOIN ${table} d ON d.id = x.r`
  const order = reverse ? 'ORDER BY x.k DESC, x.r DESC LIMIT ?' : 'ORDER BY x.k, x.r LIMIT ?'
  const begin = `${select} WHERE x.k >= ? AND x.k < ? ${order}`
  const goOn = reverse
    ? `${select} WHERE (x.k, x.r) < (?, ?) AND x.k >= ? ${order}`
    : `${select} WHERE (x.k, x.r) > (?, ?) AND x.k < ? ${order}`
  const edge = reverse ? range.from : range.to
  let rows = sessionNow().sql(begin).all(range.from, range.to, scan.first)
  for (let size = scan.first; ; ) {
    if (rows.length > 0) yield rows.map(foundOf)
    if (rows.length < size) return
    const last = rows[rows.length - 1] as unknown as [number, Uint8Array, Uint8Array]
    size = Math.min(size * 2, PAGE_MAX)
    rows = sessionNow().sql(goOn).all(last[2], last[0], edge, size)
  }
}

function foundOf(row: unknown): Found {
  const [id, bytes] = row as [number, Uint8Array]
  return { row: id, document: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
}
