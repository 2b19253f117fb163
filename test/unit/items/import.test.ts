import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { isAppError } from '../../../server/kernel/errors.ts'
import { collectRows } from '../../../server/modules/items/import/collect-rows.ts'
import { readCsv } from '../../../server/modules/items/import/read-csv.ts'
import { readNdjson } from '../../../server/modules/items/import/read-ndjson.ts'
import type { FileRow } from '../../../server/modules/items/import/rows.ts'
import type { CheckedRow, ImportSummary } from '../../../server/modules/items/ports.ts'

const RULES = { prefixes: ['9521234'], latestDate: '2026-11-24' }
const GTIN = '09521234001157'

/*
 * a file
 * ├── samples: items-1000 passes, items-bad names each mistake and stores nothing, items-latin1 is not UTF-8
 * ├── CSV: delimiter, mark, quotes, line ends, header, columns, bounds
 * ├── NDJSON: values, unknown fields, lines that are none
 * └── bytes cut anywhere give the same rows
 */
describe('File of items', () => {
  it('passes the 1,000 sample items and makes the serials that are missing, each of 80 random bits', async () => {
    const { summary, rows } = await collect(readCsv(inPieces(sample('items-1000.csv'))))
    expect(summary).to.include({ total: 1_000, errorCount: 0 })
    expect(rows).to.have.length(1_000)
    expect(new Set(rows.map((row) => `${row.gtin}/${row.serial}`)).size).to.equal(1_000)
    expect(rows[0]).to.include({ line: 2, model: 'Parfum N° 12 Édition', retailPrice: '690' })
    expect(rows[0]?.serial).to.match(/^[0-9A-HJKMNP-TV-Z]{16}$/)
    expect(rows[1]).to.include({ line: 3, serial: '46VH73JNXM23H3YF' })
  })

  it('names exactly the lines of items-bad.csv that have a mistake, with field and code, and passes no row on after them', async () => {
    const expected = JSON.parse(sample('items-bad.expected.json').toString()) as {
      line: number
      case: string
    }[]
    const { summary, rows } = await collect(readCsv(inPieces(sample('items-bad.csv'))))
    expect(summary.errors.map(({ line, field, code }) => [line, field, code])).to.deep.equal([
      [2, 'gtin', 'gs1.bad_gtin'],
      [3, 'gtin', 'gs1.bad_gtin'],
      [4, 'gtin', 'item.prefix_not_owned'],
      [5, 'serial', 'gs1.bad_serial'],
      [6, 'serial', 'gs1.bad_serial'],
      [7, 'serial', 'item.duplicate_in_file'],
      [8, 'serial', 'item.duplicate_in_file'],
      [9, 'country_of_production', 'item.unknown_country'],
      [10, 'production_date', 'item.bad_date'],
      [11, 'production_date', 'item.future_date'],
      [12, 'model', 'item.required'],
      [14, 'retail_price', 'item.bad_price'],
      [15, 'currency', 'item.unknown_currency'],
      [17, 'colour', 'item.control_character'],
    ])
    const fine = ['spreadsheet formula', 'script in text', 'a good line']
    const mistaken = expected.filter((entry) => !fine.includes(entry.case)).map((entry) => entry.line)
    expect(summary.errors.map((error) => error.line)).to.deep.equal(mistaken)
    expect(summary.errors[5]?.message).to.contain('line 8')
    expect(summary.errors[6]?.message).to.contain('line 7')
    expect(rows).to.deep.equal([])
  })

  it('refuses items-latin1.csv, saying which byte on which line and what to do', async () => {
    const error = await refusal(readCsv(inPieces(sample('items-latin1.csv'))))
    expect(error).to.deep.include({
      code: 'batch.not_utf8_rejected',
      data: { line: 2, byteOffset: 153, byte: '0xB0' },
    })
    expect(error.message).to.contain('Save it as "CSV UTF-8"')
  })

  it('gives the same rows wherever the bytes are cut', async () => {
    const bytes = Buffer.from(`gtin,serial,model\n${GTIN},A1,"Élan\u{1F45C}手"\n${GTIN},A2,b\n`)
    const whole = (await collect(readCsv(inPieces(bytes)))).rows
    for (let size = 1; size < bytes.length; size++) {
      expect((await collect(readCsv(inPieces(bytes, size)))).rows).to.deep.equal(whole)
    }
    expect(whole.map((row) => row.model)).to.deep.equal(['Élan\u{1F45C}手', 'b'])
  })

  it('lists a thousand faults, counts all, and keeps both lines of a late duplicate of an early line', async () => {
    const lines = Array.from({ length: 3_000 }, (_, i) => `${GTIN},S${i},`)
    const { summary } = await collect(
      csv(['gtin,serial,model', `${GTIN},TWICE,x`, ...lines, `${GTIN},TWICE,x`].join('\n')),
    )
    expect(summary.errors).to.have.length(1_000)
    expect(summary.errorCount).to.equal(3_002)
    expect(summary.errors[0]).to.include({ line: 2, code: 'item.duplicate_in_file' })
  })

  it('reports the first line of a triple once', async () => {
    const { summary } = await collect(csv(`gtin,serial,model\n${GTIN},A,x\n${GTIN},A,x\n${GTIN},A,x\n`))
    expect(summary.errors.map((error) => error.line)).to.deep.equal([2, 3, 4])
  })

  it('keeps the lowest and highest price of each model and currency', async () => {
    const rows = ['100,EUR', '90.5,EUR', '1000,EUR', '99,CHF'].map((price, i) => `${GTIN},P${i},Sac,${price}`)
    const { summary } = await collect(csv(`gtin,serial,model,retail_price,currency\n${rows.join('\n')}`))
    expect(summary.prices).to.deep.equal([
      { model: 'Sac', category: null, currency: 'EUR', lowest: '90.5', highest: '1000' },
      { model: 'Sac', category: null, currency: 'CHF', lowest: '99', highest: '99' },
    ])
  })
})

