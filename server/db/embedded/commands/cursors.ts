import { CommandFailure } from '../failure.ts'

const OPEN_MAX = 1_000
const IDLE_MS_MAX = 10 * 60_000
const FIRST_BATCH = 101
const REPLY_BYTES_MAX = 16 * 1024 * 1024

type Opening = { batchSize: number | null; singleBatch: boolean; nowMs: number; renewTime?: () => void }
type Cursor = {
  readonly namespace: string
  readonly documents: Iterator<Buffer>
  held: Buffer | null
  usedAtMs: number
  readonly renewTime: () => void
}

/** Results that are fetched in several batches; forgotten ten minutes after their last use. */
export class Cursors {
  readonly #open = new Map<bigint, Cursor>()
  #nextId = 1n

  /** The reply with the first batch; the cursor stays open where there is more. */
  open(namespace: string, documents: Iterator<Buffer>, options: Opening): Buffer {
    const cursor: Cursor = {
      namespace,
      documents,
      held: null,
      usedAtMs: options.nowMs,
      renewTime: options.renewTime ?? (() => {}),
    }
    const { batch, done } = take(cursor, options.batchSize ?? FIRST_BATCH)
    if (done || options.singleBatch) return cursorReply('firstBatch', namespace, 0n, batch)
    if (this.#open.size >= OPEN_MAX) this.expire(options.nowMs)
    if (this.#open.size >= OPEN_MAX)
      throw new CommandFailure('BadValue', `the store keeps at most ${OPEN_MAX} cursors open`)
    const id = this.#nextId++
    this.#open.set(id, cursor)
    return cursorReply('firstBatch', namespace, id, batch)
  }

  more(id: bigint, namespace: string, options: { batchSize: number | null; nowMs: number }): Buffer {
    const cursor = this.#open.get(id)
    if (!cursor) throw new CommandFailure('CursorNotFound', `cursor id ${id} not found`)
    if (cursor.namespace !== namespace)
      throw new CommandFailure('Unauthorized', `cursor id ${id} belongs to ${cursor.namespace}`)
    cursor.usedAtMs = options.nowMs
    cursor.renewTime()
    const { batch, done } = takeOrClose(cursor, options.batchSize ?? Number.POSITIVE_INFINITY, () =>
      this.#open.delete(id),
    )
    if (done) this.#open.delete(id)
    return cursorReply('nextBatch', namespace, done ? 0n : id, batch)
  }

  close(id: bigint): boolean {
    return this.#open.delete(id)
  }

  expire(nowMs: number): void {
    for (const [id, cursor] of this.#open) if (nowMs - cursor.usedAtMs > IDLE_MS_MAX) this.#open.delete(id)
  }

  get size(): number {
    return this.#open.size
  }
}

/** A batch: at most so many documents and 16 MiB; a document that does not fit waits for the next one. */
function take(cursor: Cursor, size: number): { batch: Buffer[]; done: boolean } {
  const batch: Buffer[] = []
  let bytes = 0
  for (;;) {
    if (batch.length >= size) {
      cursor.held ??= nextOf(cursor)
      return { batch, done: cursor.held === null && size > 0 }
    }
    const document = cursor.held ?? nextOf(cursor)
    cursor.held = null
    if (document === null) return { batch, done: true }
    if (bytes + document.length > REPLY_BYTES_MAX && batch.length > 0) {
      cursor.held = document
      return { batch, done: false }
    }
    batch.push(document)
    bytes += document.length
  }
}

function takeOrClose(cursor: Cursor, size: number, close: () => void): { batch: Buffer[]; done: boolean } {
  try {
    return take(cursor, size)
  } catch (error) {
    close()
    throw error
  }
}

function nextOf(cursor: Cursor): Buffer | null {
  const next = cursor.documents.next()
  return next.done ? null : next.value
}

const OK = Buffer.from('\x01ok\0\0\0\0\0\0\0\xf0\x3f\0', 'latin1')

/** { cursor: { <batch>: […], id, ns }, ok: 1 } with the documents copied as they are. */
function cursorReply(name: string, namespace: string, id: bigint, batch: Buffer[]): Buffer {
  let arrayBytes = 5
  for (let i = 0; i < batch.length; i++) arrayBytes += 2 + String(i).length + (batch[i] as Buffer).length
  const nsBytes = Buffer.byteLength(namespace)
  const cursorBytes = 4 + name.length + 2 + arrayBytes + 12 + 9 + nsBytes + 1
  const reply = Buffer.allocUnsafe(4 + 8 + cursorBytes + OK.length)
  let p = reply.writeInt32LE(reply.length, 0)
  p += reply.write('\x03cursor\0', p, 'latin1')
  p = reply.writeInt32LE(cursorBytes, p)
  p += reply.write(`\x04${name}\0`, p, 'latin1')
  p = writeArray(reply, p, arrayBytes, batch)
  p += reply.write('\x12id\0', p, 'latin1')
  p = reply.writeBigInt64LE(id, p)
  p += reply.write('\x02ns\0', p, 'latin1')
  p = reply.writeInt32LE(nsBytes + 1, p)
  p += reply.write(namespace, p)
  p = reply.writeUInt16LE(0, p)
  OK.copy(reply, p)
  return reply
}

function writeArray(reply: Buffer, start: number, size: number, batch: Buffer[]): number {
  let p = reply.writeInt32LE(size, start)
  for (const [i, document] of batch.entries()) {
    p += reply.write(`\x03${i}\0`, p, 'latin1')
    p += document.copy(reply, p)
  }
  reply[p] = 0
  return p + 1
}
