import type { Hex } from '../kernel/bytes.ts'
import type { BlockRef } from '../kernel/chain-facts.ts'
import { pause } from '../kernel/clock.ts'
import { AppError, isAppError } from '../kernel/errors.ts'
import { DEVNET_CHAIN_ID } from './anvil-process.ts'
import { readBlock } from './blocks.ts'
import { type Rpc, unreachable } from './rpc.ts'

export type PinnedCall = { readonly to: Hex; readonly data: Hex }
type At = Pick<BlockRef, 'blockNumber' | 'blockHash'> & { readonly chainId?: number }

/** Where blocks come faster than calls are answered, the call is made so many times at most. */
const ROUNDS_MAX = 4
/**
 * A development node also takes the state of a block that it has made and does not tell of yet. It does so soon after, so
 * it is asked what follows once this has passed. Nodes of real networks take the state that belongs to the block's hash.
 */
const UNTOLD_MS = 10

/**
 * Results of contract calls at one block, all of which the endpoint answered from that block.
 *
 * Naming the block by its hash (EIP-1898) is not enough: a node may look up the block first and take the state a moment
 * later. Anvil does so, and answers a call at the newest block from the next one when that is mined in between, so that
 * an answer held an anchor of a later block than it named. A result therefore counts only if, after it, the block is still
 * on the chain and either still the newest or followed by the same block as before the call; else the call is made again.
 *
 * Throws `chain.rejected` where the block is not on the chain (any more), `chain.unreachable`, or as `Rpc.call` does.
 */
export async function callAt(rpc: Rpc, at: At, calls: readonly PinnedCall[]): Promise<Hex[]> {
  const block = { blockHash: at.blockHash, requireCanonical: true }
  let before: Hex | 'unsure' | null = null
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const results = await Promise.all(calls.map((call) => rpc.call<Hex>('eth_call', [call, block])))
    if (at.chainId === DEVNET_CHAIN_ID) await pause(UNTOLD_MS)
    const after = await followerOf(rpc, at)
    if (after === before) return results
    before = after
  }
  throw unreachable('the chain moves on faster than it can be read')
}

/** Hash of the block after this one; null where there is none, `unsure` where several endpoints do not agree on it. */
async function followerOf(rpc: Rpc, { blockNumber, blockHash }: At): Promise<Hex | 'unsure' | null> {
  const after = readBlock(rpc, blockNumber + 1).then((block) => block?.hash ?? null, asUnsure)
  const [self, next] = await Promise.all([readBlock(rpc, blockNumber), after])
  if (self?.hash !== blockHash) throw gone(blockNumber, blockHash)
  return next
}

/** Of several endpoints one may have the next block already: what was called is then called again. */
function asUnsure(error: unknown): 'unsure' {
  if (isAppError(error, 'chain.unreachable')) return 'unsure'
  throw error
}

function gone(blockNumber: number, blockHash: Hex): AppError {
  const message = `block ${blockNumber} was reorganised away while it was read`
  return new AppError('chain.rejected', message, { blockNumber, blockHash })
}
