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
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly message: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'fault'; readonly message: string }

export type ToWorker =
  | { readonly kind: 'ping' }
  | { readonly kind: 'close' }
  | { readonly kind: 'backup'; readonly id: number; readonly file: string }
  | { readonly kind: 'integrity'; readonly id: number }

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
  const close = (): void => {
    clearInterval(tidying)
    listener.close()
    guarded(() => engine?.close())
    say({ kind: 'closed' })
    port.close()
  }
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'ping') say({ kind: 'alive' })
    else if (message.kind === 'close') close()
    else if (message.kind === 'backup') void answer(message.id, () => file.copyTo(message.file))
    else void answer(message.id, () => engine?.checkIntegrity())
  })
  say({ kind: 'ready', address: listener.address })
} catch (error) {
  say({ kind: 'failed', code: isAppError(error) ? error.code : 'db.unavailable', message: messageOf(error) })
  port.close()
}

async function answer(id: number, work: () => unknown): Promise<void> {
  try {
    say({ kind: 'done', id, result: await work() })
  } catch (error) {
    say({ kind: 'refused', id, message: messageOf(error) })
  }
}

function guarded(work: () => void): void {
  try {
    work()
  } catch (error) {
    say({ kind: 'fault', message: messageOf(error) })
  }
}
