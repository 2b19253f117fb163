import type { ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Hex } from '../kernel/bytes.ts'
import { type Clock, pause } from '../kernel/clock.ts'
import { freePort } from '../kernel/free-port.ts'
import type { Logger } from '../kernel/log.ts'
import { endOrphan, forgetAnvil, recordAnvil } from './anvil-orphan.ts'
import { DEVNET_CHAIN_ID, spawnAnvil } from './anvil-process.ts'
import { saveState, unpackState } from './anvil-state.ts'
import { addressOf, type ChainKeys, embeddedKeys } from './chain-keys.ts'
import { createRpc, type Rpc } from './rpc.ts'

/** A development chain that the gateway runs itself, with its state under the data folder. */
export type EmbeddedChain = {
  readonly rpcUrl: string
  readonly chainId: number
  readonly keys: ChainKeys
  /** Process id of the chain now, for health and tests. */
  pid(): number | null
  /** Keeps the state now; it is kept by itself about once a second while it changes. */
  save(): Promise<void>
  /** Calls back when the chain died, before it is started again. */
  onDeath(listener: () => void): () => void
  /** Calls back after the chain died and was started again, perhaps at an older block. */
  onRestart(listener: () => void): () => void
  close(): Promise<void>
}

export type EmbeddedChainOptions = {
  readonly dataDir: string
  readonly log: Logger
  readonly clock: Clock
  readonly port?: number
  readonly keys?: { readonly deployerKey: Hex | null; readonly relayerKey: Hex | null }
}

const SAVE_EVERY_MS = 1_000
/** A save is followed by a pause of so many times its length, so that a long chain is not saved all the time. */
const SAVE_REST_FACTOR = 5
const SAVE_REST_MAX_MS = 10_000
const EXIT_MS = 3_000
const RESTART_BACKOFF_MS = 100
const RESTART_BACKOFF_MAX_MS = 5_000
/** One million ether in wei: the accounts of a devnet pay with play money. */
const BALANCE = `0x${(10n ** 24n).toString(16)}`

/** Starts the devnet on the state it had, and starts it again whenever it dies. Throws `chain.no_devnet`, `chain.in_use`. */
export async function startEmbeddedChain(options: EmbeddedChainOptions): Promise<EmbeddedChain> {
  const folder = resolve(join(options.dataDir, 'chain'))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  await endOrphan(folder, options.clock, options.log)
  const keys = embeddedKeys(folder, options.keys ?? { deployerKey: null, relayerKey: null })
  const port = options.port ?? (await freePort())
  const supervisor = new AnvilSupervisor({ ...options, folder, keys, port })
  await supervisor.start()
  return supervisor
}

type SupervisorOptions = EmbeddedChainOptions & {
  readonly folder: string
  readonly keys: ChainKeys
  readonly port: number
}

class AnvilSupervisor implements EmbeddedChain {
  readonly rpcUrl: string
  readonly chainId = DEVNET_CHAIN_ID
  readonly keys: ChainKeys
  readonly #options: SupervisorOptions
  readonly #rpc: Rpc
  readonly #stopping = new AbortController()
  readonly #died = new Set<() => void>()
  readonly #restarted = new Set<() => void>()
  #child: ChildProcess | null = null
  #savedHead = ''
  #saving: Promise<void> = Promise.resolve()
  #work: Promise<unknown> = Promise.resolve()

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.keys = options.keys
    this.rpcUrl = `http://127.0.0.1:${options.port}`
    this.#rpc = createRpc({ url: this.rpcUrl, chainId: DEVNET_CHAIN_ID, log: options.log, timeoutMs: 30_000 })
  }

  async start(): Promise<void> {
    await this.#launch()
    this.#work = this.#saveLoop()
  }

  pid(): number | null {
    return this.#child?.pid ?? null
  }

  onDeath(listener: () => void): () => void {
    this.#died.add(listener)
    return () => this.#died.delete(listener)
  }

  onRestart(listener: () => void): () => void {
    this.#restarted.add(listener)
    return () => this.#restarted.delete(listener)
  }

  /** One save at a time; a caller waits for a save that began after it asked. */
  save(): Promise<void> {
    const next = this.#saving.then(
      () => this.#saveIfChanged(),
      () => this.#saveIfChanged(),
    )
    this.#saving = next
    return next
  }

  async close(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    const child = this.#child
    await this.save().catch((error: unknown) =>
      this.#options.log.warn({ err: error }, 'the embedded chain could not be saved at the end'),
    )
    this.#stopping.abort()
    await this.#work
    await this.#rpc.close()
    if (child !== null) await endChild(child)
    forgetAnvil(this.#options.folder)
  }

  async #launch(): Promise<void> {
    const { folder, port, log, clock } = this.#options
    const child = await spawnAnvil({ folder, port, stateFile: unpackState(folder, log), clock })
    recordAnvil(folder, { pid: child.pid ?? 0, port })
    this.#child = child
    this.#savedHead = ''
    for (const key of [this.keys.deployerKey, this.keys.relayerKey]) {
      await this.#rpc.call('anvil_setBalance', [addressOf(key), BALANCE])
    }
    child.once('exit', (code, signal) => this.#onExit({ code, signal }))
    if (child.exitCode !== null || child.signalCode !== null)
      this.#onExit({ code: child.exitCode, signal: child.signalCode })
  }

  #onExit(how: { code: number | null; signal: string | null }): void {
    if (this.#stopping.signal.aborted || this.#child === null) return
    this.#child = null
    for (const listener of this.#died) listener()
    this.#options.log.error(how, 'the embedded chain died; starting it again')
    void this.#relaunch()
  }

  async #relaunch(): Promise<void> {
    const signal = this.#stopping.signal
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.#launch()
        if (signal.aborted) return void this.#child?.kill('SIGKILL')
        for (const listener of this.#restarted) listener()
        return
      } catch (error) {
        this.#options.log.error({ err: error, attempt }, 'the embedded chain did not start; trying again')
        await pause(Math.min(RESTART_BACKOFF_MS * 2 ** attempt, RESTART_BACKOFF_MAX_MS), signal)
      }
    }
  }

  async #saveLoop(): Promise<void> {
    const { clock, log } = this.#options
    const signal = this.#stopping.signal
    while (!signal.aborted) {
      const from = clock.nowMs()
      if (this.#child !== null)
        await this.save().catch((error: unknown) =>
          log.debug({ err: error }, 'saving the embedded chain failed'),
        )
      const restMs = Math.min((clock.nowMs() - from) * SAVE_REST_FACTOR, SAVE_REST_MAX_MS)
      await pause(Math.max(SAVE_EVERY_MS, restMs), signal)
    }
  }

  async #saveIfChanged(): Promise<void> {
    if (this.#child === null) return
    const head = await this.#rpc.call<{ hash: string }>('eth_getBlockByNumber', ['latest', false])
    if (head.hash === this.#savedHead) return
    await saveState(this.#rpc, this.#options.folder)
    this.#savedHead = head.hash
  }
}

/** Asks the process to end, then makes it. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), EXIT_MS)
  await gone
  clearTimeout(timer)
}
