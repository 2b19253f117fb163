import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../server/app.ts'
import { readConfig } from '../server/config/config.ts'
import { freePort } from '../server/kernel/free-port.ts'
import { silentLog } from '../server/kernel/log.ts'

// Writes docs/openapi.json as the service describes itself, so that a change of the API shows in its diff.

const FILE = new URL('../docs/openapi.json', import.meta.url)

const folder = await mkdtemp(join(tmpdir(), 'cachet-openapi-'))
const port = await freePort()
const config = readConfig({ PORT: String(port), CACHET_DATA_DIR: folder }, { demo: false })
const app = await buildApp(config, {}, silentLog)
try {
  await app.start()
  const { servers: _servers, ...description } = (await (
    await fetch(`http://127.0.0.1:${port}/openapi.json`)
  ).json()) as Record<string, unknown>
  await writeFile(FILE, `${JSON.stringify(description, null, 1)}\n`)
} finally {
  await app.close()
  await rm(folder, { recursive: true, force: true })
}
