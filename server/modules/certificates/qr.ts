import QRCode from 'qrcode'

/** Light modules around the symbol (ISO/IEC 18004 section 6.3.8). */
export const QUIET_ZONE_MODULES = 4
const LEVEL = 'M'
export const PNG_PIXELS = { least: 64, usual: 512, most: 2048 } as const

/** A QR symbol as its square of modules; `dark(row, column)` tells the black ones. */
export type QrMatrix = { readonly size: number; dark(row: number, column: number): boolean }

/** Encodes text at error correction level M (15 %), the usual choice for GS1 Digital Link labels. */
export function qrMatrix(text: string): QrMatrix {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: LEVEL })
  return { size: modules.size, dark: (row, column) => modules.get(row, column) === 1 }
}

/** Horizontal runs of dark modules: far fewer shapes than one a module. */
export function* darkRuns(matrix: QrMatrix): Generator<{ row: number; column: number; length: number }> {
  for (let row = 0; row < matrix.size; row++) {
    for (let column = 0; column < matrix.size; column++) {
      if (!matrix.dark(row, column)) continue
      const start = column
      while (column < matrix.size && matrix.dark(row, column)) column++
      yield { row, column: start, length: column - start }
    }
  }
}

/** The symbol as SVG: black on white whatever the page's colours, one path, the text as its title. */
export function qrSvg(text: string): string {
  const matrix = qrMatrix(text)
  const side = matrix.size + 2 * QUIET_ZONE_MODULES
  const path = [...darkRuns(matrix)]
    .map(
      ({ row, column, length }) =>
        `M${column + QUIET_ZONE_MODULES} ${row + QUIET_ZONE_MODULES}h${length}v1h-${length}z`,
    )
    .join('')
  const title = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" role="img" shape-rendering="crispEdges">` +
    `<title>${title}</title><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>`
  )
}

/** The symbol as a PNG of about `pixels` square. */
export function qrPng(text: string, pixels: number = PNG_PIXELS.usual): Promise<Buffer> {
  return QRCode.toBuffer(text, {
    errorCorrectionLevel: LEVEL,
    margin: QUIET_ZONE_MODULES,
    width: pixels,
    type: 'png',
  })
}
