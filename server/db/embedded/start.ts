import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AppError } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/log.ts'
import type { Integrity } from './storage/integrity.ts'
import type { FromWorker, ToWorker, WorkerData } from './worker.ts'

const HEAP_MIB_MAX = 512
const YOUNG_MIB_MAX = 64
const PING_MS = 5_000
const SILENCE_MS_MAX = 120_000
const CLOSE_MS_MAX = 30_000

let nextId = 1

export type EmbeddedStore = {
  /** Connection string for the driver: only this user can reach the socket. */
  readonly uri: string
  /** Copies everything committed so far into a new file, while work goes on. */
  backupTo(file: string): Promise<void>
  /** Compares all documents with all index entries; the store answers nothing else meanwhile. */
  integrity(): Promise<Integrity>
  close(): Promise<void>
}

/** Starts the embedded store on a data file; throws `db.locked` where another process has it, or `db.unavailable`. */
export async function startEmbedded({ path, log }: { path: string; log: Logger }): Promise<EmbeddedStore> {
  const place = socketPlace()
  const workerData: WorkerData = { path, socketPath: place.socketPath }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX, maxYoungGenerationSizeMb: YOUNG_MIB_MAX },
  })
  try {
    const address = await ready(worker)
    const watch = watchdog(worker, log)
    const close = async (): Promise<void> => {
      watch.stop()
      await closed(worker)
      place.remove()
    }
    const host = place.socketPath ? encodeURIComponent(address) : address
    return { uri: `mongodb://${host}/cachet?directConnection=true`, ...upkeep(worker), close }
  } catch (error) {
    await worker.terminate()
    place.remove()
    throw error
  }
}

/** A socket in a new folder of mode 700; it goes with the process. Windows has no such sockets: a loopback port there. */
function socketPlace(): { socketPath: string | null; remove(): void } {
  if (process.platform === 'win32') return { socketPath: null, remove: () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'cachet-'))
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeFolder)
  const remove = (): void => {
    process.off('exit', removeFolder)
    removeFolder()
  }
  return { socketPath: join(folder, 'db.sock'), remove }
}

function upkeep(worker: Worker): Pick<EmbeddedStore, 'backupTo' | 'integrity'> {
  return {
    async backupTo(file) {
      if (existsSync(file))
        throw new AppError('db.backup_exists', `There is a file at ${file} already`, { file })
      await asked(worker, { kind: 'backup', file, id: nextId++ })
    },
    integrity: async () => (await asked(worker, { kind: 'integrity', id: nextId++ })) as Integrity,
  }
}

function ready(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.once('error', (cause) => reject(unavailable('could not be started', cause)))
    worker.once('exit', () => reject(unavailable('stopped while starting')))
    worker.once('message', (message: FromWorker) => {
      if (message.kind === 'ready') resolve(message.address)
      else if (message.kind === 'failed') reject(new AppError(message.code, message.message))
      else reject(unavailable(`said '${message.kind}' while starting`))
    })
  })
}

/**
 * Watches the worker: its faults, its death, and long silence are logged for somebody to act on. It is not started again
 * by itself: requests fail with the driver's network error until the service restarts on intact data.
 */
function watchdog(worker: Worker, log: Logger): { stop(): void } {
  let silentMs = 0
  let stopped = false
  const timer = setInterval(() => {
    silentMs += PING_MS
    if (silentMs > SILENCE_MS_MAX) log.error({ silentMs }, 'the embedded store does not answer')
    tell(worker, { kind: 'ping' })
  }, PING_MS)
  timer.unref()
  worker.on('message', (message: FromWorker) => {
    silentMs = 0
    if (message.kind === 'fault') log.error({ fault: message.message }, 'the embedded store met a fault')
  })
  worker.on('error', (error) => log.error({ error: error.message }, 'the embedded store failed'))
  worker.on('exit', (code) => {
    clearInterval(timer)
    if (!stopped) log.error({ code }, 'the embedded store stopped; restart the service')
  })
  return {
    stop() {
      stopped = true
      clearInterval(timer)
    },
  }
}

function closed(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => worker.terminate().then(() => resolve(), reject), CLOSE_MS_MAX)
    worker.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    tell(worker, { kind: 'close' })
  })
}

function tell(worker: Worker, message: ToWorker): void {
  worker.postMessage(message)
}

/** Asks the worker for something that takes its time; throws `db.unavailable` with its reason, or when it ends. */
function asked(worker: Worker, question: ToWorker & { id: number }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(unavailable('stopped'))
    const onMessage = (message: FromWorker): void => {
      if ((message.kind !== 'done' && message.kind !== 'refused') || message.id !== question.id) return
      worker.off('message', onMessage)
      worker.off('exit', onExit)
      if (message.kind === 'done') resolve(message.result)
      else reject(unavailable(`could not do it: ${message.message}`))
    }
    worker.on('message', onMessage)
    worker.once('exit', onExit)
    tell(worker, question)
  })
}

function unavailable(what: string, cause?: unknown): AppError {
  return new AppError('db.unavailable', `The embedded store ${what}`, {}, { cause })
}
