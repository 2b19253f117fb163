import readWorkbook from 'read-excel-file/universal'
import { isoDate } from '../../../kernel/clock.ts'
import { AppError, messageOf } from '../../../kernel/errors.ts'
import { rawRow, readHeader } from './columns.ts'
import { XLSX_BYTES_MAX, XLSX_INFLATED_BYTES_MAX } from './limits.ts'
import type { FileRow } from './rows.ts'
import { requireBoundedZip } from './zip.ts'

/**
 * Rows of the first sheet of a workbook. Numbers become their shortest decimal text (a GTIN that a spreadsheet stripped
 * of its leading zeros is padded again by the GTIN rule), date cells become `YYYY-MM-DD`.
 */
export async function* readXlsx(source: AsyncIterable<Uint8Array>): AsyncGenerator<FileRow> {
  const archive = await collect(source)
  requireBoundedZip(archive, XLSX_INFLATED_BYTES_MAX)
  const sheet = await firstSheet(archive)
  const header = sheet.findIndex((cells) => cells.some((cell) => cell !== null))
  if (header < 0) throw new AppError('batch.empty_rejected', 'the first sheet of the workbook is empty')
  const columns = readHeader(trimEnd((sheet[header] ?? []).map(cellText)))
  for (let i = header + 1; i < sheet.length; i++) {
    const cells = (sheet[i] ?? []).map(cellText)
    if (cells.every((cell) => cell === '')) continue
    const extra = cells.slice(columns.length).some((cell) => cell !== '')
    const message = `the line has text to the right of the header's ${columns.length} columns`
    yield {
      line: i + 1,
      row: rawRow(columns, cells),
      fault: extra ? { field: 'line', code: 'row.columns', message } : null,
    }
  }
}

type Cell = string | number | boolean | Date | null

async function firstSheet(archive: Buffer): Promise<Cell[][]> {
  try {
    const sheets = await readWorkbook(new Uint8Array(archive).buffer, { trim: false })
    return (sheets[0]?.data ?? []) as Cell[][]
  } catch (cause) {
    throw new AppError(
      'batch.bad_file',
      `the workbook cannot be read: ${messageOf(cause).slice(0, 200)}`,
      {},
      { cause },
    )
  }
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Date) return isoDate(cell.getTime())
  return typeof cell === 'boolean' ? String(cell).toUpperCase() : String(cell)
}

function trimEnd(cells: string[]): string[] {
  let length = cells.length
  while (length > 0 && cells[length - 1]?.trim() === '') length -= 1
  return cells.slice(0, length)
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of source) {
    length += part.length
    if (length > XLSX_BYTES_MAX) {
      throw new AppError(
        'batch.too_large',
        `a workbook may have ${XLSX_BYTES_MAX} bytes; send a larger stock as CSV`,
        { bytesMax: XLSX_BYTES_MAX },
      )
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}
