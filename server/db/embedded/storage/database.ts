import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { AppError } from '../../../kernel/errors.ts'

/** Pages kept in memory: a look-up in a file that does not fit costs eight microseconds more. */
const CACHE_KIB = 131_072
/**
 * Pages in the log, 128 MiB, before the writing thread itself writes the rest back and the log begins anew. Little is left
 * to it, since another thread does so all the time: without that one, a commit in two seconds of load took 40 ms.
 */
const CHECKPOINT_PAGES = 32_768
const PAGE_BYTES = 4_096
/** More pages than any data file has. */
const PAGES_ALL = 0x7fff_ffff

/** One connection to the data file with its prepared statements. */
export class Session {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** A prepared statement, rows as arrays; kept for as long as the connection lives. */
  sql(text: string): StatementSync {
    const known = this.#statements.get(text)
    if (known) return known
    const statement = this.#db.prepare(text)
    statement.setReturnArrays(true)
    this.#statements.set(text, statement)
    return statement
  }

  run(text: string): void {
    this.#db.exec(text)
  }

  /** Statements of dropped tables go; all are made again when asked for. */
  forgetStatements(): void {
    this.#statements.clear()
  }

  close(): void {
    this.#statements.clear()
    this.#db.close()
  }
}

export type DataFile = {
  /** The one connection that writes; it also reads what it has not committed yet. */
  readonly writer: Session
  /** A connection that sees committed data only: for others while a transaction is open. */
  reader(): Session
  /** Copies what is committed now into a file of its own, while work goes on. */
  copyTo(path: string): Promise<void>
  close(): void
}

/** Opens the data file for this process alone; throws `db.locked` where another one has it. */
export function openDataFile(path: string): DataFile {
  const release = lockDataFile(path)
  try {
    const writer = new Session(openConnection(path))
    const checkpoints = startCheckpoints(path)
    let reader: Session | null = null
    return {
      writer,
      reader() {
        reader ??= new Session(openConnection(path))
        return reader
      },
      copyTo: (target) => copy(path, target),
      close() {
        void checkpoints.terminate()
        reader?.close()
        writer.close()
        release()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}

function openConnection(path: string): DatabaseSync {
  closeSync(openSync(path, 'a', 0o600))
  const db = new DatabaseSync(path)
  db.exec(`PRAGMA page_size = ${PAGE_BYTES}`)
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = FULL')
  db.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
  db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  db.exec('PRAGMA temp_store = MEMORY')
  return db
}

function startCheckpoints(path: string): Worker {
  const worker = new Worker(new URL('./checkpoint.worker.ts', import.meta.url), {
    workerData: path,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
  })
  worker.unref()
  return worker
}

/** A connection of its own copies all pages in one step, off this thread: the copy is the state of one moment. */
async function copy(path: string, target: string): Promise<void> {
  const source = openConnection(path)
  try {
    await backup(source, target, { rate: PAGES_ALL })
  } finally {
    source.close()
  }
}

/**
 * Holds the operating system's lock on a file beside the data file: it goes with the process, however that ends, so a
 * crash never leaves it behind. SQLite's exclusive transaction is the portable way to such a lock.
 */
export function lockDataFile(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const holderPath = `${path}.pid`
  const guard = new DatabaseSync(`${path}.lock`, { timeout: 0 })
  try {
    guard.exec('PRAGMA journal_mode = MEMORY')
    guard.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    guard.close()
    const holder = pidIn(holderPath)
    const message = `The data file ${path} is in use by another process${holder}; two processes cannot share one embedded store. Stop that one, choose another folder (CACHET_DATA_DIR), or use a real MongoDB (MONGODB_URI).`
    throw new AppError('db.locked', message, { path }, { cause: error })
  }
  writeFileSync(holderPath, String(process.pid), { mode: 0o600 })
  return () => guard.close()
}

function pidIn(path: string): string {
  try {
    return ` (pid ${Number(readFileSync(path, 'utf8'))})`
  } catch {
    return '' // the holder has not written its number yet
  }
}
