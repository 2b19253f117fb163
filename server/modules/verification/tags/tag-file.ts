import { parse } from 'csv-parse/sync'
import { AppError, isAppError, messageOf } from '../../../kernel/errors.ts'
import { type ItemKey, parseGtin, parseSerial } from '../../../kernel/gs1.ts'
import type { LineError } from '../../items/index.ts'
import { parseUid, type Uid } from './chip-keys.ts'

/** A line of a file of chips. */
export type TagRow = { readonly line: number; readonly uid: Uid; readonly key: ItemKey }

/** Bindings one file may carry: each is a write of its own. */
export const TAG_ROWS_MAX = 5_000
const COLUMNS = ['uid', 'gtin', 'serial'] as const

export type TagFile = { readonly rows: readonly TagRow[]; readonly errors: readonly LineError[] }

/**
 * Reads a CSV with the columns uid, gtin and serial, in any order; faults are listed by line and field. Throws
 * `tags.bad_file` where it is no such file and `tags.too_large` where it has too many lines.
 */
export function readTagFile(text: string): TagFile {
  const records = recordsOf(text)
  if (records.length > TAG_ROWS_MAX) {
    throw new AppError('tags.too_large', `the file has more than ${TAG_ROWS_MAX} lines`, {
      linesMax: TAG_ROWS_MAX,
    })
  }
  const errors: LineError[] = []
  const seen = new Map<string, number>()
  const rows = records.flatMap(({ record, line }) => {
    const faults: LineError[] = []
    const read = <T>(field: (typeof COLUMNS)[number], parser: (value: string) => T): T | null =>
      readField(() => parser((record[field] ?? '').trim()), { line, field }, faults)
    const uid = read('uid', parseUid)
    const gtin = read('gtin', parseGtin)
    const serial = read('serial', parseSerial)
    const before = uid === null ? undefined : seen.get(uid)
    if (before !== undefined) {
      const message = `this UID is on line ${before} already`
      faults.push({ line, field: 'uid', code: 'tag.duplicate_in_file', message })
    }
    if (uid !== null) seen.set(uid, line)
    errors.push(...faults)
    return uid && gtin && serial && faults.length === 0 ? [{ line, uid, key: { gtin, serial } }] : []
  })
  return { rows, errors }
}

type Parsed = { readonly record: Readonly<Record<string, string>>; readonly line: number }

function recordsOf(text: string): Parsed[] {
  const delimiter = (text.split(/\r?\n/, 1)[0] ?? '').includes(';') ? ';' : ','
  try {
    const found = parse(text, {
      bom: true,
      delimiter,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      info: true,
      skip_empty_lines: true,
    }) as unknown as { record: Record<string, string>; info: { lines: number } }[]
    const first = found[0]
    const missing = COLUMNS.filter((name) => first?.record[name] === undefined)
    if (first === undefined || missing.length > 0) throw badFile(`missing: ${missing.join(', ')}`)
    return found.map(({ record, info }) => ({ record, line: info.lines }))
  } catch (error) {
    if (isAppError(error)) throw error
    throw badFile(messageOf(error))
  }
}

function readField<T>(
  read: () => T,
  { line, field }: { line: number; field: string },
  faults: LineError[],
): T | null {
  try {
    return read()
  } catch (error) {
    if (!isAppError(error)) throw error
    faults.push({ line, field, code: error.code, message: error.message })
    return null
  }
}

function badFile(reason: string): AppError {
  return new AppError('tags.bad_file', `not a CSV with the columns uid, gtin and serial (${reason})`)
}
