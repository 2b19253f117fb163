import { contractInterfaces } from '../../../server/chain/contracts.ts'
import { type Hex, hexOf } from '../../../server/kernel/bytes.ts'
import type { ItemChainState, ItemQuery } from '../../../server/kernel/chain-facts.ts'
import { keccak256 } from '../../../server/kernel/digest.ts'
import { type Ask, EndpointError } from '../../../server/offline/endpoint.ts'
import { AT, type World } from '../verification/world.ts'

export const ITEM_REGISTRY = `0x${'22'.repeat(20)}`
export const BRAND_REGISTRY = `0x${'11'.repeat(20)}`
const KINDS = ['items', 'events', 'decisions']
const NO_ANCHOR = ['0x'.padEnd(66, '0'), 0, 0, 0, 0, 0]

type Block = { readonly number: number; readonly hash: Hex; readonly timestamp: number }

/** A node of the world's chain, answering JSON-RPC in the words of the real contracts' ABI, coded by ethers. */
export function endpointOf(world: World, over: { head?: number; chainId?: number } = {}): Ask {
  const head = over.head ?? AT.blockNumber + 2
  const block = (number: number): Block | null => {
    if (number > head) return null
    const hash = number === AT.blockNumber ? AT.blockHash : hexOf(keccak256(Buffer.from(`block ${number}`)))
    return { number, hash, timestamp: AT.timeUnix + number - AT.blockNumber }
  }
  const sent = (one: Block | null) =>
    one && {
      number: `0x${one.number.toString(16)}`,
      hash: one.hash,
      timestamp: `0x${one.timestamp.toString(16)}`,
    }
  return async (method, params) => {
    if (world.chain.down) throw new EndpointError('connection refused')
    const [first] = params as [unknown]
    if (method === 'eth_chainId') return `0x${(over.chainId ?? AT.chainId).toString(16)}`
    if (method === 'eth_getBlockByNumber')
      return sent(block(first === 'latest' || first === 'finalized' ? head : Number(first)))
    if (method === 'eth_call') return called(world, first as { to: string; data: Hex })
    throw new EndpointError(`no method ${method}`)
  }
}

async function called(world: World, { to, data }: { to: string; data: Hex }): Promise<string> {
  const contract = contractInterfaces.ItemRegistry
  if (to !== ITEM_REGISTRY) return '0x'
  const call = contract.parseTransaction({ data })
  if (call?.name === 'brandRegistry') return contract.encodeFunctionResult('brandRegistry', [BRAND_REGISTRY])
  if (call?.name !== 'statuses') throw new EndpointError('execution reverted')
  const queries = [...call.args[0]].map(
    ([root, index, thumbprint]): ItemQuery => ({ root, index: Number(index), thumbprint }),
  )
  const { states } = await world.deps.chain.itemStates(queries)
  return contract.encodeFunctionResult('statuses', [states.map(statusOf)])
}

function statusOf({ anchor, revoked, recalled, key, brandSuspendedAtUnix }: ItemChainState): unknown[] {
  return [
    anchor === null
      ? NO_ANCHOR
      : [
          anchor.brandId,
          anchor.leafCount,
          KINDS.indexOf(anchor.kind),
          anchor.anchoredAtUnix,
          anchor.blockNumber,
          1,
        ],
    revoked,
    recalled,
    key === null
      ? [0, 0, 0, false]
      : [key.validFromUnix, key.validUntilUnix ?? 0, key.compromisedAtUnix ?? 0, true],
    brandSuspendedAtUnix ?? 0,
  ]
}
