import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { type Connection, Mongoose, type Schema } from 'mongoose'
import { AppError, messageOf } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { type EmbeddedStore, startEmbedded } from './embedded/start.ts'

const POOL_MAX = 50
const SERVER_SELECTION_MS = 5_000
const CONNECT_MS = 10_000
/** Longest that one database call may run; bulk work is cut into batches that take far less. */
const SOCKET_MS = 120_000

export type Db = {
  readonly kind: 'mongodb' | 'embedded'
  readonly connection: Connection
  /** Round trip to the database in milliseconds; rejects with `db.unavailable`. */
  ping(): Promise<number>
  /** Upkeep of the embedded store; null on a MongoDB, which has its own tools. */
  readonly embedded: Pick<EmbeddedStore, 'backupTo' | 'integrity'> | null
  close(): Promise<void>
}

export type DbOptions = {
  /** A MongoDB replica set or sharded cluster; without it the embedded store in `dataDir` is started. */
  readonly uri?: string | null
  readonly dataDir: string
  readonly log: Logger
}

/**
 * Opens the database and configures mongoose (the only place that does): its own instance, strict schemas and filters,
 * filters from outside sanitised, validators on updates, indexes made by `ready` and never in the background.
 * Throws `db.locked` where another process has the embedded store's file, and `db.unavailable`.
 */
export async function openDb({ uri, dataDir, log }: DbOptions): Promise<Db> {
  const embedded = uri ? null : await startEmbedded({ path: join(dataDir, 'store.db'), log })
  const connection = configured().createConnection(uri ?? embedded?.uri ?? '', {
    maxPoolSize: POOL_MAX,
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    connectTimeoutMS: CONNECT_MS,
    socketTimeoutMS: SOCKET_MS,
  })
  const close = async (): Promise<void> => {
    await connection.close()
    await embedded?.close()
  }
  try {
    await connection.asPromise()
  } catch (cause) {
    await close()
    throw new AppError('db.unavailable', `The database cannot be reached: ${messageOf(cause)}`, {}, { cause })
  }
  return { kind: uri ? 'mongodb' : 'embedded', connection, ping: () => ping(connection), embedded, close }
}

function configured(): Mongoose {
  const mongoose = new Mongoose()
  // Schemas are made by mongoose's own class, which knows nothing of this instance: its models are made strict here.
  mongoose.plugin((schema: Schema) => {
    schema.set('strict', 'throw')
    schema.set('strictQuery', 'throw')
  })
  mongoose.set('sanitizeFilter', true)
  mongoose.set('runValidators', true)
  mongoose.set('autoIndex', false)
  mongoose.set('autoCreate', false)
  mongoose.set('bufferCommands', false)
  // A schema is cloned into this instance each time its model is asked for, so asking twice looks like a second schema.
  mongoose.set('overwriteModels', true)
  return mongoose
}

async function ping(connection: Connection): Promise<number> {
  const startedMs = performance.now()
  try {
    await connection.db?.command({ ping: 1 })
  } catch (cause) {
    throw new AppError('db.unavailable', 'The database does not answer', {}, { cause })
  }
  return performance.now() - startedMs
}

/** What `ready` needs of a model, whatever its documents are. */
export type Preparable = { createCollection(): Promise<unknown>; createIndexes(): Promise<void> }

/** Makes the collections and indexes of these models, and returns when all are there. */
export async function ready(models: readonly Preparable[]): Promise<void> {
  for (const model of models) {
    await model.createCollection()
    await model.createIndexes()
  }
}

const DUPLICATE_KEY = 11000

export type DuplicateKey = {
  readonly keyPattern: Record<string, unknown>
  readonly keyValue: Record<string, unknown>
}

/** Which unique index refused a write, and with what; null for any other error. */
export function isDuplicateKey(error: unknown): DuplicateKey | null {
  if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== DUPLICATE_KEY)
    return null
  const { keyPattern, keyValue } = error as {
    keyPattern?: Record<string, unknown>
    keyValue?: Record<string, unknown>
  }
  return { keyPattern: keyPattern ?? {}, keyValue: keyValue ?? {} }
}
