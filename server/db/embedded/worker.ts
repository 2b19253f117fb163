import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../kernel/clock.ts'
import { isAppError, messageOf } from '../../kernel/errors.ts'
import { Engine } from './engine.ts'
import { openDataFile } from './storage/database.ts'
import { listen } from './wire/listener.ts'

/** What the starting thread says and hears. */
export type WorkerData = { readonly path: string; readonly socketPath: string | null }
export type FromWorker =
  | { readonly kind: 'ready'; readonly address: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'alive' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'fault'; readonly message: string }

const TIDY_MS = 60_000

const port = parentPort
if (!port) throw new Error('this file runs in a worker thread')
const say = (message: FromWorker): void => port.postMessage(message)

try {
  const { path, socketPath } = workerData as WorkerData
  const file = openDataFile(path)
  let engine: Engine | null = null
  const listener = await listen(
    socketPath,
    (batch) => engine?.execute(batch),
    (message) => say({ kind: 'fault', message }),
  )
  engine = new Engine(file, systemClock, listener.address)
  const tidying = setInterval(() => guarded(() => engine?.tidy()), TIDY_MS)
  port.on('message', (message: 'ping' | 'close') => {
    if (message === 'ping') return say({ kind: 'alive' })
    clearInterval(tidying)
    listener.close()
    guarded(() => engine?.close())
    say({ kind: 'closed' })
    port.close()
  })
  say({ kind: 'ready', address: listener.address })
} catch (error) {
  say({ kind: 'failed', code: isAppError(error) ? error.code : 'db.unavailable', message: messageOf(error) })
  port.close()
}

function guarded(work: () => void): void {
  try {
    work()
  } catch (error) {
    say({ kind: 'fault', message: messageOf(error) })
  }
}
