import { AppError } from '../kernel/errors.ts'
import type { ContractAddresses } from './contracts.ts'
import type { Rpc } from './rpc.ts'
import { BRAND_REGISTRY_SELECTOR, STATUSES_SELECTOR } from './status-words.ts'

/** A question to the chain that a page asks through this service. Throws as `Rpc.call` does, or `chain.not_allowed`. */
export type Relay = (method: string, params: readonly unknown[]) => Promise<unknown>

type Parts = { readonly rpc: Rpc; readonly addresses: () => ContractAddresses | null }

/** Reading an item takes two of these; more than a page's own needs is not relayed. */
const SELECTORS = [STATUSES_SELECTOR, BRAND_REGISTRY_SELECTOR]
/** `statuses` of four items. */
const DATA_CHARACTERS_MAX = 1_024

/** Passes on the few reads that a buyer's page needs to check an item, of our own contracts only, and nothing else. */
export function createRelay({ rpc, addresses }: Parts): Relay {
  return async (method, params) => {
    const known: readonly string[] = Object.values(addresses() ?? {})
    if (!isNeeded(method, params, known)) {
      throw new AppError('chain.not_allowed', 'only what a page needs to check an item is relayed', {
        method,
      })
    }
    return rpc.call(method, params)
  }
}

function isNeeded(method: string, params: readonly unknown[], contracts: readonly string[]): boolean {
  const [first, second, ...more] = params
  if (more.length > 0) return false
  if (method === 'eth_chainId') return params.length === 0
  if (method === 'eth_getBlockByNumber')
    return (
      second === false && typeof first === 'string' && /^(?:latest|finalized|0x[0-9a-f]{1,13})$/.test(first)
    )
  return method === 'eth_call' && isReadOfOurs(first, contracts) && isPinned(second)
}

function isReadOfOurs(call: unknown, contracts: readonly string[]): boolean {
  const { to, data, ...more } = membersOf(call)
  if (typeof to !== 'string' || typeof data !== 'string' || Object.keys(more).length > 0) return false
  const short = data.length <= DATA_CHARACTERS_MAX && /^0x(?:[0-9a-f]{2})+$/.test(data)
  return short && contracts.includes(to.toLowerCase()) && SELECTORS.some((one) => data.startsWith(one))
}

/** A block by its hash, as EIP-1898 has it: what a page asks is always pinned. */
function isPinned(block: unknown): boolean {
  const { blockHash, requireCanonical, ...more } = membersOf(block)
  const named = typeof blockHash === 'string' && /^0x[0-9a-f]{64}$/.test(blockHash)
  return named && requireCanonical === true && Object.keys(more).length === 0
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
