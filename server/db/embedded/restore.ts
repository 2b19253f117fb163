import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { AppError, messageOf } from '../../kernel/errors.ts'
import { lockDataFile } from './storage/database.ts'

/**
 * Puts a backup in the place of a data file that no process has open. What was there is kept beside it as `….before`.
 * Throws `db.locked` where the store is running, `db.backup_missing` and `db.backup_broken`.
 */
export function restoreFrom(backup: string, path: string): void {
  if (!existsSync(backup)) throw new AppError('db.backup_missing', `There is no file ${backup}`, { backup })
  checkBackup(backup)
  const release = lockDataFile(path)
  try {
    const draft = `${path}.draft`
    copyFileSync(backup, draft)
    for (const end of ['', '-wal', '-shm']) {
      rmSync(`${path}.before${end}`, { force: true })
      if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${path}.before${end}`)
    }
    renameSync(draft, path)
  } finally {
    release()
  }
}

/** A backup is a sound SQLite file with the store's tables. */
function checkBackup(backup: string): void {
  try {
    const db = new DatabaseSync(backup, { readOnly: true })
    try {
      const check = db.prepare('PRAGMA integrity_check(1)').get()
      if (check?.['integrity_check'] !== 'ok') throw new Error(String(check?.['integrity_check']))
      db.prepare('SELECT count(*) FROM collections, indexes').get()
    } finally {
      db.close()
    }
  } catch (cause) {
    throw new AppError(
      'db.backup_broken',
      `${backup} is no sound backup: ${messageOf(cause)}`,
      { backup },
      { cause },
    )
  }
}
