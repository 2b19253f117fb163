import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../../server/kernel/free-port.ts'
import { tempFolder } from './temp-folder.ts'

/** The service as its users run it: a process of its own, on a fresh data folder with the demonstration loaded. */
export type Service = {
  readonly port: number
  readonly pid: number
  readonly brandKey: string
  stop(): Promise<void>
}

const { COMMANDS } = createRequire(import.meta.url)('../lib/commands.cjs') as {
  COMMANDS: { start: { flags: string[] } }
}
const READY = 'is ready'
const READY_SECONDS_MAX = 120
const POLL_MS = 200

export async function startService(env: Readonly<Record<string, string>> = {}): Promise<Service> {
  const { path: folder, remove } = await tempFolder()
  const port = await freePort()
  const main = new URL('../../server/main.ts', import.meta.url).pathname
  const args = [...COMMANDS.start.flags, main, '--port', String(port), '--data', folder]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, REQUESTS_PER_MINUTE: '0', LOG_LEVEL: 'error', ...env },
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await exited
    await remove()
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_SECONDS_MAX * 1_000)
  const said: string[] = []
  const lines = createInterface({ input: child.stdout })
  const ready = new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      said.push(line)
      if (line.includes(READY)) resolve()
    })
    lines.once('close', () => reject(new Error(`the service did not start: ${said.join(' / ')}`)))
  })
  await ready
  clearTimeout(timer)
  const credentials = JSON.parse(await readFile(join(folder, 'credentials.json'), 'utf8')) as {
    brands: { apiKey: string }[]
  }
  return { port, pid: child.pid ?? 0, brandKey: credentials.brands[0]?.apiKey ?? '', stop }
}

export type RegisteredItem = { readonly gtin: string; readonly serial: string }

/** Registers n items of the demonstration's brand by HTTP, and gives them when they are anchored. */
export async function registerItems({ port, brandKey }: Service, n: number): Promise<RegisteredItem[]> {
  const rows = Array.from(
    { length: n },
    (_, i) => `09521234001157,Bench model ${i % 20},bag,noir,calfskin,FR\n`,
  )
  const body = `gtin,model,category,colour,materials,country_of_production\n${rows.join('')}`
  const headers = { authorization: `Bearer ${brandKey}`, 'content-type': 'text/csv' }
  const base = `http://127.0.0.1:${port}/v1/batches`
  let batch = (await json(await fetch(base, { method: 'POST', headers, body }))) as {
    id: string
    status: string
  }
  while (batch.status !== 'anchored') {
    if (batch.status === 'failed') throw new Error('the items were not registered')
    await wait(POLL_MS)
    batch = (await json(await fetch(`${base}/${batch.id}`, { headers }))) as typeof batch
  }
  const lines = await (await fetch(`${base}/${batch.id}/items.ndjson`, { headers })).text()
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RegisteredItem)
}

async function json(response: Response): Promise<unknown> {
  const text = await response.text()
  if (response.ok) return JSON.parse(text)
  throw new Error(`${response.status}: ${text.slice(0, 500)}`)
}
