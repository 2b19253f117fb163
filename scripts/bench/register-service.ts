import { buildApp } from '../../server/app.ts'
import { readConfig } from '../../server/config/config.ts'
import { readEnv } from '../../server/config/env.ts'
import { createLogger } from '../../server/config/log.ts'

// The service as a child process of a bench: `node register-service.ts DATA PREFIX`. Opens it on a free port with one
// brand, prints {"port":N,"apiKey":"…"}, and stops on SIGTERM.

const BRAND = { id: 'bench.example', name: 'Bench', trademarks: [] }
const READY_MS_MAX = 60_000
const [dataDir = '', prefix = ''] = process.argv.slice(2)

const config = readConfig({ ...readEnv(), LOG_LEVEL: 'warn' }, { port: '0', data: dataDir, demo: false })
const app = await buildApp(config, readEnv(), createLogger(config.logLevel))
process.once('SIGTERM', () => {
  app.close().then(
    () => process.exit(0),
    () => process.exit(1),
  )
})
const port = await app.start()
const { brands, accounts } = app.services
await brands.service.onboard({ ...BRAND, prefixes: [prefix] })
await brands.service.whenReady(BRAND.id, READY_MS_MAX)
const { apiKey } = await accounts.create({ kind: 'brand', id: BRAND.id, name: BRAND.name })
process.stdout.write(`${JSON.stringify({ port, apiKey })}\n`)
