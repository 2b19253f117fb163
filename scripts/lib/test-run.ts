import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { filesOf, type Suite } from './test-groups.ts'

/** What one process of tests came to. `problems` are failures of the run itself and count as one failed each. */
export type Outcome = {
  readonly passed: number
  readonly failed: number
  readonly problems: readonly string[]
}

type Ended = { readonly code: number | null; readonly signal: string | null; readonly isOverdue: boolean }

export const ROOT = join(import.meta.dirname, '..', '..')
/** The slowest suite took a few minutes on two cores; beyond this a run hangs. Long tests by hand are given more. */
const RUN_MAX_MS = Number(process.env['TEST_RUN_MINUTES'] ?? 15) * 60_000
/** A test that leaves a server or a timer behind keeps its process alive: that is a fault, reported after this time. */
const LINGER_MAX_MS = 30_000

/** Runs the tests of one suite in a process of its own, its output shown as it comes. */
export async function runSuite(suite: Suite, extra: readonly string[]): Promise<Outcome> {
  const files = filesOf(suite, ROOT)
  if (files.length === 0)
    return { passed: 0, failed: 0, problems: [`there is no file ${suite.files.join(' ')}`] }
  const outcome = suite.kind === 'mocha' ? await runMocha(suite, files, extra) : await runSolidity()
  const isEmpty = outcome.passed + outcome.failed === 0 && outcome.problems.length === 0
  return isEmpty ? { ...outcome, problems: ['no test was run'] } : outcome
}

async function runMocha(suite: Suite, files: string[], extra: readonly string[]): Promise<Outcome> {
  const reporter = join(import.meta.dirname, 'count-reporter.cjs')
  const args = ['--reporter', reporter, '--timeout', String(suite.timeoutMs), ...extra, ...files]
  const child = start(binOf('mocha', 'mocha'), args, ['inherit', 'inherit', 'inherit', 'ipc'])
  let counts: { passed: number; failed: number } | null = null
  let linger: NodeJS.Timeout | undefined
  let hasLingered = false
  child.on('message', (message: { passed: number; failed: number }) => {
    counts = message
    linger = setTimeout(() => {
      hasLingered = true
      killGroup(child)
    }, LINGER_MAX_MS)
  })
  const ended = await endOf(child)
  clearTimeout(linger)
  const { passed, failed } = counts ?? { passed: 0, failed: 0 }
  const problems = [
    ...(counts === null ? [`the run broke off (${how(ended)})`] : []),
    ...(hasLingered ? ['the tests ended but left something running, so the process had to be killed'] : []),
    ...(counts !== null && !hasLingered && failed === 0 && ended.code !== 0
      ? [`the run ended with ${how(ended)}`]
      : []),
  ]
  return { passed, failed, problems }
}

/** Hardhat has no machine-readable report for Solidity tests; its last summary line is counted and the exit code decides. */
async function runSolidity(): Promise<Outcome> {
  const child = start(binOf('hardhat', 'hardhat'), ['test', 'solidity'], ['ignore', 'pipe', 'inherit'])
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk)
    text += chunk.toString()
  })
  const ended = await endOf(child)
  const passed = lastCount(text, 'passing')
  const failed = lastCount(text, 'failing')
  return {
    passed,
    failed,
    problems: failed === 0 && ended.code !== 0 ? [`the run ended with ${how(ended)}`] : [],
  }
}

function lastCount(text: string, word: string): number {
  const found = [...text.matchAll(new RegExp(`(\\d+) (?:\\w+ )?${word}`, 'g'))]
  return Number(found.at(-1)?.[1] ?? 0)
}

/** A group of its own, so that whatever tests started ends with them. */
function start(
  program: string,
  args: readonly string[],
  stdio: ('inherit' | 'ignore' | 'pipe' | 'ipc')[],
): ChildProcess {
  const env = { ...process.env, NODE_ENV: 'test', HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true' }
  return spawn(process.execPath, [program, ...args], { cwd: ROOT, env, stdio, detached: true })
}

async function endOf(child: ChildProcess): Promise<Ended> {
  let isOverdue = false
  const timer = setTimeout(() => {
    isOverdue = true
    killGroup(child)
  }, RUN_MAX_MS)
  const stop = () => killGroup(child)
  process.once('exit', stop)
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, by) => resolve([status, by]))
  })
  process.removeListener('exit', stop)
  clearTimeout(timer)
  killGroup(child)
  return { code, signal, isOverdue }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function how({ code, signal, isOverdue }: Ended): string {
  return isOverdue ? `no end within ${RUN_MAX_MS / 60_000} minutes` : (signal ?? `exit code ${code}`)
}

/** The JavaScript behind a command of an installed package. */
export function binOf(name: string, command: string): string {
  const manifest = join(ROOT, 'node_modules', name, 'package.json')
  const { bin } = createRequire(import.meta.url)(manifest) as { bin: string | Record<string, string> }
  return join(dirname(manifest), typeof bin === 'string' ? bin : (bin[command] ?? ''))
}
