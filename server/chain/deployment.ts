import { join } from 'node:path'
import { type Hex, toHex } from '../kernel/bytes.ts'
import { pause } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import type { ContractAddresses } from './contracts.ts'
import { type Deployment, deployContracts } from './deploy.ts'
import type { Rpc } from './rpc.ts'

/** The contracts of the chain, as soon as they are known. */
export type Connected = {
  current(): {
    readonly chainId: number
    readonly addresses: ContractAddresses
    readonly fromBlock: number
  } | null
  /** Like `current`, but throws `chain.not_ready`. */
  required(): { readonly chainId: number; readonly addresses: ContractAddresses }
  /**
   * The chain is gone, and may come back without the contracts: they count as unknown until `reconnect`. A transaction
   * sent to an address before its contract is there again would succeed without doing anything.
   */
  forget(): void
  /** Looks whether the contracts are still there, and brings them back: for a devnet that lost its newest blocks. */
  reconnect(): void
  close(): Promise<void>
}

export type ConnectOptions = {
  readonly rpc: Rpc
  readonly log: Logger
  readonly deployerKey: Hex | null
  readonly relayer: Hex | null
  readonly folder: (chainId: number) => string
  /** What `tokenURI` answers begins with; written into the contract when it is deployed. */
  readonly tokenBaseUri: string
  /** Whether a failure is thrown, or tried again in the background. */
  readonly mustConnect: boolean
}

/** Where the contracts of a chain are written down: the embedded chain's beside its blocks, others' by chain id. */
export function deploymentFolder(
  { deploymentsDir, dataDir }: { readonly deploymentsDir: string; readonly dataDir: string },
  isEmbedded: boolean,
): ConnectOptions['folder'] {
  if (isEmbedded) return () => join(dataDir, 'chain', 'deployment')
  return (chainId) => join(deploymentsDir, String(chainId))
}

const RETRY_MS = 1_000
const RETRY_MAX_MS = 30_000

/** Deploys the contracts where they are not yet, or takes those that are written down; see `ConnectOptions`. */
export async function connectContracts(options: ConnectOptions): Promise<Connected> {
  const stopping = new AbortController()
  let known: ReturnType<Connected['current']> = null
  let trying: Promise<void> = Promise.resolve()
  let forgotten = 0

  /** What was found on a chain that is gone since is not kept. */
  const attempt = async (): Promise<void> => {
    const before = forgotten
    const found = await connectOnce(options)
    if (before === forgotten) known = found
  }

  const keepTrying = async (): Promise<void> => {
    for (let waitMs = RETRY_MS; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, RETRY_MAX_MS)) {
      try {
        return await attempt()
      } catch (error) {
        options.log.error({ err: error, againInMs: waitMs }, 'the contracts cannot be reached')
        await pause(waitMs, stopping.signal)
      }
    }
  }

  try {
    await attempt()
  } catch (error) {
    if (options.mustConnect) throw error
    options.log.error({ err: error }, 'the contracts cannot be reached; trying on in the background')
    trying = pause(RETRY_MS, stopping.signal).then(keepTrying)
  }
  return {
    current: () => known,
    required() {
      if (known === null)
        throw new AppError('chain.not_ready', 'The chain has not been reached since the start')
      return known
    },
    forget() {
      forgotten += 1
      known = null
    },
    reconnect() {
      trying = trying.then(keepTrying)
    },
    async close() {
      stopping.abort()
      await trying
    },
  }
}

async function connectOnce({
  rpc,
  log,
  deployerKey,
  relayer,
  folder,
  tokenBaseUri,
}: ConnectOptions): Promise<ReturnType<Connected['current']>> {
  const chainId = await rpc.chainId()
  const deployed = await deployContracts({
    rpcUrl: rpc.url,
    rpc,
    chainId,
    deployerKey,
    folder: folder(chainId),
    relayer,
    tokenBaseUri,
  })
  const { BrandRegistry, ItemRegistry } = deployed.contracts
  log.info({ chainId, itemRegistry: ItemRegistry.address }, 'contracts ready')
  return {
    chainId,
    addresses: addressesOf(deployed),
    fromBlock: Math.min(BrandRegistry.blockNumber, ItemRegistry.blockNumber),
  }
}

function addressesOf({ contracts }: Deployment): ContractAddresses {
  const { AccessManager: _, ...called } = contracts
  const entries = Object.entries(called).map(([name, { address }]) => [name, toHex(address, 20)])
  // The record has exactly these names.
  return Object.fromEntries(entries) as ContractAddresses
}
