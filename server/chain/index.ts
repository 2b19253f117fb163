import { join } from 'node:path'
import type { Connection, Model } from 'mongoose'
import { type JobHealth, startJob } from '../jobs/runner.ts'
import type { Hex } from '../kernel/bytes.ts'
import type {
  BlockRef,
  ChainEvents,
  ChainReader,
  ChainWriter,
  ChainWriteStatus,
} from '../kernel/chain-facts.ts'
import type { Clock } from '../kernel/clock.ts'
import { CloseStack } from '../kernel/close-stack.ts'
import type { Logger } from '../kernel/log.ts'
import { type EmbeddedChain, startEmbeddedChain } from './anvil.ts'
import { addressOf } from './chain-keys.ts'
import { type ContractAddresses, encodeCall } from './contracts.ts'
import { type Connected, connectContracts } from './deployment.ts'
import { createDoneBefore } from './done-before.ts'
import { chainStepModel } from './follower.model.ts'
import { followerStore } from './follower.store.ts'
import { createFollower, type FollowerHealth } from './follower.ts'
import { type FinalityRule, trackHeads } from './head.ts'
import { chainLeaseModel, outboxModel } from './outbox.model.ts'
import { outboxStore } from './outbox.store.ts'
import { createBell, createOutbox } from './outbox.ts'
import { createOutboxSender } from './outbox-sender.ts'
import type { OutboxTiming } from './outbox-settle.ts'
import { createChainReader } from './reader.ts'
import { createRpc, type Rpc } from './rpc.ts'

export type { ContractAddresses } from './contracts.ts'
export { CHAIN_ERRORS } from './errors.ts'

/** The gateway's whole view of one chain: reads at one block, durable writes, a feed of events, and their background loops. */
export type Chain = {
  readonly kind: 'embedded' | 'remote'
  readonly reader: ChainReader
  readonly writer: ChainWriter
  readonly events: ChainEvents
  /** The endpoint that answers, for pages that check for themselves. */
  readonly rpcUrl: string
  /** Account that sends the gateway's transactions; null where none was configured (then nothing is sent). */
  readonly relayer: Hex | null
  /** Contracts and chain id, once the chain was reached; throws `chain.not_ready` before. */
  deployment(): { readonly chainId: number; readonly addresses: ContractAddresses }
  head(): Promise<BlockRef>
  health(): Promise<ChainHealth>
  close(): Promise<void>
}

export type ChainHealth = {
  readonly kind: 'embedded' | 'remote'
  /** True when the newest block is known and recent, and the contracts are. */
  readonly ready: boolean
  readonly blockNumber: number | null
  readonly headAgeMs: number | null
  readonly outbox: Record<ChainWriteStatus, number>
  readonly outboxWaitsForLease: boolean
  readonly follower: FollowerHealth
  readonly jobs: readonly JobHealth[]
}

export type ChainConfig = {
  /** JSON-RPC endpoint; null runs the embedded devnet. */
  readonly rpcUrl: string | null
  readonly dataDir: string
  readonly confirmations: FinalityRule
  readonly deployerKey: Hex | null
  readonly relayerKey: Hex | null
  readonly pollMs: number
  /** Where deployments to other chains are written down, a folder for each chain id. */
  readonly deploymentsDir: string
}

export type ChainOptions = {
  readonly config: ChainConfig
  readonly db: Connection
  readonly log: Logger
  readonly clock: Clock
  /** Patience of the outbox, where the chain's block time asks for another than the usual. */
  readonly timing?: Partial<OutboxTiming>
}

/** The embedded chain has a block for each transaction at once; elsewhere blocks take seconds. */
const EMBEDDED_TIMING = { resendMs: 1_000, bumpMs: 30_000, hurryMs: 500 }
const REMOTE_TIMING = { resendMs: 15_000, bumpMs: 60_000, hurryMs: 0 }
const BEHIND_GRACE_MS = 15_000

/** Models of the chain part, for whoever creates the indexes at the start. */
export function chainModels(db: Connection): Model<never>[] {
  const models: unknown[] = [outboxModel(db), chainLeaseModel(db), chainStepModel(db)]
  // Models of different documents have no common type; only their indexes are of interest here.
  return models as Model<never>[]
}

/**
 * Opens the chain and starts its loops. The embedded chain is started, and its contracts deployed, before this returns;
 * with an endpoint that does not answer it returns all the same: reads throw `chain.unreachable`, writes are stored,
 * and the connection is made when the endpoint answers.
 */
