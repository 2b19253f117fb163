import { parseArgs } from 'node:util'
import { buildApp } from './app.ts'
import { type Config, readConfig } from './config/config.ts'
import { readEnv } from './config/env.ts'
import { createLogger } from './config/log.ts'
import { writeOperatorKey } from './demo/credentials.ts'
import { loadDemo } from './demo/load.ts'
import { isAppError, messageOf } from './kernel/errors.ts'
import { freePort } from './kernel/free-port.ts'
import { readyBlock, usage } from './terminal.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

try {
  const options = parse()
  if (options.help) say(usage)
  else await run(await withPort(readConfig(readEnv(), options)))
} catch (error) {
  process.stderr.write(
    `\nCachet cannot start: ${isAppError(error) ? error.message : ((error as Error).stack ?? messageOf(error))}\n`,
  )
  process.exitCode = 1
}

/** Port 0 is any free one; it is chosen now, since links on labels and pages name it. */
async function withPort(config: Config): Promise<Config> {
  if (config.http.port !== 0) return config
  const port = await freePort(config.http.host)
  const publicUrl = config.http.publicUrl.replace(/^http:\/\/localhost:0$/, `http://localhost:${port}`)
  return { ...config, http: { ...config.http, port, publicUrl } }
}

/** The process: builds the app, loads the demonstration on the first start, listens, and stops on a signal. */
async function run(config: Config): Promise<void> {
  const log = createLogger(config.logLevel)
  say('Opening the store and the chain …')
  const app = await buildApp(config, readEnv(), log)
  const stop = (): void => {
    say('Stopping …')
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await app.start()
  if (config.demo) await loadDemo(app.services, config, say)
  else await writeOperatorKey(app.services.accounts, config.dataDir)
  say(readyBlock(config, app.services.db.kind))
}

function parse(): { port?: string; data?: string; demo?: boolean; help?: boolean } {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      'no-demo': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const { 'no-demo': noDemo, ...rest } = values
  return noDemo ? { ...rest, demo: false } : rest
}
