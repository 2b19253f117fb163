import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { spawnAnvil } from '../../server/chain/anvil-process.ts'
import { addressOf } from '../../server/chain/chain-keys.ts'
import {
  type Chain,
  type ChainConfig,
  type ChainOptions,
  chainModels,
  openChain,
} from '../../server/chain/index.ts'
import { createRpc, type Rpc } from '../../server/chain/rpc.ts'
import { type Db, openDb, ready } from '../../server/db/connection.ts'
import { type Hex, hexOf } from '../../server/kernel/bytes.ts'
import type { ChainCall, ChainWrite } from '../../server/kernel/chain-facts.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { CloseStack } from '../../server/kernel/close-stack.ts'
import { keccak256 } from '../../server/kernel/digest.ts'
import { freePort } from '../../server/kernel/free-port.ts'
import { type Logger, silentLog } from '../../server/kernel/log.ts'
import { eventually, tempFolder } from './support.ts'

export const SETTLE_MS = 60_000

export const random32 = (): Hex => hexOf(randomBytes(32))

/** A store and folder of their own, on which a chain can be opened again and again, as restarts of a gateway do. */
export type World = {
  readonly folder: string
  readonly db: Db['connection']
  open(
    config?: Partial<ChainConfig>,
    more?: Partial<Pick<ChainOptions, 'timing' | 'log' | 'rpcTimeoutMs'>>,
  ): Promise<OpenedChain>
  close(): Promise<void>
}

export type OpenedChain = { readonly chain: Chain; readonly rpc: Rpc; close(): Promise<void> }

/** With `shared`, on a store and in a folder that others use too. */
export async function createWorld(
  log: Logger = silentLog,
  shared: { readonly uri: string; readonly folder: string } | null = null,
): Promise<World> {
  const opened = new CloseStack()
  const folder = shared === null ? await tempFolder() : { path: shared.folder, remove: async () => undefined }
  opened.add({ close: folder.remove })
  const db = opened.add(await openDb({ uri: shared?.uri ?? null, dataDir: folder.path, log }))
  await ready(chainModels(db.connection))
  const base: ChainConfig = {
    rpcUrls: [],
    rpcQuorum: null,
    dataDir: folder.path,
    confirmations: 1,
    deployerKey: null,
    relayerKey: null,
    pollMs: 100,
    tokenBaseUri: 'https://cachet.example/token/',
    deploymentsDir: `${folder.path}/deployments`,
  }
  return {
    folder: folder.path,
    db: db.connection,
    async open(config = {}, more = {}) {
      const chain = await openChain({
        config: { ...base, ...config },
        db: db.connection,
        log,
        clock: systemClock,
        ...more,
      })
      const rpc = createRpc({ url: chain.rpcUrl, chainId: null, log: silentLog })
      const both = opened.add({
        close: once(async () => void (await Promise.all([chain.close(), rpc.close()]))),
      })
      return { chain, rpc, close: both.close }
    },
    close: () => opened.closeAll(),
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null
  return () => (done ??= action())
}

/** A node that the gateway does not run itself: what CHAIN_RPC_URL points to. */
export type Node = {
  readonly url: string
  readonly rpc: Rpc
  readonly process: ChildProcess
  readonly keys: { deployerKey: Hex; relayerKey: Hex }
  close(): Promise<void>
}

export async function startNode(folder: string, port?: number): Promise<Node> {
  const at = port ?? (await freePort())
  const child = await spawnAnvil({ folder: `${folder}/node`, port: at, stateFile: null, clock: systemClock })
  const url = `http://127.0.0.1:${at}`
  // The test’s own line to the node, patient: the machine may be busy.
  const rpc = createRpc({ url, chainId: null, log: silentLog, timeoutMs: 60_000 })
  const keys = { deployerKey: hexOf(Buffer.alloc(32, 0x51)), relayerKey: hexOf(Buffer.alloc(32, 0x52)) }
  for (const key of Object.values(keys))
    await rpc.call('anvil_setBalance', [addressOf(key), '0x3635c9adc5dea00000'])
  const close = async (): Promise<void> => {
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    if (child.kill('SIGKILL') && child.exitCode === null && child.signalCode === null) await gone
    await rpc.close()
  }
  return { url, rpc, process: child, keys, close }
}

/** Writes a call and waits until it is settled. */
export async function write(chain: Chain, call: ChainCall, id: string = random32()): Promise<ChainWrite> {
  await chain.writer.submit(id, call)
  return chain.writer.settled(id, SETTLE_MS)
}

export const anchorCall = (brandId: Hex, root: Hex, leafCount = 10): ChainCall => ({
  contract: 'ItemRegistry',
  method: 'anchor',
  args: [brandId, root, leafCount, 0],
})

export const revokeCall = (root: Hex, index: number): ChainCall => ({
  contract: 'ItemRegistry',
  method: 'revoke',
  args: [root, [{ word: Math.floor(index / 256), mask: 1n << BigInt(index % 256) }], 1],
})

/** A brand that the gateway's account may anchor for; `node` mines on where writes are not final at once. */
export async function onboardBrand(chain: Chain, node?: Node): Promise<Hex> {
  const domain = `brand-${random32().slice(2, 14)}.example`
  const brandId = hexOf(keccak256(Buffer.from(domain)))
  const calls: ChainCall[] = [
    { contract: 'BrandRegistry', method: 'registerBrand', args: [domain, chain.relayer, []] },
    { contract: 'BrandRegistry', method: 'setAnchorer', args: [brandId, chain.relayer, true] },
  ]
  for (const call of calls) {
    const id = random32()
    await chain.writer.submit(id, call)
    await eventually('the brand on the chain', async () => {
      if (node && (await chain.writer.find(id))?.status === 'included')
        await node.rpc.call('anvil_mine', ['0x60'])
      return (await chain.writer.find(id))?.status === 'final'
    })
  }
  return brandId
}

/** Process id of the embedded chain, as its gateway wrote it down. */
export function chainPid(folder: string): number {
  return (JSON.parse(readFileSync(`${folder}/chain/anvil.json`, 'utf8')) as { pid: number }).pid
}
