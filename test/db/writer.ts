import { openDb } from '../../server/db/connection.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { CALLERS, type Told } from './crash.ts'

// Writes without end, and tells its parent each write once the store has acknowledged it. Its own process, to be killed.

const [dataDir = '', round = '0'] = process.argv.slice(2)
const ROUND_NUMBERS = 1_000_000
/** Failures in a row after which the disk is taken for lost. */
const FAILURES_MAX = 200

const db = await openDb({ dataDir, log: silentLog })
const writes = db.connection.collection('writes')
const pairs = db.connection.collection('pairs')
const halves = db.connection.collection('halves')
const counters = db.connection.collection<{ _id: string; n: number }>('counters')
let next = Number(round) * ROUND_NUMBERS
let failures = 0

tell({ kind: 'pid', pid: process.pid })
await unlessRefused(() => writes.createIndex({ n: 1 }, { unique: true }))
await unlessRefused(() => writes.createIndex({ text: 1, n: -1 }))
await unlessRefused(() => pairs.createIndex({ n: 1 }))
await unlessRefused(() => halves.createIndex({ n: 1 }))
await Promise.all(Array.from({ length: CALLERS }, (_, caller) => write(`${round}:${caller}`)))
process.exit(0)

async function write(caller: string): Promise<void> {
  for (let count = 1; failures < FAILURES_MAX; ) {
    const n = next++
    if (n % 20 === 19) {
      if (await unlessRefused(() => transaction(n))) tell({ kind: 'pair', n })
    } else if (n % 20 === 7) {
      const done = await unlessRefused(() =>
        counters.updateOne({ _id: caller }, { $inc: { n: 1 } }, { upsert: true }),
      )
      if (done) tell({ kind: 'counter', caller, n: count++ })
    } else if (await unlessRefused(() => writes.insertOne({ n, text: 'x'.repeat(n % 500) })))
      tell({ kind: 'write', n })
  }
}

/** A document in each of two collections, or in none. */
async function transaction(n: number): Promise<void> {
  await db.connection.getClient().withSession((session) =>
    session.withTransaction(async () => {
      await pairs.insertOne({ n }, { session })
      await halves.insertOne({ n }, { session })
    }),
  )
}

/** Writes are refused while a transaction is open: they are tried again. False where the disk refused. */
async function unlessRefused(work: () => Promise<unknown>): Promise<boolean> {
  for (;;) {
    try {
      await work()
      failures = 0
      return true
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('Write conflict')) continue
      if (failures++ === 0) tell({ kind: 'refused', message: String(error) })
      return false
    }
  }
}

function tell(told: Told): void {
  process.send?.(told)
}
