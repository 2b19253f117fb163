import type { Db } from '../../db/connection.ts'
import type { Clock } from '../../kernel/clock.ts'
import { CloseStack } from '../../kernel/close-stack.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/log.ts'
import { startEmbeddedChain } from '../anvil.ts'
import { DEVNET_CHAIN_ID } from '../anvil-process.ts'
import { connectContracts, deploymentFolder } from '../deployment.ts'
import { trackHeads } from '../head.ts'
import { createQuorum } from '../quorum.ts'
import { createRpc } from '../rpc.ts'
import type { ChainConfig } from '../types.ts'
import { type Examined, examine } from './examine.ts'
import { repair } from './repair.ts'

export type { ReadEvent } from '../follower-chain.ts'
export type { Examined, Fault } from './examine.ts'

/** The chain and the store of a stopped service, to be compared. Nothing is ever sent to the chain. */
export type Fsck = {
  /** Throws `chain.unreachable`, or `chain.events_withheld` where the endpoint does not tell all: nothing is said then. */
  examine(): Promise<Examined>
  /** Makes the store what the chain says. */
  repair(examined: Examined): Promise<void>
  close(): Promise<void>
}

export type FsckOptions = {
  readonly config: Pick<
    ChainConfig,
    'rpcUrls' | 'rpcQuorum' | 'dataDir' | 'confirmations' | 'pollMs' | 'deploymentsDir'
  >
  readonly db: Db['connection']
  readonly log: Logger
  readonly clock: Clock
}

const POLL_MS = 60_000

/** Opens the chain that the service would use. Throws `chain.unreachable`, `chain.not_deployed`, `chain.in_use`. */
export async function openFsck(options: FsckOptions): Promise<Fsck> {
  const opened = new CloseStack()
  try {
    return { ...(await open(options, opened)), close: () => opened.closeAll() }
  } catch (error) {
    await opened.closeAll()
    throw error
  }
}

async function open(
  { config, db, log, clock }: FsckOptions,
  opened: CloseStack,
): Promise<Omit<Fsck, 'close'>> {
  const embedded =
    config.rpcUrls.length === 0
      ? opened.add(await startEmbeddedChain({ dataDir: config.dataDir, log, clock }))
      : null
  const rpc = opened.add(
    embedded === null
      ? createQuorum({ urls: config.rpcUrls, needed: config.rpcQuorum, clock, log })
      : createRpc({ url: embedded.rpcUrl, chainId: DEVNET_CHAIN_ID, log }),
  )
  const folder = deploymentFolder(config, embedded !== null)
  const keys = { deployerKey: null, relayer: null, tokenBaseUri: '' }
  const contracts = opened.add(await connectContracts({ rpc, log, ...keys, folder, mustConnect: true }))
  const deployed = contracts.current()
  if (deployed === null) throw new AppError('chain.not_ready', 'The contracts are not known')
  const heads = opened.add(trackHeads({ rpc, finality: config.confirmations, clock, log, pollMs: POLL_MS }))
  return {
    examine: async () => examine({ rpc, db, deployed, head: await heads.fresh(0) }),
    repair: (examined) => repair({ rpc, db, deployed, head: examined.at, heads, clock, log }, examined),
  }
}