describe('CSV', () => {
  const accepted: [string, string, string][] = [
    ['semicolons', `gtin;serial;model\n${GTIN};A1;Sac, noir`, 'Sac, noir'],
    ['tabs', `gtin\tserial\tmodel\n${GTIN}\tA1\tSac`, 'Sac'],
    [
      'a byte order mark and header names in any case',
      `\ufeffGTIN,Serial,MODEL\r\n${GTIN},A1,Sac\r\n`,
      'Sac',
    ],
    ['quotes and doubled quotes', `gtin,serial,model\n${GTIN},A1,"Sac ""28"", noir"`, 'Sac "28", noir'],
    ['columns in another order', `model,gtin\nSac,${GTIN}`, 'Sac'],
    ['blank lines and mixed line ends', `gtin,model\r\n\r\n${GTIN},Sac\n\n`, 'Sac'],
  ]
  for (const [title, text, model] of accepted) {
    it(`is read with ${title}`, async () => {
      const { summary, rows } = await collect(csv(text))
      expect(summary.errors).to.deep.equal([])
      expect(rows.map((row) => row.model)).to.deep.equal([model])
    })
  }

  it('counts lines as an editor does, also after a quoted line break', async () => {
    const { summary } = await collect(csv(`gtin,model\n${GTIN},"two\nlines"\n\n${GTIN},\n`))
    expect(summary.errors.map(({ line, field }) => [line, field])).to.deep.equal([
      [2, 'model'],
      [5, 'model'],
    ])
  })

  it('names missing, unknown and repeated columns', async () => {
    const error = await refusal(csv('gtin,serial,serial,color\n'))
    expect(error).to.deep.include({
      code: 'batch.columns_rejected',
      data: { missing: ['model'], unknown: ['color'], twice: ['serial'] },
    })
  })

  it('names lines with more or fewer fields than the header', async () => {
    const { summary } = await collect(csv(`gtin,serial,model\n${GTIN},A1,Sac,28\n${GTIN},A2\n`))
    expect(summary.errors.map(({ line, code }) => [line, code])).to.deep.include.members([
      [2, 'row.columns'],
      [3, 'row.columns'],
    ])
  })

  it('names the line of a broken quote', async () => {
    const { summary } = await collect(csv(`gtin,model\n${GTIN},Sac\n${GTIN},"Sac" noir\n`))
    expect(summary.errors.map(({ line, code }) => [line, code])).to.deep.equal([[3, 'row.malformed']])
  })

  it('refuses a line longer than 64 kB', async () => {
    const { summary } = await collect(csv(`gtin,model\n${GTIN},${'x'.repeat(70_000)}\n`))
    expect(summary.errors.map((error) => error.code)).to.deep.equal(['row.too_long'])
  })

  for (const [title, text] of [
    ['no header', ''],
    ['a header only', 'gtin,model\n'],
  ] as const) {
    it(`refuses a file with ${title}`, async () => {
      expect((await refusal(csv(text))).code).to.equal('batch.empty_rejected')
    })
  }
})

