/** A sheet of labels: paper, grid and label size, all in millimetres, as the makers print them on the box. */
export type LabelStock = {
  readonly title: string
  readonly page: { readonly width: number; readonly height: number }
  readonly columns: number
  readonly rows: number
  readonly label: { readonly width: number; readonly height: number }
  /** Upper left corner of the first label. */
  readonly margin: { readonly left: number; readonly top: number }
  /** Distance from one label's corner to the next one's. */
  readonly pitch: { readonly x: number; readonly y: number }
}

const A4 = { width: 210, height: 297 }

/** Stocks that can be printed on; the first is the usual one. */
export const LABEL_STOCKS = {
  'avery-l7160': {
    title: 'Avery L7160, 21 labels of 63.5 × 38.1 mm on A4',
    page: A4,
    columns: 3,
    rows: 7,
    label: { width: 63.5, height: 38.1 },
    margin: { left: 7.2, top: 15.1 },
    pitch: { x: 66.0, y: 38.1 },
  },
  'avery-l7159': {
    title: 'Avery L7159, 24 labels of 63.5 × 33.9 mm on A4',
    page: A4,
    columns: 3,
    rows: 8,
    label: { width: 63.5, height: 33.9 },
    margin: { left: 7.2, top: 12.9 },
    pitch: { x: 66.0, y: 33.9 },
  },
  'a4-10': {
    title: '10 labels of 99.1 × 57 mm on A4 (Avery L7173)',
    page: A4,
    columns: 2,
    rows: 5,
    label: { width: 99.1, height: 57 },
    margin: { left: 4.6, top: 6 },
    pitch: { x: 101.6, y: 57 },
  },
} as const satisfies Record<string, LabelStock>

export type LabelStockName = keyof typeof LABEL_STOCKS
