import { type Document, deserialize, serialize } from 'bson'
import { bytesOfDocument, documentOf, fieldOf, type Raw } from './raw.ts'

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

/** One value decoded with plain numbers. */
export function plainOf(value: Raw): unknown {
  return decodePlain(wrap(value))['v']
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
