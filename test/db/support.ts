import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Collection, Document, Db as NativeDb } from 'mongodb'
import { type Db, openDb } from '../../server/db/connection.ts'
import { silentLog } from '../../server/kernel/log.ts'

/** A database for one test file: the embedded store in a folder of its own, or a fresh database of MONGODB_URI. */
export type TestDb = {
  readonly db: Db
  readonly native: NativeDb
  /** An empty collection with a name that no other test has. */
  fresh(): Collection<Document>
  close(): Promise<void>
}

export const onMongoDb = process.env['MONGODB_URI'] !== undefined

export async function openTestDb(): Promise<TestDb> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cachet-db-'))
  const db = await openDb({ uri: process.env['MONGODB_URI'] ?? null, dataDir, log: silentLog })
  const name = `test_${randomBytes(6).toString('hex')}`
  const native = db.connection.getClient().db(name) as unknown as NativeDb
  let collections = 0
  return {
    db,
    native,
    fresh: () => native.collection(`c${collections++}`),
    async close() {
      await native.dropDatabase()
      await db.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The error that a promise rejects with; fails where it does not. */
export async function failure(
  promise: Promise<unknown>,
): Promise<Error & { code?: number; codeName?: string }> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
  throw new Error('the promise was fulfilled')
}
