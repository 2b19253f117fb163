import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../../server/kernel/free-port.ts'

const MAIN = resolve(import.meta.dirname, '../../server/main.ts')

/** The service as a process of its own on a lasting data folder, to be killed and started again. */
export type Killable = {
  readonly url: string
  start(): Promise<void>
  /** SIGKILL: the process has no chance to finish anything. Its chain is left behind. */
  killGateway(): Promise<void>
  /** SIGKILL to the embedded chain; the gateway stays and has to notice. */
  killChain(): void
  stop(): Promise<void>
  apiKey(group: 'operator' | 'brands' | 'marketplaces'): string
}

export async function killableService(folder: string, extra: readonly string[] = []): Promise<Killable> {
  const port = await freePort()
  let child: ChildProcess | null = null
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === null) return
    const ended = once(child, 'exit')
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await ended
    }
    child = null
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async start() {
      const args = [MAIN, '--port', String(port), '--data', folder, ...extra]
      child = spawn(process.execPath, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, LOG_LEVEL: 'fatal' },
      })
      await ready(child)
    },
    killGateway: () => end('SIGKILL'),
    killChain() {
      const file = join(folder, 'chain', 'anvil.json')
      if (!existsSync(file)) return
      const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number }
      try {
        process.kill(pid, 'SIGKILL')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    },
    stop: () => end('SIGTERM'),
    apiKey(group) {
      const file = JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8')) as Record<
        string,
        { apiKey: string } | { apiKey: string }[]
      >
      const entry = file[group]
      return (Array.isArray(entry) ? entry[0]?.apiKey : entry?.apiKey) ?? ''
    },
  }
}

async function ready(child: ChildProcess): Promise<void> {
  const said: string[] = []
  if (!child.stdout || !child.stderr) throw new TypeError('the child has no output')
  child.stderr.on('data', (chunk: Buffer) => said.push(String(chunk)))
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (line.includes('is ready')) {
      child.stdout.resume()
      return
    }
  }
  throw new Error(`the service did not start: ${said.join('\n')}`)
}
