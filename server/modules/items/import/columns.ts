import { AppError } from '../../../kernel/errors.ts'
import { COLUMNS, type Column, type RawRow, REQUIRED_COLUMNS } from '../row.ts'

const KNOWN: ReadonlySet<string> = new Set(COLUMNS)

/** The columns of a header, names in any case; throws `batch.columns_rejected` naming what is missing, unknown or double. */
export function readHeader(cells: readonly string[]): Column[] {
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const unknown = names.filter((name) => !KNOWN.has(name))
  const missing = REQUIRED_COLUMNS.filter((name) => !names.includes(name))
  const twice = names.filter((name, i) => KNOWN.has(name) && names.indexOf(name) !== i)
  const faults = [
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`not known: ${unknown.slice(0, 20).map(quoted).join(', ')}`] : []),
    ...(twice.length > 0 ? [`more than once: ${[...new Set(twice)].join(', ')}`] : []),
  ]
  if (faults.length === 0) return names as Column[]
  const message = `the columns of the file cannot be used: ${faults.join('; ')}. Known columns: ${COLUMNS.join(', ')}`
  throw new AppError('batch.columns_rejected', message, {
    missing,
    unknown: unknown.slice(0, 20).map((name) => name.slice(0, 60)),
    twice,
  })
}

/** The cells of a line by column; cells beyond the header are left out. */
export function rawRow(columns: readonly Column[], cells: readonly string[]): RawRow {
  const row: { [column in Column]?: string } = {}
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]
    if (column !== undefined) row[column] = cells[i] ?? ''
  }
  return row
}

function quoted(name: string): string {
  return `"${name.slice(0, 60)}"`
}
