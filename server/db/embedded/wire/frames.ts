import { checkDocument } from '../bson/check.ts'
import { entriesOf, type Raw, T } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'

/** MongoDB wire protocol, "OP_MSG" and the legacy "OP_QUERY" and "OP_REPLY" (specifications, wire-protocol). */
const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013
const HEADER_BYTES = 16
export const MESSAGE_BYTES_MAX = 48_000_000
const FLAG_CHECKSUM = 1
const FLAG_MORE_TO_COME = 2
const FLAGS_REQUIRED = 0xffff
/** Documents in one sequence (MongoDB's maxWriteBatchSize). */
export const BATCH_MAX = 100_000

/** A command as it came: its fields as bytes, and the documents of its sequences. */
export type Request = {
  readonly requestId: number
  readonly legacy: boolean
  /** False where the client asked for no reply. */
  readonly answer: boolean
  readonly name: string
  readonly body: ReadonlyMap<string, Raw>
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>
}

/** Collects the bytes of one connection and cuts them into messages; throws on what is no message. */
export class FrameReader {
  #chunks: Buffer[] = []
  #length = 0
  #wanted = HEADER_BYTES

  /** Adds what came; gives the messages that are complete. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    const messages: Buffer[] = []
    while (this.#length >= this.#wanted) {
      const all =
        this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks, this.#length)
      const size = all.readInt32LE(0)
      if (size < HEADER_BYTES || size > MESSAGE_BYTES_MAX)
        throw new CommandFailure('BadValue', `a message of ${size} bytes`)
      this.#wanted = size
      this.#chunks = [all]
      if (all.length < size) break
      messages.push(all.subarray(0, size))
      this.#chunks = all.length > size ? [all.subarray(size)] : []
      this.#length = all.length - size
      this.#wanted = HEADER_BYTES
    }
    return messages
  }
}

/** Reads one message; throws where it is malformed (the connection is then closed). */
export function parseMessage(message: Buffer): Request {
  const requestId = message.readInt32LE(4)
  const opcode = message.readInt32LE(12)
  if (opcode === OP_MSG) return parseMsg(message, requestId)
  if (opcode === OP_QUERY) return parseQuery(message, requestId)
  throw new CommandFailure('BadValue', `opcode ${opcode} is not spoken here`)
}

function parseMsg(message: Buffer, requestId: number): Request {
  if (message.length < HEADER_BYTES + 5) throw malformed()
  const flags = message.readUInt32LE(HEADER_BYTES)
  if ((flags & FLAGS_REQUIRED & ~(FLAG_CHECKSUM | FLAG_MORE_TO_COME)) !== 0) throw malformed()
  const end = flags & FLAG_CHECKSUM ? message.length - 4 : message.length
  let body: Raw | null = null
  const sequences = new Map<string, Buffer[]>()
  for (let p = HEADER_BYTES + 4; p < end; ) {
    const kind = message[p]
    const size = p + 5 <= end ? message.readInt32LE(p + 1) : -1
    if (size < 5 || p + 1 + size > end) throw malformed()
    if (kind === 0 && !body) {
      checkDocument(message, p + 1, p + 1 + size)
      body = { type: T.object, bytes: message, start: p + 1, end: p + 1 + size }
    } else if (kind === 1) addSequence(sequences, message, p + 1, p + 1 + size)
    else throw malformed()
    p += 1 + size
  }
  if (!body) throw malformed()
  return request(body, { requestId, legacy: false, answer: (flags & FLAG_MORE_TO_COME) === 0, sequences })
}

function addSequence(sequences: Map<string, Buffer[]>, message: Buffer, start: number, end: number): void {
  const nameEnd = message.indexOf(0, start + 4)
  if (nameEnd < 0 || nameEnd >= end) throw malformed()
  const documents: Buffer[] = []
  for (let p = nameEnd + 1; p < end; ) {
    const size = p + 4 <= end ? message.readInt32LE(p) : -1
    if (size < 5 || p + size > end || documents.length >= BATCH_MAX) throw malformed()
    checkDocument(message, p, p + size)
    documents.push(message.subarray(p, p + size))
    p += size
  }
  sequences.set(message.toString('utf8', start + 4, nameEnd), documents)
}

/** Drivers greet with OP_QUERY on `<db>.$cmd` before they know better; anything else in that form is refused. */
function parseQuery(message: Buffer, requestId: number): Request {
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4)
  const start = nameEnd + 9
  if (nameEnd < 0 || start + 5 > message.length) throw malformed()
  if (!message.toString('utf8', HEADER_BYTES + 4, nameEnd).endsWith('.$cmd')) throw malformed()
  const end = start + message.readInt32LE(start)
  if (end > message.length) throw malformed()
  checkDocument(message, start, end)
  return request(
    { type: T.object, bytes: message, start, end },
    { requestId, legacy: true, answer: true, sequences: new Map() },
  )
}

function request(body: Raw, rest: Omit<Request, 'name' | 'body'>): Request {
  const fields = new Map(entriesOf(body))
  return { ...rest, name: fields.keys().next().value ?? '', body: fields }
}

function malformed(): CommandFailure {
  return new CommandFailure('BadValue', 'malformed message')
}

/** The message that answers a request with a reply document. */
export function replyMessage(request: Request, document: Buffer): Buffer {
  const head = request.legacy ? 36 : 21
  const message = Buffer.allocUnsafe(head + document.length)
  message.fill(0, 0, head)
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(request.requestId, 8)
  message.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12)
  if (request.legacy) message.writeInt32LE(1, 32)
  document.copy(message, head)
  return message
}
