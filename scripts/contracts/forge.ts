import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

export type ForgeOptions = {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Ends the run by force; none for no limit. */
  readonly timeoutMs?: number
}
/** `code` is null when the run was ended by force. */
export type ForgeRun = { readonly code: number | null; readonly output: string }

/** Path of the program for this machine, from the npm package `@foundry-rs/forge-<platform>-<arch>`. */
export function forgeBinary(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const name = `@foundry-rs/forge-${process.platform}-${arch}`
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
  return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'forge.exe' : 'forge')
}

/** Runs forge to its end; what it prints comes back as one text. */
export function forge({ args, cwd, env = {}, timeoutMs }: ForgeOptions): Promise<ForgeRun> {
  // The compiler of foundry.toml is a script for the Node we run under.
  const path = dirname(process.execPath) + delimiter + (process.env['PATH'] ?? '')
  const child = spawn(forgeBinary(), args, {
    cwd,
    env: { ...process.env, PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }))
  })
}