describe('NDJSON', () => {
  it('takes text, numbers and null as values', async () => {
    const { summary, rows } = await collect(
      ndjson({ gtin: 9521234001157, model: 'Sac', retail_price: 690.5, currency: 'EUR', colour: null }),
    )
    expect(summary.errors).to.deep.equal([])
    expect(rows[0]).to.include({ gtin: GTIN, retailPrice: '690.5', colour: null })
  })

  it('names lines that are no JSON object, have an unknown field or a value that is none', async () => {
    const lines = [
      '{"gtin":',
      '[1]',
      JSON.stringify({ gtin: GTIN, model: 'x', color: 'y' }),
      JSON.stringify({ gtin: GTIN, model: ['x'] }),
    ]
    const { summary } = await collect(readNdjson(inPieces(Buffer.from(lines.join('\n')))))
    expect(summary.errors.map(({ line, field, code }) => [line, field, code])).to.deep.equal([
      [1, 'line', 'row.malformed'],
      [2, 'line', 'row.malformed'],
      [3, 'color', 'row.unknown_field'],
      [4, 'model', 'row.malformed'],
    ])
  })

  it('refuses a line longer than 64 kB without holding the rest', async () => {
    const { summary } = await collect(readNdjson(inPieces(Buffer.from('x'.repeat(1_000_000)), 10_000)))
    expect(summary.errors.map((error) => error.code)).to.deep.equal(['row.too_long'])
  })
})

function csv(text: string): AsyncIterable<FileRow> {
  return readCsv(inPieces(Buffer.from(text)))
}

function ndjson(...rows: object[]): AsyncIterable<FileRow> {
  return readNdjson(inPieces(Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))))
}

function sample(name: string): Buffer {
  return readFileSync(new URL(`../../golden/samples/${name}`, import.meta.url))
}

async function* inPieces(bytes: Buffer, size = 65_536): AsyncGenerator<Buffer> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}

async function collect(
  source: AsyncIterable<FileRow>,
): Promise<{ summary: ImportSummary; rows: CheckedRow[] }> {
  const rows: CheckedRow[] = []
  const summary = await collectRows(source, RULES, async (found) => {
    rows.push(...(JSON.parse(Buffer.from(found.rows).toString()) as CheckedRow[]))
  })
  return { summary, rows }
}

async function refusal(
  source: AsyncIterable<FileRow>,
): Promise<{ code: string; message: string; data: unknown }> {
  try {
    await collect(source)
  } catch (error) {
    if (isAppError(error)) return { code: error.code, message: error.message, data: error.data }
    throw error
  }
  throw new Error('the file was not refused')
}
