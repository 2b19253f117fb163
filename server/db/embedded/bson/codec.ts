import { type Document, deserialize, serialize } from 'bson'
import { bytesOfDocument, documentOf, fieldOf, type Raw, T, textOf } from './raw.ts'

const EXACT = {
  promoteValues: false,
  promoteBuffers: false,
  bsonRegExp: true,
  allowObjectSmallerThanBufferSize: false,
} as const
const PLAIN = { promoteValues: true, promoteLongs: true, promoteBuffers: false, bsonRegExp: true } as const
const NAME = Buffer.from('v')

/** Decodes keeping every BSON type apart (Int32, Double, Long, …), so that encoding again gives the same bytes. */
export function decodeExact(bytes: Uint8Array): Document {
  return deserialize(bytes, EXACT)
}

/** Decodes with numbers as numbers: for options of commands, and for expressions. */
export function decodePlain(bytes: Uint8Array): Document {
  return deserialize(bytes, PLAIN)
}

/** Encodes; undefined values are left out. */
export function encode(document: Document): Buffer {
  const bytes = serialize(document, { ignoreUndefined: true, checkKeys: false })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A decoded value as BSON bytes; undefined gives null. */
export function rawOf(value: unknown): Raw {
  const raw = fieldOf(documentOf(encode({ v: value === undefined ? null : value })), NAME)
  if (!raw) throw new TypeError('value cannot be stored as BSON')
  return raw
}

/** One value decoded exactly. */
export function exactOf(value: Raw): unknown {
  return decodeExact(wrap(value))['v']
}

/** One value decoded with plain numbers; what options of commands mostly are is read where it lies. */
export function plainOf(value: Raw): unknown {
  if (value.type === T.string) return textOf(value)
  if (value.type === T.int32) return value.bytes.readInt32LE(value.start)
  if (value.type === T.bool) return value.bytes[value.start] === 1
  return decodePlain(wrap(value))['v']
}

/** A document of whole numbers, as most replies to writes are; null where it holds anything else. */
export function encodeCounts(document: Document): Buffer | null {
  const names = Object.keys(document)
  if (!names.every((name) => isInt32(document[name]))) return null
  const bytes = Buffer.allocUnsafe(names.reduce((sum, name) => sum + name.length + 6, 5))
  let p = bytes.writeInt32LE(bytes.length, 0)
  for (const name of names) {
    bytes[p] = T.int32
    p += 1 + bytes.write(name, p + 1, 'latin1')
    bytes[p] = 0
    p = bytes.writeInt32LE(document[name], p + 1)
  }
  bytes[p] = 0
  return bytes
}

function isInt32(value: unknown): boolean {
  return typeof value === 'number' && (value | 0) === value && !Object.is(value, -0)
}

function wrap(value: Raw): Buffer {
  const body = bytesOfDocument(value)
  const bytes = Buffer.allocUnsafe(body.length + 8)
  bytes.writeInt32LE(bytes.length, 0)
  bytes[4] = value.type
  bytes.write('v\0', 5, 'latin1')
  body.copy(bytes, 7)
  bytes[bytes.length - 1] = 0
  return bytes
}
