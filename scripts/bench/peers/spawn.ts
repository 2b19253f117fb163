import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A child process that printed its port as `{"port":N}`. */
export type Served = { readonly port: number; stop(): Promise<void> }

const START_SECONDS_MAX = 60

/** Starts a peer and waits for its port; its complaints go to our standard error. */
export async function serve(file: URL, args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [file.pathname, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await exited
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), START_SECONDS_MAX * 1_000)
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"port":')) continue
    clearTimeout(timer)
    return { port: (JSON.parse(line) as { port: number }).port, stop }
  }
  clearTimeout(timer)
  throw new Error(`${file.pathname} ended before it listened`)
}
