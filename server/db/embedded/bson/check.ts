import { CommandFailure } from '../failure.ts'
import { DEPTH_MAX, T, valueEnd } from './raw.ts'

/**
 * Checks that bytes[start, end) is one well-formed BSON document: lengths, terminators, types and nesting depth. All that
 * the store keeps or walks has passed here, so that no later reader can run out of bounds.
 */
export function checkDocument(bytes: Buffer, start: number, end: number, depth = 0): void {
  if (depth > DEPTH_MAX) throw new CommandFailure('Overflow', `BSON nesting exceeds ${DEPTH_MAX} levels`)
  if (
    end - start < 5 ||
    end > bytes.length ||
    bytes.readInt32LE(start) !== end - start ||
    bytes[end - 1] !== 0
  ) {
    throw malformed('length of a document')
  }
  const last = end - 1
  let p = start + 4
  while (p < last) {
    const type = bytes[p] as number // p < last, and last lies inside the buffer
    const nameEnd = bytes.indexOf(0, p + 1)
    if (nameEnd < 0 || nameEnd >= last) throw malformed('name of a field')
    p = checkValue(bytes, type, nameEnd + 1, last, depth)
  }
  if (p !== last) throw malformed('end of a document')
}

function checkValue(bytes: Buffer, type: number, p: number, last: number, depth: number): number {
  if (hasLength(type) && p + 4 > last) throw malformed('length of a value')
  const end = type === T.regex ? regexEnd(bytes, p) : valueEnd(bytes, type, p)
  if (end < p || end > last) throw malformed('value that runs over its document')
  if (type === T.object || type === T.array) checkDocument(bytes, p, end, depth + 1)
  else if (type === T.string || type === T.code || type === T.symbol) checkString(bytes, p, end)
  else if (type === T.binary) checkBinary(bytes, p, end)
  else if (type === T.bool && (bytes[p] as number) > 1) throw malformed('boolean')
  else if (type === T.codeWithScope) checkScope(bytes, p, end, depth)
  else if (type === T.dbPointer) checkString(bytes, p, end - 12)
  return end
}

function hasLength(type: number): boolean {
  return (
    type === T.string ||
    type === T.code ||
    type === T.symbol ||
    type === T.object ||
    type === T.array ||
    type === T.codeWithScope ||
    type === T.binary ||
    type === T.dbPointer
  )
}

function regexEnd(bytes: Buffer, p: number): number {
  const middle = bytes.indexOf(0, p)
  const end = middle < 0 ? -1 : bytes.indexOf(0, middle + 1)
  return end < 0 ? -1 : end + 1
}

function checkString(bytes: Buffer, p: number, end: number): void {
  if (end - p < 5 || bytes[end - 1] !== 0) throw malformed('string')
}

function checkBinary(bytes: Buffer, p: number, end: number): void {
  if (end - p < 5) throw malformed('binary')
  if (bytes[p + 4] === 2 && (end - p < 9 || bytes.readInt32LE(p + 5) !== end - p - 9))
    throw malformed('binary of subtype 2')
}

function checkScope(bytes: Buffer, p: number, end: number, depth: number): void {
  if (end - p < 14) throw malformed('code with scope')
  const codeEnd = p + 8 + bytes.readInt32LE(p + 4)
  if (codeEnd < p + 9 || codeEnd > end - 5) throw malformed('code with scope')
  checkString(bytes, p + 4, codeEnd)
  checkDocument(bytes, codeEnd, end, depth + 1)
}

function malformed(what: string): CommandFailure {
  return new CommandFailure('InvalidBSON', `malformed BSON: ${what}`)
}
