import { openDb } from '../../server/db/connection.ts'
import { silentLog } from '../../server/kernel/log.ts'

/** Writes without end, and tells its parent each number once the store has acknowledged it. */
const [dataDir = '', round = '0'] = process.argv.slice(2)
const CALLERS = 10
const ROUND_NUMBERS = 1_000_000

const db = await openDb({ dataDir, log: silentLog })
const writes = db.connection.collection('writes')
const pairs = db.connection.collection('pairs')
const halves = db.connection.collection('halves')
await writes.createIndex({ n: 1 }, { unique: true })
await pairs.createIndex({ n: 1 })
await halves.createIndex({ n: 1 })
let next = Number(round) * ROUND_NUMBERS

await Promise.all([...Array.from({ length: CALLERS }, write)])

async function write(): Promise<never> {
  for (;;) {
    const n = next++
    if (n % 20 === 19) await transaction(n)
    else await whenFree(() => writes.insertOne({ n, text: 'x'.repeat(n % 500) }))
    if (n % 20 !== 19) process.send?.(n)
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

/** Writes are refused while a transaction is open: they are tried again. */
async function whenFree(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('Write conflict'))) throw error
    }
  }
}
