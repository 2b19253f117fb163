import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { backupFrom } from '../../db/embedded/offline.ts'
import { type Command, EXIT, type Given, onlyArgument } from '../command.ts'
import { DATA_FLAG, dataFileOf } from '../data-file.ts'

export const backup: Command = {
  name: 'backup',
  usage: 'backup FILE [--data DIR]',
  summary: 'Copies the embedded store into FILE, also while the service runs.',
  flags: DATA_FLAG,
  notes: [
    'The copy is the state of one moment; what is committed later is not in it. FILE must not be there yet.',
    'It holds the documents only: keep master.key, credentials.json and chain/ of the data folder with it.',
    'A real MongoDB (MONGODB_URI) has tools of its own.',
  ],
  run: copy,
}

async function copy(given: Given): Promise<number> {
  const file = resolve(onlyArgument(backup, given))
  await backupFrom(dataFileOf(given), file)
  const { size } = statSync(file)
  given.io.out(given.on('json') ? JSON.stringify({ file, bytes: size }) : `${file} (${size} bytes)`)
  return EXIT.good
}
