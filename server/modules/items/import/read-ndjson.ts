import { COLUMNS, type Column, type RawRow } from '../row.ts'
import { LINE_BYTES_MAX } from './limits.ts'
import type { FileRow, LineFault } from './rows.ts'
import { requireUtf8 } from './utf8.ts'

const KNOWN: ReadonlySet<string> = new Set(COLUMNS)

/** Rows of newline-delimited JSON: one object a line with the columns of the template as its fields. */
export async function* readNdjson(source: AsyncIterable<Uint8Array>): AsyncGenerator<FileRow> {
  let line = 0
  for await (const text of linesOf(requireUtf8(source))) {
    line += 1
    const content = line === 1 ? text.replace(/^\ufeff/, '') : text
    if (content.trim() === '') continue
    if (Buffer.byteLength(content) > LINE_BYTES_MAX) {
      yield faulty(line, {
        field: 'line',
        code: 'row.too_long',
        message: `the line is longer than ${LINE_BYTES_MAX} bytes; the rest was not read`,
      })
      return
    }
    yield rowOf(content, line)
  }
}

function rowOf(text: string, line: number): FileRow {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return faulty(line, { field: 'line', code: 'row.malformed', message: 'the line is not JSON' })
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return faulty(line, { field: 'line', code: 'row.malformed', message: 'the line is not a JSON object' })
  }
  const row: { [column in Column]?: string } = {}
  for (const [name, field] of Object.entries(value)) {
    const shown = name.slice(0, 60)
    if (!KNOWN.has(name))
      return faulty(line, {
        field: shown,
        code: 'row.unknown_field',
        message: `"${shown}" is not known; known are ${COLUMNS.join(', ')}`,
      })
    const cell = cellText(field)
    if (cell === null)
      return faulty(line, {
        field: shown,
        code: 'row.malformed',
        message: `${shown} must be text or a number`,
      })
    row[name as Column] = cell
  }
  return { line, row: row as RawRow, fault: null }
}

/** Text of a JSON value; null for what cannot stand in a field. */
function cellText(value: unknown): string | null {
  if (value === null) return ''
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : null
}

function faulty(line: number, fault: LineFault): FileRow {
  return { line, row: null, fault }
}

/** Splits at newlines; gives a part that is already too long back as it is, so that memory stays bounded. */
async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of source) {
    const lines = (rest + chunk.toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
    if (rest.length > LINE_BYTES_MAX) break
  }
  if (rest !== '') yield rest
}
