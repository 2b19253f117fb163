import { spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { binOf, ROOT } from './test-run.ts'

export type StepResult = { readonly ok: boolean; readonly output: string }
export type Step = { readonly name: string; readonly what: string; run(): Promise<StepResult> }

/** Anything that leaves a test out, alone in its run, or a debt without an issue. */
const LEFT_OUT =
  /\b(?:describe|it|context|suite|test)\.(?:skip|only)\(|\bx(?:it|describe)\(|@ts-ignore|\bTODO\b(?!\(#\d+\))/

/** The steps of the gate. A step stands here from the day its input exists. */
export const STEPS: readonly Step[] = [
  program('format and lint', 'Biome, no warning', '@biomejs/biome', 'biome', [
    'check',
    '--error-on-warnings',
    '--diagnostic-level=warn',
    '--max-diagnostics=50',
    '.',
  ]),
  ...(existsSync(join(ROOT, '.solhint.json'))
    ? [
        program('solidity lint', 'solhint, no warning', 'solhint', 'solhint', [
          '--max-warnings',
          '0',
          'contracts/**/*.sol',
        ]),
      ]
    : []),
  program('types', 'tsc, strict', 'typescript', 'tsc', ['--noEmit', '-p', '.']),
  ...(existsSync(join(ROOT, 'server/web/islands/tsconfig.json'))
    ? [
        program('island types', 'tsc, with the DOM', 'typescript', 'tsc', [
          '--noEmit',
          '-p',
          'server/web/islands',
        ]),
      ]
    : []),
  program('architecture', 'rules of direction, file lengths', 'mocha', 'mocha', [
    'test/architecture.test.ts',
  ]),
  program('gas', 'receipts against the snapshot', 'mocha', 'mocha', [
    '--timeout',
    '60000',
    'test/contracts/**/gas.test.ts',
  ]),
  own('abis', 'server/chain/abi is what the contracts are compiled to', 'scripts/export-abi.ts'),
  own('contract docs', 'docs/contracts.md is what the interfaces say', 'scripts/contracts/docs.ts'),
  {
    name: 'contract lines',
    what: 'every line of the contracts is run by a test',
    run: () => runProgram([join(ROOT, 'scripts/contracts/coverage.ts'), '--only', 'lines']),
  },
  { name: 'left out', what: 'no skipped test, no debt without an issue', run: async () => leftOut() },
].filter(({ name }) => name !== 'gas' || existsSync(join(ROOT, 'test/contracts/gas.test.ts')))

/** A script of ours that compares what it would write. */
function own(name: string, what: string, script: string): Step {
  return { name, what, run: () => runProgram([join(ROOT, script), '--check']) }
}

function program(name: string, what: string, pkg: string, command: string, args: readonly string[]): Step {
  return { name, what, run: () => runProgram([binOf(pkg, command), ...args]) }
}

function runProgram(args: readonly string[]): Promise<StepResult> {
  const env = { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true', NODE_ENV: 'test' }
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(chunks).toString() }))
  })
}

function leftOut(): StepResult {
  const files = globSync(['{server,scripts,test}/**/*.ts', 'contracts/**/*.sol'], { cwd: ROOT })
  const sources = files.filter((file) => !file.includes('/dist/') && !file.endsWith('check-steps.ts'))
  const found = sources.sort().flatMap((file) => {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n')
    return lines.flatMap((line, index) =>
      LEFT_OUT.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
    )
  })
  return { ok: found.length === 0, output: found.join('\n') }
}
