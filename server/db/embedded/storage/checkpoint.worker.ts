import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'

// Writes committed pages of the log back into the data file, twice a second, without holding up whoever reads or writes
// (https://sqlite.org/pragma.html#pragma_wal_checkpoint, PASSIVE). It ends with the thread that started it.

const EVERY_MS = 500
/** SQLITE_BUSY: the writing thread is at it itself. */
const BUSY = 5

const db = new DatabaseSync(workerData as string)
db.exec('PRAGMA synchronous = FULL')

const timer = setInterval(() => {
  try {
    db.exec('PRAGMA wal_checkpoint(PASSIVE)')
  } catch (error) {
    if ((error as { errcode?: number }).errcode === BUSY) return
    // What fails here fails for the writing thread too, which says so; until then it writes everything back itself.
    clearInterval(timer)
    db.close()
  }
}, EVERY_MS)
