import type { MessagePort } from 'node:worker_threads'
import { AppError } from '../../kernel/errors.ts'
import { collectRows } from './import/collect-rows.ts'
import type { FromReader, ReadOutcome, ReadTask, ToReader } from './import/messages.ts'
import { readCsv } from './import/read-csv.ts'
import { readNdjson } from './import/read-ndjson.ts'
import type { FileRow } from './import/rows.ts'
import { buildTree, HASH_BYTES, rootOf } from './merkle.ts'
import { pageCount, pageNodes } from './merkle-pages.ts'
import type { FileFormat, ImportedRows } from './ports.ts'

/** Task: reads and checks a file whose bytes come through a port, and sends the rows back as they pass. */
export async function readFile({ port, format, rules }: ReadTask): Promise<ReadOutcome> {
  const line = new PortLine(port)
  try {
    const rows = await rowsOf(format, line.bytes())
    const summary = await collectRows(rows, rules, (found) => line.sendRows(found))
    await line.allStored()
    return { summary, error: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { summary: null, error: { code: error.code, message: error.message, data: error.data } }
  } finally {
    port.close()
  }
}

/** Task: the tree of a batch, as its root and its pages of proof nodes. */
export function buildPages(leaves: Uint8Array): {
  root: string
  pages: { page: number; nodes: Uint8Array }[]
} {
  const leafCount = leaves.length / HASH_BYTES
  const tree = buildTree(leaves)
  const pages = Array.from({ length: pageCount(leafCount) }, (_, page) => ({
    page,
    nodes: pageNodes(tree, leafCount, page),
  }))
  return { root: rootOf(tree), pages }
}

/** Workbooks are rare and their reader is large, so it is loaded when the first comes. */
async function rowsOf(format: FileFormat, bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<FileRow>> {
  if (format === 'csv') return readCsv(bytes)
  if (format === 'ndjson') return readNdjson(bytes)
  const { readXlsx } = await import('./import/read-xlsx.ts')
  return readXlsx(bytes)
}

/** Chunks of rows on their way to the store at the same time; more would only fill memory. */
const UNSTORED_MAX = 2

/** The worker's end of the port: bytes are asked for one part at a time, rows wait until earlier ones are stored. */
class PortLine {
  readonly #port: MessagePort
  readonly #inbox: ToReader[] = []
  #unstored = 0
  /** Reading and sending wait at the same time, so a message wakes whoever waits. */
  #waiting: (() => void)[] = []

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (message: ToReader) => {
      if (message.kind === 'stored') this.#unstored -= 1
      else this.#inbox.push(message)
      for (const wake of this.#waiting.splice(0)) wake()
    })
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    while (true) {
      this.#send({ kind: 'more' })
      await this.#until(() => this.#inbox.length > 0)
      const message = this.#inbox.shift()
      if (message?.kind !== 'bytes') {
        if (message?.kind === 'end') return
        throw new AppError('request.malformed', 'the upload was cut off before its end')
      }
      yield message.bytes
    }
  }

  async sendRows(rows: ImportedRows): Promise<void> {
    await this.#until(() => this.#unstored < UNSTORED_MAX)
    this.#unstored += 1
    this.#send({ kind: 'rows', rows })
  }

  allStored(): Promise<void> {
    return this.#until(() => this.#unstored === 0)
  }

  #send(message: FromReader): void {
    this.#port.postMessage(message)
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }
}
