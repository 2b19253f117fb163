import { isUtf8 } from 'node:buffer'
import { AppError } from '../../../kernel/errors.ts'

const NEWLINE = 0x0a

/**
 * Passes bytes on as long as they are UTF-8 and stops at the first that is not: text in another encoding is refused,
 * never guessed at or mangled. Throws `batch.not_utf8_rejected` with the line and byte.
 */
export async function* requireUtf8(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let carry = Buffer.alloc(0)
  let offset = 0
  let line = 1
  for await (const bytes of source) {
    const chunk = Buffer.concat([carry, bytes])
    const whole = chunk.subarray(0, chunk.length - cutCharacterLength(chunk))
    if (!isUtf8(whole)) throw notUtf8(whole, offset, line)
    carry = chunk.subarray(whole.length)
    offset += whole.length
    line += countNewlines(whole)
    if (whole.length > 0) yield whole
  }
  if (carry.length > 0) throw notUtf8(carry, offset, line)
}

/** How many bytes at the end begin a character that goes on in the next chunk: 0 to 3. */
function cutCharacterLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < characterLength(byte) ? back : 0
  }
  return 0
}

function characterLength(lead: number): number {
  if (lead >= 0xf0) return 4
  return lead >= 0xe0 ? 3 : 2
}

function notUtf8(bytes: Buffer, offset: number, line: number): AppError {
  const at = firstFault(bytes)
  const faultLine = line + countNewlines(bytes.subarray(0, at))
  const byte = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0')
  const utf16 = offset + at === 0 && (byte === 'FF' || byte === 'FE')
  const guess = utf16
    ? 'the file looks like UTF-16'
    : 'the file looks like an older encoding, such as Latin-1 or Windows-1252'
  const message = `the text is not UTF-8: line ${faultLine} has the byte 0x${byte} at offset ${offset + at} of the file; ${guess}. Save it as "CSV UTF-8" and send it again.`
  return new AppError('batch.not_utf8_rejected', message, {
    line: faultLine,
    byteOffset: offset + at,
    byte: `0x${byte}`,
  })
}

/** Index of the first byte that cannot be where it is in UTF-8. */
function firstFault(bytes: Buffer): number {
  for (let i = 0; i < bytes.length; ) {
    const length = (bytes[i] ?? 0) < 0x80 ? 1 : characterLength(bytes[i] ?? 0)
    if (!isUtf8(bytes.subarray(i, i + length)) || i + length > bytes.length) return i
    i += length
  }
  return 0
}

function countNewlines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1
  return count
}
