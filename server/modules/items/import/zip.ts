import { inflateRawSync } from 'node:zlib'
import { AppError } from '../../../kernel/errors.ts'

const END_OF_DIRECTORY = 0x06054b50
const END_BYTES = 22
const COMMENT_BYTES_MAX = 65_535
const ENTRY = 0x02014b50
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30
const ENTRIES_MAX = 1_000
const STORED = 0
const DEFLATED = 8
const ENCRYPTED_FLAG = 1

type Entry = {
  readonly method: number
  readonly packed: number
  readonly unpacked: number
  readonly localOffset: number
}

/**
 * Refuses archives that would not fit in memory: the sizes that the directory declares are added up, and every entry is
 * unpacked once with its declared size as the bound, so that a directory that lies is found out. Throws `batch.too_large`
 * or `batch.bad_file` (APPNOTE.TXT sections 4.3.7, 4.3.12 and 4.3.16).
 */
export function requireBoundedZip(archive: Buffer, unpackedMax: number): void {
  const entries = readDirectory(archive)
  const total = entries.reduce((sum, entry) => sum + entry.unpacked, 0)
  if (total > unpackedMax) {
    throw new AppError(
      'batch.too_large',
      `the workbook unpacks to ${total} bytes; the most is ${unpackedMax}`,
      { unpackedBytes: total, unpackedMax },
    )
  }
  for (const entry of entries) requireDeclaredSize(archive, entry)
}

function readDirectory(archive: Buffer): Entry[] {
  const end = findEnd(archive)
  const count = archive.readUInt16LE(end + 10)
  if (count > ENTRIES_MAX) throw badZip(`it has ${count} entries`)
  const entries: Entry[] = []
  let at = archive.readUInt32LE(end + 16)
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > archive.length || archive.readUInt32LE(at) !== ENTRY)
      throw badZip('its directory is broken')
    if ((archive.readUInt16LE(at + 8) & ENCRYPTED_FLAG) !== 0) throw badZip('it is encrypted')
    entries.push({
      method: archive.readUInt16LE(at + 10),
      packed: archive.readUInt32LE(at + 20),
      unpacked: archive.readUInt32LE(at + 24),
      localOffset: archive.readUInt32LE(at + 42),
    })
    at +=
      ENTRY_BYTES +
      archive.readUInt16LE(at + 28) +
      archive.readUInt16LE(at + 30) +
      archive.readUInt16LE(at + 32)
  }
  return entries
}

function findEnd(archive: Buffer): number {
  const from = Math.max(0, archive.length - END_BYTES - COMMENT_BYTES_MAX)
  for (let at = archive.length - END_BYTES; at >= from; at--) {
    if (archive.readUInt32LE(at) === END_OF_DIRECTORY) return at
  }
  throw badZip('it has no ZIP directory')
}

function requireDeclaredSize(archive: Buffer, entry: Entry): void {
  const { localOffset } = entry
  if (localOffset + LOCAL_BYTES > archive.length) throw badZip('an entry is outside the file')
  const start =
    localOffset +
    LOCAL_BYTES +
    archive.readUInt16LE(localOffset + 26) +
    archive.readUInt16LE(localOffset + 28)
  const packed = archive.subarray(start, start + entry.packed)
  if (entry.method === STORED && entry.packed === entry.unpacked) return
  if (entry.method !== DEFLATED) throw badZip('an entry is packed in a way that workbooks do not use')
  try {
    const { length } = inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.unpacked) })
    if (length === entry.unpacked) return
  } catch (cause) {
    throw badZip('an entry does not unpack to the size it declares', cause)
  }
  throw badZip('an entry does not unpack to the size it declares')
}

function badZip(reason: string, cause?: unknown): AppError {
  return new AppError('batch.bad_file', `the workbook cannot be read: ${reason}`, {}, { cause })
}
