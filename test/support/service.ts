import { buildApp, type Services } from '../../server/app.ts'
import { type Config, readConfig } from '../../server/config/config.ts'
import { type Credentials, writeCredentials } from '../../server/demo/credentials.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { freePort } from '../../server/kernel/free-port.ts'
import type { Logger } from '../../server/kernel/log.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { testDatabaseUri } from './database.ts'
import { tempDir } from './temp-dir.ts'

/** The whole service in this process: embedded store and chain in a folder of its own, listening on a free port. */
export type TestService = {
  readonly url: string
  readonly config: Config
  readonly services: Services
  readonly credentials: Credentials
  /** Messages logged as errors, which a test looks at in the end. */
  readonly errors: string[]
  close(): Promise<void>
}

export async function startService(env: Record<string, string> = {}): Promise<TestService> {
  const folder = await tempDir()
  const port = await freePort()
  const uri = testDatabaseUri()
  const mongo = uri === null ? {} : { MONGODB_URI: uri }
  const config = readConfig({ PORT: String(port), CACHET_DATA_DIR: folder.path, ...mongo, ...env })
  const errors: string[] = []
  const log: Logger = { ...silentLog, error: (_data, message) => void errors.push(message), child: () => log }
  const app = await buildApp(config, env, log)
  await app.start()
  await loadDemo(app.services, config, () => {})
  const credentials = await writeCredentials(app.services.accounts, folder.path)
  const close = async (): Promise<void> => {
    if (uri !== null) await app.services.db.connection.dropDatabase()
    await app.close()
    await folder.remove()
  }
  return { url: `http://127.0.0.1:${port}`, config, services: app.services, credentials, errors, close }
}

/** Calls check until it gives a value, for at most withinMs; polling is bounded and says what it waited for. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | null | undefined | false>,
  withinMs = 20_000,
): Promise<T> {
  const untilMs = performance.now() + withinMs
  for (;;) {
    const value = await check()
    if (value) return value
    if (performance.now() > untilMs) throw new Error(`${what}: not within ${withinMs} ms`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
