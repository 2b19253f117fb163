import { crc32, deflateRawSync } from 'node:zlib'
import { expect } from 'chai'
import { isAppError } from '../../../server/kernel/errors.ts'
import { readXlsx } from '../../../server/modules/items/import/read-xlsx.ts'
import type { FileRow } from '../../../server/modules/items/import/rows.ts'
import { requireBoundedZip } from '../../../server/modules/items/import/zip.ts'

/*
 * a workbook
 * ├── cells: text, numbers, dates, empty; blank lines skipped; lines as the spreadsheet numbers them
 * ├── refused: no ZIP, not a workbook, empty sheet, unknown columns, too large
 * └── bombs: declared too large, declared small but unpacking to more, broken directory
 */
describe('Workbook of items', () => {
  it('gives rows with text, numbers and dates as text, and the line numbers of the sheet', async () => {
    const rows = await read(
      workbook([
        ['GTIN', 'serial', 'model', 'production_date', 'retail_price'],
        [9521234001157, 'A1', 'Parfum N° 12 Édition', { date: 46236 }, 690.5],
        [],
        ['09521234001003', 12345, 'Sac', null, 3900],
      ]),
    )
    expect(rows).to.deep.equal([
      {
        line: 2,
        row: {
          gtin: '9521234001157',
          serial: 'A1',
          model: 'Parfum N° 12 Édition',
          production_date: '2026-08-02',
          retail_price: '690.5',
        },
        fault: null,
      },
      {
        line: 4,
        row: {
          gtin: '09521234001003',
          serial: '12345',
          model: 'Sac',
          production_date: '',
          retail_price: '3900',
        },
        fault: null,
      },
    ])
  })

  it('names a line with text to the right of the header', async () => {
    const [row] = await read(
      workbook([
        ['gtin', 'model'],
        ['09521234001157', 'x', 'extra'],
      ]),
    )
    expect(row).to.deep.include({ line: 2 })
    expect(row?.fault).to.include({ code: 'row.columns' })
  })

  const refused: [string, Buffer, string][] = [
    ['bytes that are no ZIP', Buffer.from('gtin,model'), 'batch.bad_file'],
    ['a ZIP that is no workbook', zip({ 'readme.txt': 'hello' }), 'batch.bad_file'],
    ['an empty sheet', workbook([]), 'batch.empty_rejected'],
    ['unknown columns', workbook([['gtin', 'model', 'color']]), 'batch.columns_rejected'],
    ['a cut-off file', workbook([['gtin', 'model']]).subarray(0, 300), 'batch.bad_file'],
  ]
  for (const [title, bytes, code] of refused) {
    it(`is refused for ${title}`, async () => {
      expect(await codeOf(read(bytes))).to.equal(code)
    })
  }
})

describe('Archive', () => {
  it('that declares more than the bound is refused before anything is unpacked', async () => {
    const bomb = zip({ 'xl/worksheets/sheet1.xml': 'x'.repeat(100_000) })
    expect(() => requireBoundedZip(bomb, 100_000)).to.not.throw()
    expect(() => requireBoundedZip(bomb, 99_999)).to.throw('unpacks to 100000 bytes')
  })

  it('that unpacks to more or less than it declares is refused', () => {
    for (const lie of [10, 200_000]) {
      const bomb = zip({ 'xl/worksheets/sheet1.xml': 'x'.repeat(100_000) }, lie)
      expect(() => requireBoundedZip(bomb, 1_000_000)).to.throw('does not unpack to the size it declares')
    }
  })

  it('whose directory was damaged at any byte is refused or within its bound, and never crashes the reader', () => {
    const good = workbook([
      ['gtin', 'model'],
      ['09521234001157', 'x'],
    ])
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good)
      bad[at] = (bad[at] ?? 0) ^ 0xff
      try {
        requireBoundedZip(bad, 1_000_000)
      } catch (error) {
        expect(isAppError(error), `byte ${at}: ${String(error)}`).to.equal(true)
      }
    }
  })
})

type Cell = string | number | { date: number } | null

/** A minimal workbook (ECMA-376) with one sheet of inline texts, numbers and dates. */
function workbook(rows: Cell[][]): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const packages = 'http://schemas.openxmlformats.org/package/2006/relationships'
  const lines = rows.map(
    (cells, r) => `<row r="${r + 1}">${cells.map((cell, c) => cellXml(cell, r, c)).join('')}</row>`,
  )
  return zip({
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="Items" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${lines.join('')}</sheetData></worksheet>`,
  })
}

function cellXml(cell: Cell, row: number, column: number): string {
  const place = `${String.fromCharCode(65 + column)}${row + 1}`
  if (cell === null) return ''
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`
  if (typeof cell === 'object') return `<c r="${place}" s="1"><v>${cell.date}</v></c>`
  return `<c r="${place}" t="inlineStr"><is><t>${cell}</t></is></c>`
}

/** A ZIP of deflated entries; `declared` replaces the unpacked size that the directory gives. */
function zip(files: Record<string, string>, declared?: number): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const packed = deflateRawSync(text)
    const sizes = Buffer.alloc(12)
    sizes.writeUInt32LE(crc32(text), 0)
    sizes.writeUInt32LE(packed.length, 4)
    sizes.writeUInt32LE(declared ?? Buffer.byteLength(text), 8)
    const common = Buffer.concat([
      Buffer.from([20, 0, 0, 0, 8, 0, 0, 0, 0, 0]),
      sizes,
      Buffer.from([name.length, 0, 0, 0]),
    ])
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, place, Buffer.from(name)]),
    )
    bodies.push(Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed)
    offset += 4 + common.length + name.length + packed.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, entries, end])
}

async function read(bytes: Buffer): Promise<FileRow[]> {
  const rows: FileRow[] = []
  const source = (async function* () {
    yield bytes
  })()
  for await (const row of readXlsx(source)) rows.push(row)
  return rows
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
  return 'not refused'
}
