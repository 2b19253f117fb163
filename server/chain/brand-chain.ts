import type { Hex } from '../kernel/bytes.ts'
import { isAppError } from '../kernel/errors.ts'
import { nextRunningHash } from './abi/running-hash.ts'
import { quantity } from './blocks.ts'
import { contractInterfaces } from './contracts.ts'
import { decodeEvent, type RpcLog } from './event-codec.ts'
import { callAt } from './pinned.ts'
import type { Rpc } from './rpc.ts'

/** A brand's own count of its events and their running hash, as the contract has them in storage. */
export type ContractHead = { readonly sequence: number; readonly runningHash: Hex }

/** Running hash of a brand without events. */
export const NO_EVENTS: Hex = `0x${'00'.repeat(32)}`

/** True where an event is the brand's next after this, by its count and by its running hash. */
export function joinsOn(before: ContractHead, event: ContractHead & { readonly digest: Hex }): boolean {
  return (
    event.sequence === before.sequence + 1 &&
    nextRunningHash(before.runningHash, event.digest) === event.runningHash
  )
}

/** The registry at a block. */
export type RegistryAt = { readonly registry: Hex; readonly blockHash: Hex; readonly blockNumber: number }

/** The heads of brands in the contract's storage, in order; null when the block is gone. */
export async function readContractHeads(
  rpc: Rpc,
  at: RegistryAt,
  brandIds: readonly Hex[],
): Promise<ContractHead[] | null> {
  const abi = contractInterfaces.ItemRegistry
  const calls = brandIds.map((id) => ({
    to: at.registry,
    data: abi.encodeFunctionData('headOf', [id]) as Hex,
  }))
  try {
    const results = await callAt(rpc, at, calls)
    return results.map((result) => {
      const [sequence, runningHash] = abi.decodeFunctionResult('headOf', result)
      return { sequence: Number(sequence as bigint), runningHash: runningHash as Hex }
    })
  } catch (error) {
    if (isAppError(error, 'chain.rejected')) return null
    throw error
  }
}

type Rest = RegistryAt & {
  readonly brandId: Hex
  /** What was seen of the brand, and the block of the last event seen (or the first there is). */
  readonly seen: ContractHead
  readonly from: number
}

/**
 * The block of the first event that was not seen as it is, when the endpoint tells the brand's events so that they lead,
 * hash for hash, to what the contract has in storage: nothing is withheld or altered any more. Null while something is.
 */
export async function firstUnseen(rpc: Rpc, at: Rest): Promise<number | null> {
  const [has] = (await readContractHeads(rpc, at, [at.brandId])) ?? []
  if (has === undefined) return null
  const events = await readEvents(rpc, at, at.from, at.blockNumber)
  let before: ContractHead = { sequence: 0, runningHash: NO_EVENTS }
  for (const [i, event] of events.entries()) {
    const { sequence, runningHash } = event
    const isFirst = i === 0 && sequence > 1 && sequence <= at.seen.sequence
    if (!isFirst && !joinsOn(before, event)) return null
    before = { sequence, runningHash }
  }
  if (before.sequence !== has.sequence || before.runningHash !== has.runningHash) return null
  const unseen = events.find(({ sequence, runningHash }) =>
    sequence === at.seen.sequence ? runningHash !== at.seen.runningHash : sequence > at.seen.sequence,
  )
  return unseen?.blockNumber ?? at.from
}

/** The brand's events from block to block, in its own order. An endpoint that refuses a long range is asked for half. */
async function readEvents(rpc: Rpc, at: Rest, from: number, to: number): Promise<BrandEvent[]> {
  const range = { fromBlock: quantity(from), toBlock: quantity(to) }
  const filter = { address: at.registry, topics: [null, at.brandId], ...range }
  try {
    const logs = await rpc.call<RpcLog[]>('eth_getLogs', [filter])
    return logs.flatMap(brandEvent).toSorted((a, b) => a.sequence - b.sequence)
  } catch (error) {
    if (from >= to || !isAppError(error, 'chain.rejected')) throw error
    const middle = from + Math.floor((to - from) / 2)
    const halves = [await readEvents(rpc, at, from, middle), await readEvents(rpc, at, middle + 1, to)]
    return halves.flat()
  }
}

type BrandEvent = ContractHead & { readonly digest: Hex; readonly blockNumber: number }

function brandEvent(log: RpcLog): BrandEvent[] {
  const event = decodeEvent(log)
  if (event === null) return []
  const { brandSequence: sequence, runningHash, digest } = event
  return [{ sequence, runningHash, digest, blockNumber: Number(log.blockNumber) }]
}
