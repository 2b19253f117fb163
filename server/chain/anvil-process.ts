import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Clock, pause } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { silentLog } from '../kernel/log.ts'
import { createRpc } from './rpc.ts'

/** Chain id of the embedded devnet. */
export const DEVNET_CHAIN_ID = 31_337
/** States of past blocks kept in memory, so that an answer can be read at a block that is no longer the newest. */
const STATES_KEPT = 128
/** Has the P-256 precompile (EIP-7951), without which a passkey's signature costs three times as much gas. */
const HARDFORK = 'osaka'
const READY_MS = 20_000
const READY_POLL_MS = 15

export type AnvilOptions = {
  readonly folder: string
  readonly port: number
  readonly stateFile: string | null
  readonly clock: Clock
}

/**
 * Starts the platform package's own program (the `anvil` command of npm is a wrapper that leaves it behind when killed)
 * and resolves when it answers. Throws `chain.no_devnet`.
 */
export async function spawnAnvil(options: AnvilOptions): Promise<ChildProcess> {
  const child = spawn(anvilBinary(), anvilArguments(options), { stdio: ['ignore', 'ignore', 'pipe'] })
  const last = { error: '' }
  child.stderr?.on('data', (chunk: Buffer) => {
    last.error = `${last.error}${chunk}`.slice(-2_000)
  })
  child.on('error', (error) => {
    last.error = error.message
  })
  await ready(child, options, last)
  return child
}

/** The cache path is never written to (history is pruned); it names our folder in the command line of the process. */
function anvilArguments({ folder, port, stateFile }: AnvilOptions): string[] {
  const fixed = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--chain-id',
    String(DEVNET_CHAIN_ID),
    '--cache-path',
    join(folder, 'cache'),
    '--hardfork',
    HARDFORK,
  ]
  const limits = [
    '--accounts',
    '0',
    '--prune-history',
    String(STATES_KEPT),
    '--quiet',
    '--no-cors',
    '--no-request-size-limit',
  ]
  return [...fixed, ...limits, ...(stateFile === null ? [] : ['--load-state', stateFile])]
}

async function ready(
  child: ChildProcess,
  { port, clock }: AnvilOptions,
  last: { error: string },
): Promise<void> {
  const rpc = createRpc({
    url: `http://127.0.0.1:${port}`,
    chainId: DEVNET_CHAIN_ID,
    log: silentLog,
    timeoutMs: 1_000,
  })
  const deadline = clock.nowMs() + READY_MS
  try {
    while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      if (await answers(rpc)) return
      if (clock.nowMs() > deadline) break
      await pause(READY_POLL_MS)
    }
  } finally {
    await rpc.close()
  }
  child.kill('SIGKILL')
  throw new AppError(
    'chain.no_devnet',
    `The embedded chain did not start: ${last.error || 'no answer in time'}`,
    { port },
  )
}

async function answers(rpc: { chainId(): Promise<number> }): Promise<boolean> {
  try {
    await rpc.chainId()
    return true
  } catch {
    return false
  }
}

/** Path of the program for this machine, from the npm package `@foundry-rs/anvil-<platform>-<arch>`. */
export function anvilBinary(): string {
  const platform = process.platform
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const name = `@foundry-rs/anvil-${platform}-${arch}`
  try {
    const here = createRequire(import.meta.url)
    const file = platform === 'win32' ? 'anvil.exe' : 'anvil'
    return join(dirname(here.resolve(`${name}/package.json`)), 'bin', file)
  } catch (cause) {
    throw new AppError(
      'chain.no_devnet',
      `The package ${name} is not installed: run npm ci, or set CHAIN_RPC_URL`,
      { name },
      { cause },
    )
  }
}
