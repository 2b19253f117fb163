import { once } from 'node:events'
import { createRequire } from 'node:module'
import { PassThrough, type Readable } from 'node:stream'
import PDFDocument from 'pdfkit'
import { LABEL_STOCKS, type LabelStock, type LabelStockName } from './label-stock.ts'
import { darkRuns, QUIET_ZONE_MODULES, qrMatrix } from './qr.ts'

/** What is printed on one label. */
export type Label = {
  readonly url: string
  readonly gtin: string
  readonly serial: string
  readonly model: string
  readonly brandName: string
  /** Printed in the scratch area; null where codes were handed out already. */
  readonly claimCode: string | null
}

export type LabelSheet = {
  readonly stock: LabelStockName
  readonly batchId: string
  readonly labels: AsyncIterable<Label>
}

const POINTS_PER_MM = 72 / 25.4
/** Smallest module that phone cameras and printers handle well (GS1 General Specifications, 2D in retail: 0.33 mm to 0.99 mm). */
const MODULE_MM_LEAST = 0.33
/**
 * Modules are multiples of 1/50 inch on the page's grid of the same step: whole dots at 100, 150, 200, 300 and 600 dpi, so
 * that no printer or scanner blurs their edges. Where a long link leaves less room, of one dot at 300 dpi.
 */
const GRID_MM = 25.4 / 50
const DOT_MM = 25.4 / 300
const PADDING_MM = 2
const QR_SHARE_OF_WIDTH = 0.46
const SCRATCH_MM = { height: 7.5, most: 30 }
const TEXT_LINES_MODEL = 2

const require = createRequire(import.meta.url)
const FONTS = {
  regular: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
  mono: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono-Bold.ttf'),
}

type Pdf = PDFKit.PDFDocument
type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/**
 * A PDF of label sheets in exact millimetres, QR symbols as vectors. Text is set in DejaVu Sans (Latin, Greek, Cyrillic);
 * a letter of another script prints as an empty box, the symbol and the numbers beside it are unaffected. Labels are
 * drawn as fast as the reader takes them, so that a large batch does not pile up in memory.
 */
export function labelSheet(sheet: LabelSheet): Readable {
  const stock: LabelStock = LABEL_STOCKS[sheet.stock]
  const size: [number, number] = [stock.page.width * POINTS_PER_MM, stock.page.height * POINTS_PER_MM]
  const doc = new PDFDocument({
    size,
    margin: 0,
    autoFirstPage: false,
    info: { Title: `Labels of batch ${sheet.batchId}` },
  })
  for (const [name, file] of Object.entries(FONTS)) doc.registerFont(name, file)
  const out = new PassThrough()
  doc.pipe(out)
  draw(doc, out, stock, sheet).then(
    () => doc.end(),
    (error: Error) => out.destroy(error),
  )
  return out
}

async function draw(doc: Pdf, out: PassThrough, stock: LabelStock, sheet: LabelSheet): Promise<void> {
  const perPage = stock.columns * stock.rows
  let count = 0
  for await (const label of sheet.labels) {
    if (count % perPage === 0) await newPage(doc, out, stock, `${sheet.batchId} · ${count / perPage + 1}`)
    drawLabel(doc, stock, boxOf(stock, count % perPage), label)
    count++
  }
  if (count === 0) await newPage(doc, out, stock, `${sheet.batchId} · no labels`)
}

/** Begins a page once the reader has taken what was drawn before. */
async function newPage(doc: Pdf, out: PassThrough, stock: LabelStock, footer: string): Promise<void> {
  while (out.writableNeedDrain && !out.destroyed) await Promise.race([once(out, 'drain'), once(out, 'close')])
  if (out.destroyed) throw new Error('the reader of the label sheet went away')
  doc.addPage()
  const y = (stock.page.height - 4) * POINTS_PER_MM
  doc
    .font('regular')
    .fontSize(5)
    .fillColor('#555')
    .text(footer, 5 * POINTS_PER_MM, y, { lineBreak: false })
}

