import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import type { Config } from '../config/config.ts'
import { digitalLinkPath, type ItemKey, parseGtin, parseSerial } from '../kernel/gs1.ts'
import type { ItemReader } from '../modules/items/index.ts'
import type { DemoItem } from '../web/index.ts'

/** The file that the demonstration brand registers, as a brand would upload it. */
export const DEMO_FILE = new URL('./items.csv', import.meta.url)

type DemoRow = ItemKey & { readonly model: string }

const rows: readonly DemoRow[] = parse<{ gtin: string; serial: string; model: string }>(
  readFileSync(DEMO_FILE),
  { columns: true },
).map(({ gtin, serial, model }) => ({ gtin: parseGtin(gtin), serial: parseSerial(serial), model }))

/** The nth demonstration item of a model. */
export function demoItem(model: string, n = 0): DemoRow {
  const found = rows.filter((row) => row.model === model)[n]
  if (!found) throw new TypeError(`the demonstration has no item ${n} of ${model}`)
  return found
}

/** What became of items after they were registered. */
export const WITHDRAWN = {
  revoked: demoItem('Sac Émeraude 28', 2),
  recalled: demoItem('Lunettes Azur', 1),
} as const

/** Items that the first page points at, once they are registered. */
export async function demoItems(config: Config, items: ItemReader): Promise<readonly DemoItem[]> {
  if (!config.demo) return []
  const shown: readonly (readonly [string, ItemKey & { model: string }])[] = [
    ['registered', demoItem('Sac Émeraude 28')],
    ['recalled', WITHDRAWN.recalled],
    ['revoked', WITHDRAWN.revoked],
  ]
  const first = shown[0]?.[1]
  if (!first || !(await items.find(first))) return []
  return shown.map(([state, row]) => ({ title: `${row.model} (${state})`, path: digitalLinkPath(row) }))
}
