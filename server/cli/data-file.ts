import { join, resolve } from 'node:path'
import type { Given } from './command.ts'

export const DATA_FLAG = {
  data: { type: 'string', value: 'DIR', help: 'data folder of the gateway; else CACHET_DATA_DIR or .data' },
} as const

/** The embedded store's file in the data folder that a command is about. */
export function dataFileOf(given: Given): string {
  return join(resolve(given.text('data') ?? given.env['CACHET_DATA_DIR'] ?? '.data'), 'store.db')
}
