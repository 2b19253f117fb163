import { globSync } from 'node:fs'
import { CHROMIUM, POPPLER, type SystemTool, ZBAR } from './system-tools.ts'

/** One process of tests. `files` are patterns for mocha; a `solidity` suite is run by Hardhat itself. */
export type Suite = {
  readonly title: string
  readonly kind: 'mocha' | 'solidity'
  readonly files: readonly string[]
  readonly timeoutMs: number
}

export type Group = { readonly suites: readonly Suite[]; readonly tools: readonly SystemTool[] }

const mocha = (title: string, timeoutMs: number, ...files: string[]): Suite => ({
  title,
  kind: 'mocha',
  files,
  timeoutMs,
})

/** All groups in the order they run: what fails fast and explains most comes first. */
export const GROUPS: Readonly<Record<string, Group>> = {
  rules: { suites: [mocha('rules of the code', 20_000, 'test/*.test.ts')], tools: [] },
  contracts: {
    suites: [
      mocha('contracts', 60_000, 'test/contracts/**/*.test.ts'),
      {
        title: 'contracts: fuzz and invariants',
        kind: 'solidity',
        files: ['{contracts,test}/**/*.t.sol'],
        timeoutMs: 0,
      },
    ],
    tools: [],
  },
  unit: { suites: [mocha('unit', 20_000, 'test/unit/**/*.test.ts')], tools: [ZBAR, POPPLER] },
  db: { suites: [mocha('store', 30_000, 'test/db/**/*.test.ts')], tools: [] },
  chain: { suites: [mocha('chain', 60_000, 'test/chain/**/*.test.ts')], tools: [] },
  api: { suites: [mocha('HTTP interface', 60_000, 'test/api/**/*.test.ts')], tools: [ZBAR, POPPLER] },
  journeys: {
    suites: [mocha('journeys in a browser', 180_000, 'test/journeys/**/*.test.ts')],
    tools: [CHROMIUM],
  },
}

/** Parts of the above that have a command of their own. */
export const PARTS: Readonly<Record<string, Group>> = {
  gas: { suites: [mocha('gas', 60_000, 'test/contracts/**/gas.test.ts')], tools: [] },
}

/** The files of a suite, sorted, as they are on disk now. */
export function filesOf(suite: Suite, cwd: string): string[] {
  return suite.files.flatMap((pattern) => globSync(pattern, { cwd })).sort()
}
