import { isNumber, type Raw, T, valueEnd } from '../bson/raw.ts'
import { KeyWriter } from './key-writer.ts'
import { writeDecimal, writeInt64, writeNumber } from './number-key.ts'

/**
 * First byte of a value's key: the canonical order of BSON types (MongoDB manual, "Comparison/Sort Order"). Keys compare
 * byte by byte as MongoDB compares the values. No rank is below 4 or above 0xfa, which leaves room for bounds.
 */
export const RANK = {
  minKey: 0x05,
  undefined: 0x08,
  null: 0x0a,
  number: 0x10,
  string: 0x18,
  object: 0x20,
  array: 0x28,
  binary: 0x30,
  objectId: 0x38,
  bool: 0x40,
  date: 0x48,
  timestamp: 0x50,
  regex: 0x58,
  dbPointer: 0x60,
  code: 0x68,
  codeWithScope: 0x70,
  maxKey: 0xf0,
} as const

const RANK_OF_TYPE = new Uint8Array(256)
for (const name of Object.keys(T) as (keyof typeof T)[]) {
  RANK_OF_TYPE[T[name]] = isNumber(T[name])
    ? RANK.number
    : RANK[(name === 'symbol' ? 'string' : name) as keyof typeof RANK]
}

/** Key of a missing field in an index, and of null. */
export const NULL_KEY = Buffer.of(RANK.null)
/** Key of an empty array's (absent) elements in an index. */
export const UNDEFINED_KEY = Buffer.of(RANK.undefined)

const writer = new KeyWriter()

export function rankOf(type: number): number {
  return RANK_OF_TYPE[type] as number // a byte indexes a table of 256
}

/** The order-preserving key of one value. */
export function keyOf(value: Raw): Buffer {
  writer.reset()
  writeValue(writer, value)
  return writer.take()
}

export function sameValue(a: Raw, b: Raw): boolean {
  return rankOf(a.type) === rankOf(b.type) && keyOf(a).equals(keyOf(b))
}

function writeValue(out: KeyWriter, value: Raw): void {
  const { type, bytes, start, end } = value
  out.byte(rankOf(type))
  switch (type) {
    case T.int32:
      return writeNumber(out, bytes.readInt32LE(start))
    case T.double:
      return writeNumber(out, bytes.readDoubleLE(start))
    case T.int64:
      return writeInt64(out, bytes, start)
    case T.decimal:
      return writeDecimal(out, bytes.subarray(start, end))
    case T.string:
    case T.symbol:
    case T.code:
      return out.text(bytes, start + 4, end - 1)
    case T.object:
      return writeElements(out, value, true)
    case T.array:
      return writeElements(out, value, false)
    case T.date:
      return out.int64(bytes, start, 0x80)
    case T.timestamp:
      return out.int64(bytes, start, 0)
    case T.binary:
      return writeBinary(out, value)
    default:
      return out.raw(bytes, start, end)
  }
}

/** MongoDB compares binaries by length, then subtype, then bytes. */
function writeBinary(out: KeyWriter, { bytes, start, end }: Raw): void {
  out.uint32(bytes.readInt32LE(start))
  out.raw(bytes, start + 4, end)
}

/** Field by field: rank of the value, name, value. A zero, below every rank, ends it, so that the shorter comes first. */
function writeElements(out: KeyWriter, { bytes, start, end }: Raw, named: boolean): void {
  let p = start + 4
  while (p < end - 1) {
    const type = bytes[p] as number // inside a checked document
    const nameEnd = bytes.indexOf(0, p + 1)
    if (named) {
      out.byte(rankOf(type))
      out.raw(bytes, p + 1, nameEnd + 1)
    }
    const element = elementAt(bytes, type, nameEnd + 1)
    writeValue(out, element)
    p = element.end
  }
  out.byte(0)
}

function elementAt(bytes: Buffer, type: number, start: number): Raw {
  return { type, bytes, start, end: valueEnd(bytes, type, start) }
}
