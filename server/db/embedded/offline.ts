import { existsSync, renameSync, rmSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import { AppError, messageOf } from '../../kernel/errors.ts'
import { Catalog } from './storage/catalog.ts'
import { Session } from './storage/database.ts'
import { checkIntegrity, type Integrity } from './storage/integrity.ts'

/** More pages than any data file has: one step copies all, so the copy is the state of one moment. */
const PAGES_ALL = 0x7fff_ffff

/**
 * Copies a data file, also while a service has it open: SQLite's log lets a reader of another process see what is
 * committed without keeping the writer waiting. The copy gets its name when it is whole.
 * Throws `db.backup_exists`, `db.data_missing`, `db.unavailable`.
 */
export async function backupFrom(path: string, target: string): Promise<void> {
  if (existsSync(target))
    throw new AppError('db.backup_exists', `There is a file at ${target} already`, { file: target })
  const source = openReadOnly(path)
  const draft = `${target}.draft`
  try {
    rmSync(draft, { force: true })
    await backup(source, draft, { rate: PAGES_ALL })
    renameSync(draft, target)
  } catch (cause) {
    rmSync(draft, { force: true })
    throw new AppError('db.unavailable', `${target} could not be written: ${messageOf(cause)}`, {}, { cause })
  } finally {
    source.close()
  }
}

/** Compares documents with index entries at one moment, also while a service has the file open; changes nothing. */
export function inspectFile(path: string): Integrity {
  const db = openReadOnly(path)
  try {
    const session = new Session(db)
    session.run('BEGIN')
    return checkIntegrity(session, new Catalog(session).all())
  } catch (cause) {
    throw new AppError('db.unavailable', `${path} cannot be read: ${messageOf(cause)}`, { path }, { cause })
  } finally {
    db.close()
  }
}

function openReadOnly(path: string): DatabaseSync {
  if (!existsSync(path))
    throw new AppError('db.data_missing', `There is no data file ${path}; --data names the folder it is in`, {
      path,
    })
  return new DatabaseSync(path, { readOnly: true })
}
