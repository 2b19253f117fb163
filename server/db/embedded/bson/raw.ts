import { CommandFailure } from '../failure.ts'

/** BSON element types (bsonspec.org, version 1.1). */
export const T = {
  double: 0x01,
  string: 0x02,
  object: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  bool: 0x08,
  date: 0x09,
  null: 0x0a,
  regex: 0x0b,
  dbPointer: 0x0c,
  code: 0x0d,
  symbol: 0x0e,
  codeWithScope: 0x0f,
  int32: 0x10,
  timestamp: 0x11,
  int64: 0x12,
  decimal: 0x13,
  maxKey: 0x7f,
  minKey: 0xff,
} as const

/** One BSON value where it lies: its bytes are `bytes[start, end)`. Only values of checked documents are read this way. */
export type Raw = {
  readonly type: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** Nesting that MongoDB allows in a stored document is 100 levels. */
export const DEPTH_MAX = 100

export function documentOf(bytes: Buffer): Raw {
  return { type: T.object, bytes, start: 0, end: bytes.length }
}

/** Where a value that starts at `p` ends. */
export function valueEnd(bytes: Buffer, type: number, p: number): number {
  switch (type) {
    case T.string:
    case T.code:
    case T.symbol:
      return p + 4 + bytes.readInt32LE(p)
    case T.object:
    case T.array:
    case T.codeWithScope:
      return p + bytes.readInt32LE(p)
    case T.int32:
      return p + 4
    case T.double:
    case T.date:
    case T.int64:
    case T.timestamp:
      return p + 8
    case T.objectId:
      return p + 12
    case T.bool:
      return p + 1
    case T.decimal:
      return p + 16
    case T.binary:
      return p + 5 + bytes.readInt32LE(p)
    case T.regex:
      return bytes.indexOf(0, bytes.indexOf(0, p) + 1) + 1
    case T.dbPointer:
      return p + 16 + bytes.readInt32LE(p)
    case T.null:
    case T.undefined:
    case T.minKey:
    case T.maxKey:
      return p
    default:
      throw new CommandFailure('InvalidBSON', `unknown BSON type 0x${type.toString(16)}`)
  }
}

/** The field of a document or the element of an array by name, or null. `name` is UTF-8 without the closing zero. */
export function fieldOf(parent: Raw, name: Buffer): Raw | null {
  const { bytes } = parent
  const last = parent.end - 1
  const length = name.length
  let p = parent.start + 4
  while (p < last) {
    const type = bytes[p] as number // p < last, and last lies inside the buffer
    p++
    let same = 0
    while (same < length && bytes[p + same] === name[same]) same++
    if (same === length && bytes[p + same] === 0) {
      const start = p + length + 1
      return { type, bytes, start, end: valueEnd(bytes, type, start) }
    }
    p += same
    while (bytes[p] !== 0 && p < last) p++
    p = valueEnd(bytes, type, p + 1)
  }
  return null
}

/** Calls `visit` with each value of a document or array, in order, until it answers true; says whether it did. */
export function someValue(parent: Raw, visit: (value: Raw) => boolean): boolean {
  const { bytes } = parent
  const last = parent.end - 1
  let p = parent.start + 4
  while (p < last) {
    const type = bytes[p] as number // p < last, and last lies inside the buffer
    p++
    while (bytes[p] !== 0 && p < last) p++
    const end = valueEnd(bytes, type, p + 1)
    if (visit({ type, bytes, start: p + 1, end })) return true
    p = end
  }
  return false
}

/** The fields of a document with their names, in order. */
export function entriesOf(parent: Raw): [string, Raw][] {
  const { bytes } = parent
  const last = parent.end - 1
  const entries: [string, Raw][] = []
  let p = parent.start + 4
  while (p < last) {
    const type = bytes[p] as number // p < last, and last lies inside the buffer
    const nameEnd = bytes.indexOf(0, p + 1)
    const end = valueEnd(bytes, type, nameEnd + 1)
    entries.push([bytes.toString('utf8', p + 1, nameEnd), { type, bytes, start: nameEnd + 1, end }])
    p = end
  }
  return entries
}

export function valuesOf(parent: Raw): Raw[] {
  const values: Raw[] = []
  someValue(parent, (value) => {
    values.push(value)
    return false
  })
  return values
}

export function firstName(parent: Raw): string | null {
  if (parent.end - parent.start <= 5) return null
  const from = parent.start + 5
  return parent.bytes.toString('utf8', from, parent.bytes.indexOf(0, from))
}

/** Text of a string, symbol or code value. */
export function textOf(value: Raw): string {
  return value.bytes.toString('utf8', value.start + 4, value.end - 1)
}

export function regexOf(value: Raw): { pattern: string; flags: string } {
  const middle = value.bytes.indexOf(0, value.start)
  return {
    pattern: value.bytes.toString('utf8', value.start, middle),
    flags: value.bytes.toString('latin1', middle + 1, value.end - 1),
  }
}

export function isNumber(type: number): boolean {
  return type === T.int32 || type === T.double || type === T.int64 || type === T.decimal
}

/** Number of a numeric value other than a decimal (64-bit integers rounded to the nearest double); null for anything else. */
export function numberOf(value: Raw): number | null {
  switch (value.type) {
    case T.int32:
      return value.bytes.readInt32LE(value.start)
    case T.double:
      return value.bytes.readDoubleLE(value.start)
    case T.int64:
      return Number(value.bytes.readBigInt64LE(value.start))
    default:
      return null
  }
}

/** The document's own bytes, copied where they are part of something larger. */
export function bytesOfDocument(value: Raw): Buffer {
  return value.bytes.subarray(value.start, value.end)
}
