import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { freePort } from '../../server/kernel/free-port.ts'

/** Accounts of the demonstration with their keys, as `credentials.json` gives them. */
export type Credentials = {
  readonly brands: readonly { readonly id: string; readonly name: string; readonly apiKey: string }[]
  readonly marketplaces: readonly { readonly id: string; readonly name: string; readonly apiKey: string }[]
}

export type Service = {
  readonly url: string
  readonly credentials: Credentials
  close(): Promise<void>
}

const READY_MS = 120_000
const MAIN = path.resolve(import.meta.dirname, '../../server/main.ts')

/** The whole service with its demonstration, as `npm start` runs it, on a free port and in a folder of its own. */
export async function startService(): Promise<Service> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'cachet-journey-'))
  const env = {
    ...process.env,
    // Chosen before the start, since links on labels carry it.
    PORT: String(await freePort()),
    HOST: '127.0.0.1',
    CACHET_DATA_DIR: folder,
    LOG_LEVEL: 'error',
  }
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const close = async (): Promise<void> => {
    await stopped(child)
    await fs.rm(folder, { recursive: true, force: true })
  }
  try {
    const url = await readyUrl(child)
    const credentials = JSON.parse(await fs.readFile(path.join(folder, 'credentials.json'), 'utf8'))
    return { url, credentials, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Resolves with the address that the ready block names; rejects with what was printed where it never comes. */
function readyUrl(child: ChildProcess): Promise<string> {
  let printed = ''
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}:\n${printed}`))
    const timer = setTimeout(() => fail(`not ready within ${READY_MS} ms`), READY_MS)
    const read = (chunk: Buffer): void => {
      printed += chunk.toString()
      const url = /ready\s+(http:\S+)/.exec(printed)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(`the service ended with ${code}`)
    })
  })
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
