import type { Clock } from '../kernel/clock.ts'
import { type AppError, isAppError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { essence, levelOf, majorityOf, wayOf } from './agreement.ts'
import { ballot, gathered } from './ballot.ts'
import { quantity } from './blocks.ts'
import { createEndpoint, type Endpoint, type EndpointHealth } from './endpoint.ts'
import type { RpcBlock } from './head.ts'
import { type Rpc, unreachable } from './rpc.ts'

/** Several endpoints of one chain that answer as one. */
export type Quorum = Rpc & {
  /** How many endpoints must give the same answer. */
  readonly needed: number
  endpoints(): EndpointHealth[]
}

export type QuorumOptions = {
  readonly urls: readonly string[]
  /** How many must agree, more than half of them; null takes the smallest such number. */
  readonly needed: number | null
  /** Refuse any other chain; without it the first that one endpoint, or enough of several, serve. */
  readonly chainId?: number
  readonly clock: Clock
  readonly log: Logger
  readonly timeoutMs?: number
}

/** Blocks below the level that enough endpoints reached that are tried, where they differ on the newest itself. */
const DEPTH_MAX = 3

/**
 * JSON-RPC to several endpoints. An answer is one that so many of them gave alike; where fewer agree there is none
 * (`chain.unreachable`), so that a lying, stale or dead endpoint in the minority changes nothing. One endpoint alone is
 * asked exactly as `createRpc` asks, behind its circuit breaker.
 */
export function createQuorum(options: QuorumOptions): Quorum {
  const isUndecided = options.urls.length > 1 && options.chainId === undefined
  const endpoints = options.urls.map((url) => createEndpoint({ ...options, url, isUndecided }))
  const [only] = endpoints
  const needed = Math.max(options.needed ?? 0, majorityOf(endpoints.length))
  const counts = { requests: 0, calls: 0 }
  const shared = {
    url: options.urls[0] ?? '',
    needed,
    endpoints: () => endpoints.map((endpoint) => endpoint.health()),
    close: async () => void (await Promise.all(endpoints.map(({ rpc }) => rpc.close()))),
  }
  if (only !== undefined && endpoints.length === 1) {
    return { ...shared, counts: only.rpc.counts, call: only.call, chainId: () => chainIdOf(only) }
  }
  const parts = { endpoints, needed, log: options.log }
  const chainId = createChainIdVote(parts)
  return {
    ...shared,
    counts,
    chainId,
    async call<T>(method: string, params: readonly unknown[]): Promise<T> {
      counts.calls += 1
      await chainId()
      // The cast is the caller's knowledge of the method, as in `Rpc.call` of one endpoint.
      return (await ask({ ...parts, endpoints: usable(parts) }, method, params)) as T
    },
  }
}

export type QuorumParts = {
  readonly endpoints: readonly Endpoint[]
  readonly needed: number
  readonly log: Logger
}

function usable({ endpoints, needed }: QuorumParts): readonly Endpoint[] {
  const closed = endpoints.filter((endpoint) => !endpoint.isOpen())
  if (closed.length >= needed) return closed
  throw unreachable(`${closed.length} of ${endpoints.length} endpoints answer, ${needed} must agree`)
}

function ask(parts: QuorumParts, method: string, params: readonly unknown[]): Promise<unknown> {
  const way = wayOf(method, params)
  if (way === 'same') return ballot(parts, method, params)
  if (way === 'level') return level(parts, method, params)
  return way === 'newest' ? newest(parts, params) : passOn(parts, method, params)
}

/** The chain id that enough endpoints serve; asked until there is one, and expected of every endpoint from then on. */
function createChainIdVote(parts: QuorumParts): () => Promise<number> {
  let agreed: number | null = null
  let asking: Promise<number> | null = null
  const vote = async (): Promise<number> => {
    const answers = await gathered(parts, async (one) => {
      await one.call('eth_blockNumber', [])
      return one.rpc.chainId()
    })
    const ids = answers.flatMap((one) => (one.ok ? [one.value] : []))
    const id = ids.find((one) => ids.filter((other) => other === one).length >= parts.needed)
    if (id === undefined) throw unreachable(`the endpoints do not agree on a chain id (${ids.join(', ')})`)
    for (const { rpc } of parts.endpoints) rpc.expect(id)
    agreed = id
    return id
  }
  return async () => {
    if (agreed !== null) return agreed
    asking ??= vote().finally(() => {
      asking = null
    })
    return asking
  }
}

/** What an endpoint said it serves, asked where it said nothing yet. */
async function chainIdOf(endpoint: Endpoint): Promise<number> {
  if (!endpoint.rpc.isIdentified()) await endpoint.call('eth_blockNumber', [])
  return endpoint.rpc.chainId()
}

/**
 * The newest block that enough endpoints have: their own answers where these agree, else the block at the highest number
 * that enough of them reached. Null where they know none (no block is final yet).
 */
async function newest(parts: QuorumParts, params: readonly unknown[]): Promise<unknown> {
  const answers = await gathered(parts, (one) => one.call<RpcBlock | null>('eth_getBlockByNumber', params))
  const blocks = answers.flatMap((one) => (one.ok ? [one.value] : []))
  const numbers = blocks.flatMap((block) => (block === null ? [] : [BigInt(block.number)]))
  const top = levelOf(numbers, parts.needed)
  if (top === null) {
    if (blocks.length - numbers.length >= parts.needed) return null
    throw unreachable(`fewer than ${parts.needed} endpoints told a block`)
  }
  const alike = toldAlike(blocks, parts.needed)
  if (alike !== null && BigInt(alike.number) >= top) return alike
  for (let number = top; number >= 0n && number > top - BigInt(DEPTH_MAX); number -= 1n) {
    const block = await blockAt(parts, number)
    if (block !== null) return block
  }
  throw unreachable('the endpoints do not agree on the newest block')
}

/** The block that so many told alike, so that it need not be asked for again. */
function toldAlike(blocks: readonly (RpcBlock | null)[], needed: number): RpcBlock | null {
  const told = blocks.flatMap((one) => (one === null ? [] : [essence('eth_getBlockByNumber', one)]))
  const texts = told.map((one) => JSON.stringify(one))
  const place = texts.findIndex((text) => texts.filter((other) => other === text).length >= needed)
  // The cast is what `essence` leaves of a block.
  return place < 0 ? null : (told[place] as RpcBlock)
}

async function blockAt(parts: QuorumParts, number: bigint): Promise<unknown> {
  try {
    return await ballot(parts, 'eth_getBlockByNumber', [quantity(number), false])
  } catch (error) {
    if (isAppError(error, 'chain.unreachable')) return null
    throw error
  }
}

/** A number that enough endpoints have reached, or their refusal where enough refuse alike. */
async function level(parts: QuorumParts, method: string, params: readonly unknown[]): Promise<unknown> {
  const answers = await gathered(parts, (one) => one.call<string>(method, params))
  const values = answers.flatMap((one) => (one.ok ? [BigInt(one.value)] : []))
  const reached = levelOf(values, parts.needed)
  if (reached !== null) return quantity(reached)
  return ballot(parts, method, params, answers)
}

/** Handed to every endpoint; done when one took it. What becomes of a transaction is told by receipts alone. */
async function passOn(parts: QuorumParts, method: string, params: readonly unknown[]): Promise<unknown> {
  const tries = parts.endpoints.map((endpoint) => endpoint.call(method, params))
  try {
    return await Promise.any(tries)
  } catch (all) {
    const errors = (all as AggregateError).errors as AppError[]
    throw (
      errors.find((error) => isAppError(error, 'chain.rejected')) ?? errors[0] ?? unreachable('no endpoint')
    )
  }
}
