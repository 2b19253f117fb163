import { startJob } from '../jobs/runner.ts'
import { CloseStack } from '../kernel/close-stack.ts'
import type { Logger } from '../kernel/log.ts'
import { type EmbeddedChain, startEmbeddedChain } from './anvil.ts'
import { DEVNET_CHAIN_ID } from './anvil-process.ts'
import { addressOf } from './chain-keys.ts'
import { type ContractAddresses, encodeCall } from './contracts.ts'
import { type Connected, connectContracts, deploymentFolder } from './deployment.ts'
import { createDoneBefore } from './done-before.ts'
import { finalityStore } from './finality.store.ts'
import { createFinalityGuard } from './finality-guard.ts'
import { followerStore } from './follower.store.ts'
import { createFollower, type Follower } from './follower.ts'
import { HEAD_AGE_MAX_MS, type Heads, trackHeads } from './head.ts'

import { outboxStore } from './outbox.store.ts'
import { createBell, createOutbox } from './outbox.ts'
import { createOutboxSender, type OutboxSender } from './outbox-sender.ts'
import { createOwnershipChain } from './ownership.ts'
import { createQuorum, type Quorum } from './quorum.ts'
import { createChainReader } from './reader.ts'
import { createRelay } from './relay.ts'
import { createRpc, type Rpc } from './rpc.ts'
import type { Chain, ChainConfig, ChainOptions } from './types.ts'

export { chainModels } from './chain.model.ts'
export type { ContractAddresses } from './contracts.ts'
export { CHAIN_ERRORS } from './errors.ts'
export type { Chain, ChainConfig, ChainHealth, ChainOptions } from './types.ts'

/** The embedded chain has a block for each transaction at once; elsewhere blocks take seconds. */
const EMBEDDED_TIMING = { resendMs: 1_000, bumpMs: 30_000, hurryMs: 500 }
const REMOTE_TIMING = { resendMs: 15_000, bumpMs: 60_000, hurryMs: 0 }
const BEHIND_GRACE_MS = 15_000

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
    config.rpcUrls.length === 0
      ? opened.add(await startEmbeddedChain({ ...config, log, clock, keys: config }))
      : null
  const timeout = options.rpcTimeoutMs === undefined ? {} : { timeoutMs: options.rpcTimeoutMs }
  const quorum =
    embedded === null
      ? createQuorum({ urls: config.rpcUrls, needed: config.rpcQuorum, clock, log, ...timeout })
      : null
  const rpc = opened.add(quorum ?? createRpc({ url: embedded?.rpcUrl ?? '', chainId: DEVNET_CHAIN_ID, log }))
  const contracts = await connectContracts({ rpc, log, ...deploymentOptions(config, embedded) })
  opened.add(contracts)
  embedded?.onDeath(contracts.forget)
  embedded?.onRestart(contracts.reconnect)
  const parts = opened.add(wire(options, { rpc, quorum, embedded, contracts }))
  return { ...parts, rpcUrl: rpc.url, close: () => opened.closeAll() }
}

function deploymentOptions(config: ChainConfig, embedded: EmbeddedChain | null) {
  const keys = embedded?.keys ?? config
  return {
    deployerKey: keys.deployerKey,
    relayer: keys.relayerKey === null ? null : addressOf(keys.relayerKey),
    folder: deploymentFolder(config, embedded !== null),
    tokenBaseUri: config.tokenBaseUri,
    mustConnect: embedded !== null,
  }
}

type Wired = {
  readonly rpc: Rpc
  /** Null on the embedded chain. */
  readonly quorum: Quorum | null
  readonly embedded: EmbeddedChain | null
  readonly contracts: Connected
}

/** The stores and loops of an opened chain. Loops run from here on until `close`. */
function wire(options: ChainOptions, { rpc, quorum, embedded, contracts }: Wired): Omit<Chain, 'rpcUrl'> {
  const { config, db, log, clock } = options
  const opened = new CloseStack()
  const guard =
    embedded === null
      ? createFinalityGuard({ store: finalityStore(db), clock, behindGraceMs: BEHIND_GRACE_MS })
      : null
  const heads = opened.add(
    trackHeads({ rpc, finality: config.confirmations, clock, log, pollMs: config.pollMs, guard }),
  )
  const relayerKey = embedded?.keys.relayerKey ?? config.relayerKey
  const addresses = (): ContractAddresses | null => contracts.current()?.addresses ?? null
  const relayer = relayerKey === null ? null : addressOf(relayerKey)
  const store = outboxStore(db)
  const changed = createBell()
  const timing = { ...(embedded === null ? REMOTE_TIMING : EMBEDDED_TIMING), ...options.timing }
  const shared = { rpc, heads, clock, log }
  const doneBefore = createDoneBefore({ rpc, addresses })
  const sender =
    relayerKey === null
      ? null
      : createOutboxSender({ ...shared, store, changed, relayerKey, addresses, doneBefore, timing })
  const follower = createFollower({
    ...shared,
    store: followerStore(db),
    deployed: contracts.current,
    behindGraceMs: embedded === null ? BEHIND_GRACE_MS : 0,
    isFinalForGood: embedded === null,
    onRollback: (number) => sender?.recheckAbove(number),
  })
  const loops = opened.add(startLoops({ follower, sender, heads, log, pollMs: config.pollMs }))
  const kind = embedded === null ? 'remote' : 'embedded'
  return {
    kind,
    reader: createChainReader({ rpc, heads, clock, addresses }),
    relay: createRelay({ rpc, addresses }),
    writer: createOutbox({ store, encode: encodeCall, clock, changed, wake: loops.wakeSender }),
    events: follower.events,
    ownership: createOwnershipChain({ rpc, heads, relayer, deployment: contracts.required }),
    relayer,
    deployment: contracts.required,
    head: async () => (await heads.fresh(config.pollMs)).block,
    health: async () => ({
      kind,
      ready: addresses() !== null && heads.ageMs() <= HEAD_AGE_MAX_MS,
      blockNumber: heads.last()?.block.blockNumber ?? null,
      finalNumber: heads.last()?.finalNumber ?? null,
      headAgeMs: heads.last() === null ? null : heads.ageMs(),
      endpoints: quorum?.endpoints() ?? [],
      endpointsNeeded: quorum?.needed ?? 0,
      finalityConflict: guard?.conflict() ?? null,
      outbox: await store.counts(),
      outboxWaitsForLease: sender?.waitsForLease() ?? false,
      follower: follower.health(),
      jobs: loops.health,
    }),
    close: () => opened.closeAll(),
  }
}

type Loops = {
  readonly follower: Follower
  readonly sender: OutboxSender | null
  readonly heads: Heads
  readonly log: Logger
  readonly pollMs: number
}

/** Runs follower and sender at each new block, at each submission, and from time to time. */
function startLoops({ follower, sender, heads, log, pollMs }: Loops) {
  const following = startJob(
    { name: 'chain-follower', everyMs: pollMs, run: (signal) => follower.run(signal) },
    log,
  )
  const sending = startJob(
    { name: 'chain-outbox', everyMs: pollMs, run: async (signal) => sender?.run(signal) },
    log,
  )
  const unsubscribe = heads.onChange(() => {
    following.wake()
    sending.wake()
  })
  return {
    health: [following.health, sending.health],
    wakeSender(): void {
      sender?.poke()
      sending.wake()
    },
    async close(): Promise<void> {
      unsubscribe()
      await Promise.all([following.stop(), sending.stop()])
      await sender?.close()
    },
  }
}
