import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What the tests said of a mutant: `failed` names the test in `file` that noticed it; null where none did. */
export type Verdict = {
  readonly passed: number
  readonly failed: string | null
  readonly file: string | null
}

/** Runs tests in a process of its own, which is renewed when it hangs or has grown. */
export type Runner = {
  run(id: string, files: readonly string[]): Promise<Verdict>
  stop(): Promise<void>
}

/** Each import of a test file stays in memory. */
const RUNS_MAX = 40
/** The slowest single test takes two seconds; a busy machine must not make a mutant look noticed. */
const TEST_MAX_MS = 10 * 60_000
/** A mutant that ties up the process itself is noticed too. */
const RUN_MAX_MS = 30 * 60_000

export function createRunner(folder: string): Runner {
  let child: ChildProcess | null = null
  let runs = 0

  const stop = async (): Promise<void> => {
    const ending = child
    child = null
    runs = 0
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return
    ending.kill('SIGKILL')
    await once(ending, 'exit')
  }

  return {
    stop,
    async run(id, files) {
      if (runs >= RUNS_MAX) await stop()
      runs += 1
      child ??= fork(join(import.meta.dirname, 'worker.ts'), {
        cwd: folder,
        env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true', NODE_ENV: 'test' },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      })
      const verdict = await answerOf(child, { id, files, timeoutMs: TEST_MAX_MS })
      if (verdict.passed < 0) await stop()
      return { ...verdict, passed: Math.max(verdict.passed, 0) }
    },
  }
}

/** `passed` is -1 where the process did not answer. */
async function answerOf(child: ChildProcess, request: object): Promise<Verdict> {
  const ended = new AbortController()
  const answer = once(child, 'message', { signal: ended.signal }).then(([message]) => message as Verdict)
  const exit = once(child, 'exit', { signal: ended.signal }).then(() => gone('the process ended'))
  const late = new Promise<Verdict>((resolve) => {
    const timer = setTimeout(() => resolve(gone('no end within half an hour')), RUN_MAX_MS)
    ended.signal.addEventListener('abort', () => clearTimeout(timer))
  })
  child.send(request)
  try {
    return await Promise.race([answer, exit, late])
  } finally {
    answer.catch(() => undefined)
    exit.catch(() => undefined)
    ended.abort()
  }
}

function gone(failed: string): Verdict {
  return { passed: -1, failed, file: null }
}
