import { Readable } from 'node:stream'
import { type CsvError, parse } from 'csv-parse'
import { AppError } from '../../../kernel/errors.ts'
import type { Column } from '../row.ts'
import { rawRow, readHeader } from './columns.ts'
import { LINE_BYTES_MAX } from './limits.ts'
import type { FileRow } from './rows.ts'
import { requireUtf8 } from './utf8.ts'

const DELIMITERS = [',', ';', '\t'] as const
const HEADER_BYTES_MAX = 8 * 1024

/**
 * Rows of a CSV (RFC 4180; comma, semicolon or tab, told from the header; byte order mark allowed). A line with more or
 * fewer fields than the header is passed on with that fault; a broken quote ends the file, since what follows it cannot
 * be told apart.
 */
export async function* readCsv(source: AsyncIterable<Uint8Array>): AsyncGenerator<FileRow> {
  const { delimiter, rest } = await detectDelimiter(requireUtf8(source))
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LINE_BYTES_MAX,
  })
  const input = Readable.from(rest)
  input.once('error', (error) => parser.destroy(error))
  input.pipe(parser)
  let columns: Column[] | null = null
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      if (columns === null) columns = readHeader(record)
      else yield fileRow(columns, record, info.lines)
    }
  } catch (error) {
    const fault = faultOfParser(error)
    if (fault === null) throw error
    yield fault
  } finally {
    input.destroy()
  }
}

function fileRow(columns: Column[], cells: string[], endLine: number): FileRow {
  const line = endLine - cells.reduce((sum, cell) => sum + newlinesIn(cell), 0)
  const row = rawRow(columns, cells)
  if (cells.length === columns.length) return { line, row, fault: null }
  const message = `the line has ${cells.length} fields, the header ${columns.length}: text with "," or ";" in it must be in quotes`
  return { line, row, fault: { field: 'line', code: 'row.columns', message } }
}

function newlinesIn(cell: string): number {
  return cell.includes('\n') ? cell.split('\n').length - 1 : 0
}

/** A fault of the CSV itself becomes an error of its line; anything else is not about the file. */
function faultOfParser(error: unknown): FileRow | null {
  const { code, lines, message } = error as Partial<CsvError> & { lines?: number }
  if (typeof code !== 'string' || !code.startsWith('CSV_')) return null
  const line = Number(lines ?? 1)
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return {
      line,
      row: null,
      fault: {
        field: 'line',
        code: 'row.too_long',
        message: `the line is longer than ${LINE_BYTES_MAX} bytes`,
      },
    }
  }
  return {
    line,
    row: null,
    fault: { field: 'line', code: 'row.malformed', message: `not CSV, the rest was not read: ${message}` },
  }
}

/** The delimiter that the header has most of; the bytes read to see it are given back in front of the rest. */
async function detectDelimiter(
  source: AsyncGenerator<Buffer>,
): Promise<{ delimiter: string; rest: AsyncGenerator<Buffer> }> {
  let head = Buffer.alloc(0)
  while (!head.includes('\n') && head.length < HEADER_BYTES_MAX) {
    const next = await source.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  const header = head.toString('utf8').split(/\r?\n/, 1)[0] ?? ''
  if (header.trim() === '') throw new AppError('batch.empty_rejected', 'the file has no header line')
  const count = (delimiter: string) => header.split(delimiter).length
  const delimiter = [...DELIMITERS].sort((a, b) => count(b) - count(a))[0] ?? ','
  return { delimiter, rest: resume(head, source) }
}

async function* resume(head: Buffer, source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  yield* source
}
