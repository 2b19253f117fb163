import { randomBytes } from 'node:crypto'
import { AppError } from '../../../kernel/errors.ts'
import { parseSerial, type Serial } from '../../../kernel/gs1.ts'
import { base32 } from '../../../kernel/ids.ts'
import type { CheckedRow, ImportedRows, ImportRules, ImportSummary } from '../ports.ts'
import { type RowFacts, type RowReading, readRow } from '../row.ts'
import { ErrorList } from './error-list.ts'
import { CHUNK_CHARACTERS_MAX, CHUNK_ROWS_MAX, ROWS_MAX } from './limits.ts'
import { PriceRanges } from './price-ranges.ts'
import type { FileRow } from './rows.ts'

const SERIAL_BYTES = 10

/**
 * Checks every row of a file and passes those that hold on in chunks, until the first fault: a batch is all or nothing,
 * so from then on only faults are looked for. Serials that the brand left out are made here: 80 random bits.
 */
export async function collectRows(
  rows: AsyncIterable<FileRow>,
  rules: ImportRules,
  onRows: (rows: ImportedRows) => Promise<void>,
): Promise<ImportSummary> {
  const errors = new ErrorList()
  const prices = new PriceRanges()
  const lineOfKey = new Map<string, number>()
  let chunk = new ChunkDraft()
  let total = 0
  for await (const { line, row, fault } of rows) {
    total += 1
    if (total > ROWS_MAX)
      throw new AppError('batch.too_large', `a batch may have ${ROWS_MAX} items`, { rowsMax: ROWS_MAX })
    if (fault) errors.add({ line, ...fault })
    if (row === null) continue
    const reading = readRow(row, rules)
    // Where the fields of a line are shifted, only the first of them that is wrong tells something.
    for (const error of fault ? reading.errors.slice(0, 1) : reading.errors) errors.add({ line, ...error })
    noteDuplicate(reading, line, lineOfKey, errors)
    if (errors.count > 0 || reading.facts === null) continue
    prices.add(reading.facts)
    chunk.add(reading.facts, line)
    if (!chunk.isFull()) continue
    await onRows(chunk.close())
    chunk = new ChunkDraft()
  }
  if (total === 0) throw new AppError('batch.empty_rejected', 'the file has no items')
  if (errors.count === 0 && chunk.count > 0) await onRows(chunk.close())
  return { total, errors: errors.listed(), errorCount: errors.count, prices: prices.list() }
}

function noteDuplicate(
  reading: RowReading,
  line: number,
  lineOfKey: Map<string, number>,
  errors: ErrorList,
): void {
  if (reading.key === null) return
  const key = `${reading.key.gtin}/${reading.key.serial}`
  const first = lineOfKey.get(key)
  if (first === undefined) {
    lineOfKey.set(key, line)
    return
  }
  const add = (at: number, message: string) =>
    errors.add({ line: at, field: 'serial', code: 'item.duplicate_in_file', message })
  if (first > 0) {
    add(first, `GTIN and serial are also on line ${line}`)
    // Negative from now on: the first line is reported once, however often it is repeated.
    lineOfKey.set(key, -first)
  }
  add(line, `GTIN and serial are already on line ${Math.abs(first)}`)
}

/** Rows on their way into one stored chunk. */
class ChunkDraft {
  readonly #rows: CheckedRow[] = []
  readonly #keys: string[] = []
  readonly #lines: number[] = []
  #characters = 0

  get count(): number {
    return this.#rows.length
  }

  isFull(): boolean {
    return this.#rows.length >= CHUNK_ROWS_MAX || this.#characters >= CHUNK_CHARACTERS_MAX
  }

  add(facts: RowFacts, line: number): void {
    if (facts.serial !== null) {
      this.#keys.push(`${facts.gtin}/${facts.serial}`)
      this.#lines.push(line)
    }
    this.#rows.push({ ...facts, serial: facts.serial ?? madeSerial(), line })
    for (const text of [facts.model, facts.category, facts.colour, facts.materials, facts.facility])
      this.#characters += text?.length ?? 0
  }

  close(): ImportedRows {
    const rows = Buffer.from(JSON.stringify(this.#rows))
    return { rows, count: this.#rows.length, keys: this.#keys, lines: this.#lines }
  }
}

function madeSerial(): Serial {
  return parseSerial(base32(randomBytes(SERIAL_BYTES)))
}
