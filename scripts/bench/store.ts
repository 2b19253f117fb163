import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Schema } from 'mongoose'
import { openDb } from '../../server/db/connection.ts'
import { silentLog } from '../../server/kernel/log.ts'
import type { BenchOptions, Row } from '../lib/bench-row.ts'

const BATCH = 2_000
const POINT_OPERATIONS = 10_000

/** `npm run bench -- store [--n N]`. */
export function run(options: BenchOptions): Promise<Row[]> {
  return benchStore({ n: Number(options['n'] ?? 200_000) })
}

/** Measures the embedded store through the driver, as the service uses it: one worker, one calling thread. */
export async function benchStore({ n = 200_000 }: { n?: number } = {}): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cachet-bench-'))
  const db = await openDb({ dataDir, log: silentLog })
  try {
    const small = db.connection.collection<Small>('small')
    await small.createIndexes([
      { key: { serial: 1 }, unique: true },
      { key: { batch: 1, index: 1 }, unique: true },
      { key: { at: -1 } },
    ])
    const rows: Row[] = []
    const serials = Array.from({ length: n }, () => randomBytes(12).toString('base64url'))
    rows.push(
      await measure('store.insertMany.300B', n, 35_000, 1, n / BATCH, (i) =>
        small.insertMany(
          serials.slice(i * BATCH, (i + 1) * BATCH).map((serial, k) => smallDocument(serial, i * BATCH + k)),
        ),
      ),
    )
    const points = Math.min(n, POINT_OPERATIONS)
    const serialAt = (i: number): string => serials[(i * 7_919) % n] ?? ''
    const model = db.connection.model('Small', new Schema<Small>(FIELDS, { collection: 'small' }))
    for (const callers of [1, 50])
      rows.push(
        ...(await besidePing(callers, points, {
          ping: () => db.ping(),
          findOne: (i) => small.findOne({ serial: serialAt(i) }),
          lean: (i) => model.findOne({ serial: serialAt(i) }).lean(),
        })),
      )
    rows.push(
      await measure('store.updateOne.50', points, 6_000, 50, points, (i) =>
        small.updateOne({ serial: serialAt(i) }, { $set: { seen: i } }),
      ),
    )
    rows.push(
      await measure('store.insertOne.50', points, 6_000, 50, points, (i) =>
        small.insertOne(smallDocument(`new-${i}`, n + i)),
      ),
    )
    rows.push(await groupStall(() => small.aggregate(GROUP).toArray(), n))
    const large = db.connection.collection<Small>('large')
    await large.createIndexes([
      { key: { serial: 1 }, unique: true },
      { key: { batch: 1, index: 1 }, unique: true },
    ])
    const half = Math.min(n, 50_000)
    rows.push(
      await measure('store.insertMany.1700B', half, 25_000, 1, half / BATCH, (i) =>
        large.insertMany(
          serials
            .slice(i * BATCH, (i + 1) * BATCH)
            .map((serial, k) => ({ ...smallDocument(serial, i * BATCH + k), certificate: CERTIFICATE })),
        ),
      ),
    )
    return rows
  } finally {
    await db.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

type Small = {
  serial: string
  batch: string
  index: number
  at: Date
  status: string
  model: string
  note: string
  certificate?: string
}

const FIELDS = {
  serial: String,
  batch: String,
  index: Number,
  at: Date,
  status: String,
  model: String,
  note: String,
}
const CERTIFICATE = 'c'.repeat(1_400)

function smallDocument(serial: string, index: number): Small {
  return {
    serial,
    batch: 'batch_01',
    index,
    at: new Date(index * 1_000),
    status: 'anchored',
    model: 'Sac Aurore, veau grainé, 2026',
    note: 'n'.repeat(90),
  }
}

type Calls = {
  readonly ping: () => Promise<unknown>
  readonly findOne: (i: number) => Promise<unknown>
  /** The same through a model of mongoose, as the service's stores look up. */
  readonly lean: (i: number) => Promise<unknown>
}
const SLICES = 10
/** Of each, before any is counted: a service runs for months, and the compiler is done with this code after seconds. */
const WARM_UP = 10_000
const FIND_ONE_MIN = 6_000

/**
 * Look-ups in turn with empty commands, which are what the driver and the way to another thread cost without any store:
 * no look-up can be faster than they are on this machine at this moment.
 */
async function besidePing(callers: number, n: number, calls: Calls): Promise<Row[]> {
  const names = ['ping', 'findOne', 'lean'] as const
  const spentMs = { ping: 0, findOne: 0, lean: 0 }
  const slice = n / SLICES
  for (const name of names) await timed(callers, WARM_UP, calls[name])
  for (let from = 0; from < n; from += slice)
    for (const name of names) spentMs[name] += await timed(callers, slice, (i) => calls[name](from + i))
  const perSecond = (name: keyof Calls): number => Math.round((n / spentMs[name]) * 1_000)
  const row = (name: string, value: number, limit: number | null): Row => ({
    name: `store.${name}`,
    value,
    unit: '/s',
    limit,
    ratio: limit && Number((value / limit).toFixed(2)),
    n,
  })
  return [
    row(`ping.${callers}`, perSecond('ping'), null),
    row(`findOne.${callers}`, perSecond('findOne'), FIND_ONE_MIN),
    row(`findOne.${callers}.beside-ping`, perSecond('findOne'), perSecond('ping')),
    row(`findOne.${callers}.lean`, perSecond('lean'), null),
  ]
}

const GROUP = [{ $group: { _id: { $mod: ['$index', 100] }, n: { $sum: 1 }, last: { $max: '$at' } } }]
const STALL_MS_MAX = 50

/** The longest that the calling thread was held up while the store grouped everything. */
async function groupStall(group: () => Promise<unknown[]>, n: number): Promise<Row> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await group()
  delay.disable()
  const value = Number((delay.max / 1e6).toFixed(1))
  return {
    name: 'store.group.stall',
    value,
    unit: 'ms',
    limit: STALL_MS_MAX,
    ratio: Number((value / STALL_MS_MAX).toFixed(2)),
    n,
  }
}

/** Runs `calls` calls by so many callers; the figure is documents a second. */
async function measure(
  name: string,
  n: number,
  limit: number,
  callers: number,
  calls: number,
  call: (i: number) => Promise<unknown>,
): Promise<Row> {
  const value = Math.round((n / (await timed(callers, calls, call))) * 1_000)
  return { name, value, unit: '/s', limit, ratio: Number((value / limit).toFixed(2)), n }
}

/** Milliseconds that so many callers need for all calls. */
async function timed(callers: number, calls: number, call: (i: number) => Promise<unknown>): Promise<number> {
  let next = 0
  const startedMs = performance.now()
  const caller = async (): Promise<void> => {
    while (next < calls) await call(next++)
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return performance.now() - startedMs
}
