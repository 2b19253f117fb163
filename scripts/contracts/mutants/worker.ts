import { pathToFileURL } from 'node:url'
import Mocha from 'mocha'

/**
 * Runs mocha over files again and again in one process, which spares a start of a second for each mutant. A file is
 * imported anew each time, so it makes its network and deploys its contracts anew. The working directory decides which
 * artifacts are deployed. Messages: `{ id, files, timeoutMs }` in, `{ passed, failed, file }` out.
 */
type Request = { readonly id: string; readonly files: readonly string[]; readonly timeoutMs: number }

process.on('message', (request: Request) => {
  void runOnce(request).then((answer) => process.send?.(answer))
})

/** `failed` is the first test that failed, after which nothing else is run, and `file` where it is. */
type Answer = { readonly passed: number; readonly failed: string | null; readonly file: string | null }

async function runOnce({ id, files, timeoutMs }: Request): Promise<Answer> {
  let passed = 0
  for (const file of files) {
    const mocha = new Mocha({ bail: true, timeout: timeoutMs, reporter: Mocha.reporters.Base })
    // The interface of mocha comes with a file, so every import needs its own.
    mocha.suite.emit('pre-require', globalThis, file, mocha)
    try {
      await import(`${pathToFileURL(file).href}?mutant=${id}`)
    } catch (error) {
      return { passed, failed: String(error).slice(0, 200), file }
    }
    const outcome = await new Promise<{ passed: number; failed: string | null }>((resolve) => {
      const seen = { passed: 0, failed: null as string | null }
      const runner = mocha.run(() => resolve(seen))
      runner.on('pass', () => {
        seen.passed += 1
      })
      runner.on('fail', (test, error: unknown) => {
        seen.failed ??= `${test.fullTitle()}: ${String(error).slice(0, 200)}`
      })
    })
    passed += outcome.passed
    if (outcome.failed !== null) return { passed, failed: outcome.failed, file }
  }
  return { passed, failed: null, file: null }
}
