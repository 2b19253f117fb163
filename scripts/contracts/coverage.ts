import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { binOf, ROOT } from '../lib/test-run.ts'
import { forge } from './forge.ts'
import { type FileCoverage, merged, missingIn, parseLcov, percent } from './lcov.ts'

// How much of contracts/** the tests reach: lines by Hardhat over the mocha tests, branches by forge over the .t.sol
// tests. Ends with 1 below 100 % of either, and names each line and branch that is missing.

const HELP = `npm run coverage [-- --only lines|branches]`

/** Mocks are deployed by tests alone. Gas differs in instrumented contracts. */
const isMeasured = (path: string): boolean => path.startsWith('contracts/') && !path.includes('/mocks/')
const isRun = (path: string): boolean => !path.endsWith('gas.test.ts')

async function main(): Promise<void> {
  const options = { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const
  const { values } = parseArgs({ options })
  if (values.help) return console.log(HELP)
  const branches =
    values.only === 'lines' ? [] : (await branchCoverage()).filter(({ path }) => isMeasured(path))
  const lines = values.only === 'branches' ? [] : lineCoverage().filter(({ path }) => isMeasured(path))
  const rows = merged(lines, branches)
  print(rows)
  const missing = rows.flatMap(missingIn)
  for (const line of missing) console.log(line)
  if (missing.length > 0 || rows.length === 0) process.exitCode = 1
}

/** Branches of forge's report; its lines are left aside, Hardhat's count. */
async function branchCoverage(): Promise<FileCoverage[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cachet-coverage-'))
  try {
    const file = join(folder, 'lcov.info')
    const args = ['coverage', '--exclude-tests', '--report', 'lcov', '--report-file', file]
    const { code, output } = await forge({ args, cwd: ROOT })
    if (code !== 0) throw new Error(`forge coverage ended with ${code}\n${output}`)
    return parseLcov(readFileSync(file, 'utf8'), ROOT).map((one) => ({ ...one, lines: [] }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function lineCoverage(): FileCoverage[] {
  const files = globSync('test/contracts/**/*.test.ts', { cwd: ROOT }).filter(isRun).sort()
  const env = { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true', NODE_ENV: 'test' }
  const args = [binOf('hardhat', 'hardhat'), '--config', ownConfig(), 'test', 'mocha', '--coverage', ...files]
  const ran = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (ran.status !== 0)
    throw new Error(`hardhat test --coverage ended with ${ran.status}\n${ran.stdout}${ran.stderr}`)
  const report = readFileSync(join(ROOT, 'coverage', 'lcov.info'), 'utf8')
  return parseLcov(report, ROOT).map((one) => ({ ...one, branches: [] }))
}

/** Coverage puts counting code in place of the contracts' own: never where a deployment would take it from. */
function ownConfig(): string {
  const folder = join(ROOT, '.toolchain', 'coverage')
  mkdirSync(folder, { recursive: true })
  const paths = { artifacts: join(folder, 'artifacts'), cache: join(folder, 'cache') }
  const project = pathToFileURL(join(ROOT, 'hardhat.config.ts')).href
  const file = join(folder, 'hardhat.config.ts')
  writeFileSync(
    file,
    `import project from ${JSON.stringify(project)}
export default { ...project, paths: { ...project.paths, ...${JSON.stringify(paths)} } }
`,
  )
  return file
}

function print(rows: readonly FileCoverage[]): void {
  const width = Math.max(...rows.map(({ path }) => path.length), 4)
  console.log(`${'file'.padEnd(width)}  ${'lines'.padStart(18)}  ${'branches'.padStart(18)}`)
  const total = {
    path: 'all',
    lines: rows.flatMap(({ lines }) => lines),
    branches: rows.flatMap(({ branches }) => branches),
  }
  for (const { path, lines, branches } of [...rows, total]) {
    console.log(`${path.padEnd(width)}  ${percent(lines).padStart(18)}  ${percent(branches).padStart(18)}`)
  }
}

await main()