export async function openChain(options: ChainOptions): Promise<Chain> {
  const opened = new CloseStack()
  try {
    return await open(options, opened)
  } catch (error) {
    await opened.closeAll()
    throw error
  }
}

async function open(options: ChainOptions, opened: CloseStack): Promise<Chain> {
  const { config, log, clock } = options
  const embedded =
    config.rpcUrl === null
      ? opened.add(await startEmbeddedChain({ ...config, log, clock, keys: config }))
      : null
  const rpcUrl = embedded?.rpcUrl ?? config.rpcUrl ?? ''
  const rpc = opened.add(createRpc({ url: rpcUrl, chainId: embedded?.chainId ?? null, log }))
  const contracts = await connectContracts({ rpc, log, ...deploymentOptions(config, embedded) })
  opened.add(contracts)
  embedded?.onRestart(contracts.reconnect)
  const parts = opened.add(wire(options, { rpc, embedded, contracts }))
  return { ...parts, rpcUrl, close: () => opened.closeAll() }
}

function deploymentOptions(config: ChainConfig, embedded: EmbeddedChain | null) {
  const keys = embedded?.keys ?? config
  const folder =
    embedded === null
      ? (chainId: number) => join(config.deploymentsDir, String(chainId))
      : () => join(config.dataDir, 'chain', 'deployment')
  return {
    deployerKey: keys.deployerKey,
    relayer: keys.relayerKey === null ? null : addressOf(keys.relayerKey),
    folder,
    mustConnect: embedded !== null,
  }
}

type Wired = { readonly rpc: Rpc; readonly embedded: EmbeddedChain | null; readonly contracts: Connected }

function wire(
  { config, db, log, clock, timing: wanted }: ChainOptions,
  { rpc, embedded, contracts }: Wired,
): Omit<Chain, 'rpcUrl'> {
  const opened = new CloseStack()
  const heads = opened.add(
    trackHeads({ rpc, finality: config.confirmations, clock, log, pollMs: config.pollMs }),
  )
  const relayerKey = embedded?.keys.relayerKey ?? config.relayerKey
  const addresses = (): ContractAddresses | null => contracts.current()?.addresses ?? null
  const store = outboxStore(db)
  const changed = createBell()
  const timing = { ...(embedded === null ? REMOTE_TIMING : EMBEDDED_TIMING), ...wanted }
  const doneBefore = createDoneBefore({ rpc, addresses })
  const sender =
    relayerKey === null
      ? null
      : createOutboxSender({
          store,
          rpc,
          heads,
          clock,
          log,
          changed,
          relayerKey,
          addresses,
          doneBefore,
          timing,
        })
  const follower = createFollower({
    store: followerStore(db),
    rpc,
    heads,
    clock,
    log,
    deployed: contracts.current,
    behindGraceMs: embedded === null ? BEHIND_GRACE_MS : 0,
    onRollback: (number) => sender?.recheckAbove(number),
  })
  const following = startJob(
    { name: 'chain-follower', everyMs: config.pollMs, run: (signal) => follower.run(signal) },
    log,
  )
  const sending = startJob(
    { name: 'chain-outbox', everyMs: config.pollMs, run: async (signal) => sender?.run(signal) },
    log,
  )
  opened.add({ close: () => following.stop() })
  opened.add({ close: () => sending.stop() })
  const wake = (): void => {
    sender?.poke()
    sending.wake()
  }
  heads.onChange(() => {
    following.wake()
    sending.wake()
  })
  const kind = embedded === null ? 'remote' : 'embedded'
  return {
    kind,
    reader: createChainReader({ rpc, heads, clock, addresses }),
    writer: createOutbox({ store, encode: encodeCall, clock, changed, wake }),
    events: follower.events,
    relayer: relayerKey === null ? null : addressOf(relayerKey),
    deployment: contracts.required,
    head: async () => (await heads.fresh(config.pollMs)).block,
    async health() {
      const last = heads.last()
      const ageMs = heads.ageMs()
      return {
        kind,
        ready: addresses() !== null && ageMs <= HEAD_AGE_READY_MS,
        blockNumber: last?.block.blockNumber ?? null,
        headAgeMs: last === null ? null : ageMs,
        outbox: await store.counts(),
        outboxWaitsForLease: sender?.waitsForLease() ?? false,
        follower: follower.health(),
        jobs: [following.health, sending.health],
      }
    },
    close: () => opened.closeAll(),
  }
}

const HEAD_AGE_READY_MS = 5_000