function boxOf(stock: LabelStock, position: number): Box {
  const column = position % stock.columns
  const row = Math.floor(position / stock.columns)
  return {
    x: stock.margin.left + column * stock.pitch.x,
    y: stock.margin.top + row * stock.pitch.y,
    width: stock.label.width,
    height: stock.label.height,
  }
}

function drawLabel(doc: Pdf, stock: LabelStock, box: Box, label: Label): void {
  const side = Math.min(box.height - 2 * PADDING_MM, box.width * QR_SHARE_OF_WIDTH)
  const qr = { x: box.x + PADDING_MM, y: box.y + (box.height - side) / 2, width: side, height: side }
  drawQr(doc, qr, stock.page.height, label.url)
  const x = qr.x + side + 1
  drawText(
    doc,
    {
      x,
      y: box.y + PADDING_MM,
      width: box.x + box.width - PADDING_MM - x,
      height: box.height - 2 * PADDING_MM,
    },
    label,
  )
}

function drawQr(doc: Pdf, box: Box, pageHeightMm: number, text: string): void {
  const matrix = qrMatrix(text)
  const moduleMm = moduleSize(box.width / (matrix.size + 2 * QUIET_ZONE_MODULES))
  if (moduleMm < MODULE_MM_LEAST)
    throw new RangeError(`the link is too long for this label: ${text.length} characters`)
  const quiet = QUIET_ZONE_MODULES * moduleMm
  const unit = moduleMm * POINTS_PER_MM
  const left = onGrid(box.x + quiet) * POINTS_PER_MM
  // The dot grid of a PDF page begins at its lower left corner.
  const top = (pageHeightMm - onGrid(pageHeightMm - box.y - quiet)) * POINTS_PER_MM
  for (const { row, column, length } of darkRuns(matrix)) {
    doc.rect(left + column * unit, top + row * unit, length * unit, unit)
  }
  doc.fill('#000')
}

function moduleSize(roomMm: number): number {
  const step = roomMm >= GRID_MM ? GRID_MM : DOT_MM
  return Math.floor(roomMm / step) * step
}

function onGrid(mm: number): number {
  return Math.round(mm / GRID_MM) * GRID_MM
}

function drawText(doc: Pdf, box: Box, label: Label): void {
  const x = box.x * POINTS_PER_MM
  const width = box.width * POINTS_PER_MM
  const line = (font: string, size: number, text: string, lines = 1) => {
    doc.font(font).fontSize(size).fillColor('#000')
    const height = doc.currentLineHeight(true) * lines + 0.5
    doc.text(text, x, doc.y, { width, height, ellipsis: true, lineGap: 0 })
    doc.y = Math.min(doc.y, (box.y + box.height) * POINTS_PER_MM)
  }
  doc.y = box.y * POINTS_PER_MM
  line('bold', 6.5, label.brandName)
  line('regular', 5.5, label.model, TEXT_LINES_MODEL)
  doc.y += 1
  line('regular', 4.8, `(01) ${label.gtin}`)
  line('regular', 4.8, `(21) ${label.serial}`)
  line('regular', 4.8, new URL(label.url).host)
  if (label.claimCode !== null) drawScratchArea(doc, box, label.claimCode)
}

/** The place for the scratch panel, at the label's foot, with the claim code in it. */
function drawScratchArea(doc: Pdf, box: Box, code: string): void {
  const width = Math.min(box.width, SCRATCH_MM.most) * POINTS_PER_MM
  const height = SCRATCH_MM.height * POINTS_PER_MM
  const x = box.x * POINTS_PER_MM
  const y = (box.y + box.height) * POINTS_PER_MM - height
  doc.lineWidth(0.4).dash(1.2, { space: 1.2 }).rect(x, y, width, height).stroke('#777').undash()
  doc.font('regular').fontSize(3.6).fillColor('#555')
  doc.text('claim code: cover with a scratch panel', x + 2, y + 1.6, {
    width: width - 4,
    lineBreak: false,
    ellipsis: true,
  })
  const grouped = code.replace(/(.{4})(?=.)/g, '$1 ')
  doc
    .font('mono')
    .fontSize(6.2)
    .fillColor('#000')
    .text(grouped, x + 2, y + 8.5, { width: width - 4, lineBreak: false })
}
