import type { Db } from '../db/connection.ts'
import type { JobHealth } from '../jobs/runner.ts'
import type { Hex } from '../kernel/bytes.ts'
import type {
  BlockRef,
  ChainEvents,
  ChainReader,
  ChainWriter,
  ChainWriteStatus,
} from '../kernel/chain-facts.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Logger } from '../kernel/log.ts'
import type { OwnershipChain } from '../modules/ownership/ports.ts'
import type { ContractAddresses } from './contracts.ts'
import type { EndpointHealth } from './endpoint.ts'
import type { FinalityConflict } from './finality-guard.ts'
import type { FollowerHealth } from './follower.ts'
import type { FinalityRule } from './head.ts'
import type { OutboxTiming } from './outbox-settle.ts'
import type { Relay } from './relay.ts'

/** The gateway's whole view of one chain: reads at one block, durable writes, a feed of events, and their background loops. */
export type Chain = {
  readonly kind: 'embedded' | 'remote'
  readonly reader: ChainReader
  readonly writer: ChainWriter
  readonly events: ChainEvents
  readonly ownership: OwnershipChain
  /** The first endpoint. */
  readonly rpcUrl: string
  /** Reads for pages that check for themselves. */
  readonly relay: Relay
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
  /** True when the newest block is known and recent, the contracts are, and nothing final was replaced. */
  readonly ready: boolean
  readonly blockNumber: number | null
  readonly headAgeMs: number | null
  /** Newest block that counts as final; -1 where none does yet. */
  readonly finalNumber: number | null
  /** Each endpoint of a chain elsewhere, and how many of them must agree; none for the embedded chain. */
  readonly endpoints: readonly EndpointHealth[]
  readonly endpointsNeeded: number
  /** A block that was final and is another now, while that is so. */
  readonly finalityConflict: FinalityConflict | null
  readonly outbox: Record<ChainWriteStatus, number>
  readonly outboxWaitsForLease: boolean
  readonly follower: FollowerHealth
  readonly jobs: readonly JobHealth[]
}

export type ChainConfig = {
  /** JSON-RPC endpoints of one chain; none runs the embedded devnet. */
  readonly rpcUrls: readonly string[]
  /** How many endpoints must agree, more than half; null takes the smallest such number. */
  readonly rpcQuorum: number | null
  readonly dataDir: string
  readonly confirmations: FinalityRule
  readonly deployerKey: Hex | null
  readonly relayerKey: Hex | null
  readonly pollMs: number
  /** What `tokenURI` of an item's token begins with, where the contracts are deployed by this gateway. */
  readonly tokenBaseUri: string
  /** Where deployments to other chains are written down, a folder for each chain id. */
  readonly deploymentsDir: string
}

export type ChainOptions = {
  readonly config: ChainConfig
  readonly db: Db['connection']
  readonly log: Logger
  readonly clock: Clock
  /** Patience of the outbox, where the chain's block time asks for another than the usual. */
  readonly timing?: Partial<OutboxTiming>
  /** How long an endpoint elsewhere may take to answer, in milliseconds. */
  readonly rpcTimeoutMs?: number
}
