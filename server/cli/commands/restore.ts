import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { restoreFrom } from '../../db/embedded/restore.ts'
import { AppError } from '../../kernel/errors.ts'
import { type Command, EXIT, type Given, onlyArgument } from '../command.ts'
import { DATA_FLAG, dataFileOf } from '../data-file.ts'

export const restore: Command = {
  name: 'restore',
  usage: 'restore FILE [--data DIR] [--force]',
  summary: 'Puts a backup in the place of the embedded store; the service must be stopped.',
  flags: {
    ...DATA_FLAG,
    force: { type: 'boolean', help: 'replace a store that is there; it is kept as store.db.before' },
  },
  run: putBack,
}

async function putBack(given: Given): Promise<number> {
  const file = resolve(onlyArgument(restore, given))
  const path = dataFileOf(given)
  if (existsSync(path) && !given.on('force'))
    throw new AppError('db.data_exists', `There is a store at ${path}; --force replaces it`, { path })
  restoreFrom(file, path)
  given.io.out(given.on('json') ? JSON.stringify({ file, path }) : `${path} is the state of ${file}`)
  return EXIT.good
}
