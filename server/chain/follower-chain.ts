import type { Hex } from '../kernel/bytes.ts'
import { isAppError } from '../kernel/errors.ts'
import { quantity, readBlock } from './blocks.ts'
import type { ContractAddresses } from './contracts.ts'
import {
  decodeEvent,
  decodeOwnershipEvent,
  type OwnershipEvent,
  type RegistryEvent,
  type RpcLog,
} from './event-codec.ts'
import type { RpcBlock } from './head.ts'
import type { Rpc } from './rpc.ts'

/** An event as decoded, with the block and transaction that hold it. */
export type ReadEvent = (RegistryEvent | OwnershipEvent) & {
  readonly at: { readonly blockNumber: number; readonly blockHash: Hex; readonly timeUnix: number }
  readonly transactionHash: Hex
}

/** One block, or several final ones together: named by the last, joined to what was before by the parent of the first. */
export type Stretch = {
  readonly number: number
  readonly hash: Hex
  readonly parentHash: Hex
  readonly timeUnix: number
  readonly events: readonly ReadEvent[]
}

export type StretchQuery = {
  readonly from: number
  readonly to: number
  /** Hash that the block before `from` must have; null where there is none yet. */
  readonly parentHash: Hex | null
  readonly addresses: ContractAddresses
}

/** Blocks of one stretch at most. */
export const STRETCH_BLOCKS = 2_000

/**
 * Reads a stretch and its events; null when the chain changed meanwhile or does not join what was seen, so that the
 * caller looks again. An endpoint that refuses a long range is asked for half of it.
 */
export async function readStretch(rpc: Rpc, query: StretchQuery): Promise<Stretch | null> {
  try {
    return await readWhole(rpc, query)
  } catch (error) {
    if (query.from === query.to || !isAppError(error, 'chain.rejected')) throw error
    return readStretch(rpc, { ...query, to: query.from + Math.floor((query.to - query.from) / 2) })
  }
}

async function readWhole(
  rpc: Rpc,
  { from, to, parentHash, addresses }: StretchQuery,
): Promise<Stretch | null> {
  const [first, last] = await Promise.all([readBlock(rpc, from), readBlock(rpc, to)])
  if (first === null || last === null) return null
  if (parentHash !== null && first.parentHash !== parentHash) return null
  const address = [addresses.ItemRegistry, addresses.ItemOwnership]
  const logs = await readLogs(
    rpc,
    from === to
      ? { address, blockHash: last.hash }
      : { address, fromBlock: quantity(from), toBlock: quantity(to) },
  )
  if (logs === null) return null
  const times = await blockTimes(rpc, logs, last)
  const after = from === to ? last : await readBlock(rpc, to)
  if (times === null || after?.hash !== last.hash) return null
  const events = logs.flatMap((log) => readEvent(log, addresses, times))
  return {
    number: to,
    hash: last.hash,
    parentHash: first.parentHash,
    timeUnix: Number(last.timestamp),
    events,
  }
}

/** Logs in order; null when the block asked for is not known any more. */
async function readLogs(rpc: Rpc, filter: object): Promise<RpcLog[] | null> {
  try {
    const logs = await rpc.call<RpcLog[]>('eth_getLogs', [filter])
    return logs.toSorted(
      (a, b) => Number(a.blockNumber) - Number(b.blockNumber) || Number(a.logIndex) - Number(b.logIndex),
    )
  } catch (error) {
    const gone = 'blockHash' in filter && isAppError(error, 'chain.rejected')
    if (gone) return null
    throw error
  }
}

/** Times of the blocks that hold events, by hash; null when one of them is not canonical any more. */
async function blockTimes(
  rpc: Rpc,
  logs: readonly RpcLog[],
  last: RpcBlock,
): Promise<Map<Hex, number> | null> {
  const times = new Map([[last.hash, Number(last.timestamp)]])
  const wanted = new Map(
    logs.filter((log) => log.blockHash !== last.hash).map((log) => [log.blockHash, Number(log.blockNumber)]),
  )
  const blocks = await Promise.all(
    [...wanted].map(async ([hash, number]) => ({ hash, block: await readBlock(rpc, number) })),
  )
  for (const { hash, block } of blocks) {
    if (block === null || block.hash !== hash) return null
    times.set(hash, Number(block.timestamp))
  }
  return times
}

function readEvent(log: RpcLog, addresses: ContractAddresses, times: Map<Hex, number>): ReadEvent[] {
  const event = decoded(log, addresses)
  const at = {
    blockNumber: Number(log.blockNumber),
    blockHash: log.blockHash,
    timeUnix: times.get(log.blockHash) ?? 0,
  }
  return event === null ? [] : [{ ...event, at, transactionHash: log.transactionHash }]
}

/** An endpoint may send logs that were not asked for; those of other contracts say nothing here. */
function decoded(log: RpcLog, addresses: ContractAddresses): RegistryEvent | OwnershipEvent | null {
  const address = log.address.toLowerCase()
  if (address === addresses.ItemRegistry) return decodeEvent(log)
  return address === addresses.ItemOwnership ? decodeOwnershipEvent(log) : null
}
