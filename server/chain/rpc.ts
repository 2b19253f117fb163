import { Agent } from 'undici'
import { AppError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { postBatch, type RpcAnswer, type RpcError, type RpcRequest } from './rpc-http.ts'

/** JSON-RPC 2.0 to one endpoint. Calls made in the same turn of the event loop travel in one HTTP request. */
export type Rpc = {
  readonly url: string
  /**
   * The result of one call. Throws `chain.unreachable` (nothing answered in time), `chain.rejected` (the endpoint's
   * error is in the data: `rpcCode`, `rpcMessage`, `rpcData`) or `chain.wrong_network`.
   */
  call<T>(method: string, params: readonly unknown[]): Promise<T>
  /** The endpoint's chain id, which every HTTP request asks for again; throws like `call`. */
  chainId(): Promise<number>
  /** Requests and calls so far, for health and tests. */
  readonly counts: { requests: number; calls: number }
  close(): Promise<void>
}

/** The client of one endpoint, which can also be told later which chain is expected of it. */
export type EndpointRpc = Rpc & {
  /** From now on any other chain is refused. */
  expect(chainId: number): void
  /** True once the endpoint has told its chain id. */
  isIdentified(): boolean
}

export type RpcOptions = {
  readonly url: string
  /** Refuse any other chain; null takes the first one seen. */
  readonly chainId: number | null
  /** Null as chain id then takes any chain, until `expect` says which. */
  readonly isUndecided?: boolean
  readonly log: Logger
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 4_000
/**
 * Most calls in one HTTP request, beside the one for the chain id: nodes refuse larger batches (geth's default limit is
 * 1,000, others' 100).
 */
const BATCH_MAX = 99
const CONNECTIONS_MAX = 8

type Waiting = RpcRequest & { resolve(value: unknown): void; reject(error: unknown): void }

export function createRpc(options: RpcOptions): EndpointRpc {
  const agent = new Agent({
    connections: CONNECTIONS_MAX,
    keepAliveTimeout: 10_000,
    connect: { timeout: 2_000 },
  })
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const counts = { requests: 0, calls: 0 }
  let known = options.chainId
  let seen: number | null = null
  let waiting: Waiting[] = []

  const post = (requests: readonly RpcRequest[]): Promise<Map<number, RpcAnswer>> => {
    counts.requests += 1
    return postBatch({ url: options.url, agent, timeoutMs, requests })
  }

  /**
   * The chain id travels with every request: a connection that was made anew, or a balancer, may end at a node of another
   * chain at any time, and what came in the same answer is then not believed.
   */
  const send = async (batch: Waiting[]): Promise<void> => {
    try {
      const answers = await post([{ id: 0, method: 'eth_chainId', params: [] }, ...batch])
      confirm(answers.get(0))
      for (const one of batch) settle(one, answers.get(one.id))
    } catch (error) {
      for (const one of batch) one.reject(error)
    }
  }

  /** Takes the answer to eth_chainId: the first is kept, any other later is refused. */
  const confirm = (answer: RpcAnswer | undefined): void => {
    const id = Number(answer?.result)
    if (answer?.error || !Number.isSafeInteger(id) || id <= 0)
      throw unreachable('the endpoint did not tell its chain id')
    if (known !== null && known !== id) {
      options.log.error({ expected: known, got: id }, 'the chain endpoint serves another chain')
      throw new AppError('chain.wrong_network', `chain ${known} was expected, the endpoint serves ${id}`, {
        expected: known,
        got: id,
      })
    }
    seen = id
    if (options.isUndecided !== true) known = id
  }

  const flush = (): void => {
    const all = waiting
    waiting = []
    for (let i = 0; i < all.length; i += BATCH_MAX) void send(all.slice(i, i + BATCH_MAX))
  }

  const call = <T>(method: string, params: readonly unknown[]): Promise<T> =>
    new Promise<unknown>((resolve, reject) => {
      counts.calls += 1
      if (waiting.length === 0) setImmediate(flush)
      waiting.push({ id: counts.calls, method, params, resolve, reject })
    }) as Promise<T>

  return {
    url: options.url,
    counts,
    call,
    async chainId() {
      if (seen === null) await call('eth_blockNumber', [])
      if (seen === null) throw unreachable('the endpoint did not tell its chain id')
      return seen
    },
    expect(chainId) {
      known = chainId
    },
    isIdentified: () => seen !== null,
    close: () => agent.destroy(),
  }
}

function settle(one: Waiting, answer: RpcAnswer | undefined): void {
  if (answer === undefined) one.reject(unreachable(`no answer to ${one.method}`))
  else if (answer.error) one.reject(rejected(one.method, answer.error))
  else one.resolve(answer.result)
}

function rejected(method: string, { code, message, data }: RpcError): AppError {
  const text = String(message ?? 'no message').slice(0, 500)
  const details = { method, rpcCode: code, rpcMessage: text, rpcData: data }
  return new AppError('chain.rejected', `${method}: ${text}`, details)
}

export function unreachable(reason: string, cause?: unknown): AppError {
  return new AppError('chain.unreachable', `The chain cannot be reached: ${reason}`, { reason }, { cause })
}
