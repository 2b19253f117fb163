import { type FinalityRule, trackHeads } from '../chain/head.ts'
import { createQuorum } from '../chain/quorum.ts'
import { createChainReader } from '../chain/reader.ts'
import { isHex, toHex } from '../kernel/bytes.ts'
import type { ChainReader } from '../kernel/chain-facts.ts'
import { systemClock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { silentLog } from '../kernel/log.ts'
import type { BundleFile } from '../offline/bundle.ts'
import type { Given } from './command.ts'

/** Chain id of the embedded development chain, whose every block is final at once. */
const DEVNET = 31337
const POLL_MS = 60_000
const CONFIRMATIONS = /^[1-9]\d{0,4}$/

/** Opens the chain endpoint, or the several, that --rpc or CHAIN_RPC_URL names; null where neither does, or no registry is known. */
export function openReader(
  bundle: BundleFile,
  given: Given,
): { reader: ChainReader; close(): Promise<void> } | null {
  const urls = (given.text('rpc') ?? given.env['CHAIN_RPC_URL'] ?? '').split(',').map((one) => one.trim())
  if (urls.join('') === '') return null
  if (urls.some((url) => !/^https?:\/\//.test(url) || !URL.canParse(url)))
    throw new AppError(
      'cli.bad_usage',
      '--rpc must be an http or https address, or several with commas between',
    )
  const ItemRegistry = registryOf(bundle, given)
  const { chainId } = bundle.chain
  const rpc = createQuorum({ urls, needed: null, chainId, clock: systemClock, log: silentLog })
  const finality = finalityOf(bundle.chain.chainId, given)
  const heads = trackHeads({ rpc, finality, clock: systemClock, log: silentLog, pollMs: POLL_MS })
  const reader = createChainReader({
    rpc,
    heads,
    clock: systemClock,
    addresses: () => ({ ItemRegistry }),
  })
  return {
    reader,
    async close() {
      await heads.close()
      await rpc.close()
    },
  }
}

/** The registry that the caller insists on, or else the one that the bundle names. */
function registryOf({ contracts }: BundleFile, { text }: Given): `0x${string}` {
  const address = text('registry') ?? contracts?.itemRegistry
  if (address === undefined) {
    throw new AppError(
      'cli.bad_usage',
      'The file names no registry: give --registry ADDRESS, or use the bundle of the verdict',
    )
  }
  if (isHex(address.toLowerCase(), 20)) return toHex(address, 20)
  throw new AppError('cli.bad_usage', '--registry must be an address of 20 bytes in hexadecimal')
}

function finalityOf(chainId: number, { text }: Given): FinalityRule {
  const asked = text('confirmations')
  if (asked === undefined) return chainId === DEVNET ? 1 : 'finalized'
  if (CONFIRMATIONS.test(asked)) return Number(asked)
  throw new AppError('cli.bad_usage', '--confirmations must be a whole number from 1')
}
