import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { Hex } from '../../kernel/bytes.ts'
import { AppError } from '../../kernel/errors.ts'
import type { FromReader, ReadOutcome, ToReader } from './import/messages.ts'
import type { Importer, TreeBuilder } from './ports.ts'

const THREADS_MAX = 2
/** Files that may wait for a thread; each holds a connection open. */
const WAITING_MAX = 16
const IDLE_MS = 10_000
/** Room for the keys of 2^20 rows, which are held to find duplicates. */
const HEAP_MB_MAX = 768
/** Rows and certificates live for one run: with more room for the young, fewer collections copy them. */
const YOUNG_MB = 64

/** The threads that read files and build trees, so that neither holds up a request. */
export type ItemWorkers = { readonly importer: Importer; readonly trees: TreeBuilder; close(): Promise<void> }

export function startItemWorkers(): ItemWorkers {
  const pool = new Piscina({
    filename: new URL('./items.worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: THREADS_MAX,
    maxQueue: WAITING_MAX,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX, maxYoungGenerationSizeMb: YOUNG_MB },
  })
  return {
    importer: { read: (source, options) => readThrough(pool, source, options) },
    trees: {
      async build(leaves) {
        const built = (await pool.run(leaves, { name: 'buildPages' })) as Awaited<
          ReturnType<TreeBuilder['build']>
        >
        return { root: built.root as Hex, pages: built.pages }
      },
    },
    close: () => pool.destroy(),
  }
}

async function readThrough(
  pool: Piscina,
  source: AsyncIterable<Uint8Array>,
  options: Parameters<Importer['read']>[1],
): ReturnType<Importer['read']> {
  if (pool.queueSize >= WAITING_MAX)
    throw new AppError('batch.too_many', 'too many files are being read; try again in a few seconds')
  const { port1, port2 } = new MessageChannel()
  const feed = new Feed(port1, source[Symbol.asyncIterator](), options.onRows)
  try {
    const task = { port: port2, format: options.format, rules: options.rules }
    const outcome = (await pool.run(task, { name: 'readFile', transferList: [port2] })) as ReadOutcome
    await feed.finished()
    if (outcome.error === null) return outcome.summary
    throw new AppError(outcome.error.code, outcome.error.message, outcome.error.data)
  } finally {
    port1.close()
  }
}

/** This thread's end of the port: hands bytes over when asked, stores rows as they come back, one after the other. */
class Feed {
  readonly #port: MessagePort
  readonly #source: AsyncIterator<Uint8Array>
  readonly #store: Parameters<Importer['read']>[1]['onRows']
  #storing: Promise<void> = Promise.resolve()
  #failure: { error: unknown } | null = null

  constructor(
    port: MessagePort,
    source: AsyncIterator<Uint8Array>,
    store: Parameters<Importer['read']>[1]['onRows'],
  ) {
    this.#port = port
    this.#source = source
    this.#store = store
    port.on('message', (message: FromReader) => {
      if (message.kind === 'more') void this.#feed()
      else this.#storing = this.#storing.then(() => this.#keep(message))
    })
  }

  /** Rejects with what went wrong on this side, which explains whatever the other side then said. */
  async finished(): Promise<void> {
    await this.#storing
    if (this.#failure) throw this.#failure.error
  }

  async #feed(): Promise<void> {
    try {
      const next = this.#failure ? null : await this.#source.next()
      if (next === null) this.#send({ kind: 'broken' })
      else if (next.done) this.#send({ kind: 'end' })
      else this.#send({ kind: 'bytes', bytes: next.value })
    } catch (error) {
      this.#failure ??= { error }
      this.#send({ kind: 'broken' })
    }
  }

  async #keep(message: Extract<FromReader, { kind: 'rows' }>): Promise<void> {
    try {
      if (!this.#failure) await this.#store(message.rows)
    } catch (error) {
      this.#failure ??= { error }
    }
    this.#send({ kind: 'stored' })
  }

  #send(message: ToReader): void {
    this.#port.postMessage(message)
  }
}
