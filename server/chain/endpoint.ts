import type { Clock } from '../kernel/clock.ts'
import { AppError, isAppError, messageOf } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { createBreaker } from './breaker.ts'
import { createRpc, type EndpointRpc, unreachable } from './rpc.ts'

/** One endpoint of the chain as health shows it. Its address is cut to the origin: paths hold providers' keys. */
export type EndpointHealth = {
  readonly origin: string
  /** `open`: its circuit breaker keeps calls away from it for now. */
  readonly state: 'ok' | 'failing' | 'open'
  readonly failures: number
  /** Answers that the other endpoints contradicted. */
  readonly outvoted: number
  readonly lastError: string | null
}

/** An endpoint behind its circuit breaker. */
export type Endpoint = {
  readonly rpc: EndpointRpc
  isOpen(): boolean
  /** Throws what `Rpc.call` throws; `chain.unreachable` at once while the breaker is open. */
  call<T>(method: string, params: readonly unknown[]): Promise<T>
  /** The others agreed on something else. */
  outvote(method: string): void
  health(): EndpointHealth
}

export type EndpointOptions = {
  readonly url: string
  readonly clock: Clock
  readonly log: Logger
  readonly timeoutMs?: number
  /** True where the chain id is a matter of agreement among endpoints. */
  readonly isUndecided: boolean
  readonly chainId?: number
}

export function createEndpoint(options: EndpointOptions): Endpoint {
  const { url, clock, log, timeoutMs, isUndecided } = options
  const origin = new URL(url).origin
  const rpc = createRpc({
    url,
    chainId: options.chainId ?? null,
    isUndecided,
    log,
    ...(timeoutMs ? { timeoutMs } : {}),
  })
  const breaker = createBreaker(clock)
  let failures = 0
  let outvoted = 0
  let lastError: string | null = null
  let failing = false

  const fail = (message: string): void => {
    if (!failing) log.warn({ origin, reason: message }, 'a chain endpoint fails')
    failures += 1
    lastError = message
    failing = true
    breaker.bad()
  }
  const succeed = (): void => {
    if (failing) log.info({ origin }, 'a chain endpoint answers again')
    failing = false
    breaker.good()
  }

  return {
    rpc,
    isOpen: breaker.isOpen,
    async call<T>(method: string, params: readonly unknown[]): Promise<T> {
      if (breaker.isOpen()) throw unreachable(`${origin} failed again and again: ${lastError ?? ''}`)
      try {
        const result = await rpc.call<T>(method, params)
        succeed()
        return result
      } catch (error) {
        // A call that was refused was answered all the same, unless the endpoint refuses because it is overloaded.
        if (isAppError(error, 'chain.rejected') && !isOverload(error)) succeed()
        else fail(messageOf(error))
        throw isOverload(error) ? unreachable(messageOf(error), error) : error
      }
    },
    outvote(method) {
      outvoted += 1
      fail(`the other endpoints agree on another answer to ${method}`)
    },
    health: () => ({
      origin,
      state: breaker.isOpen() ? 'open' : failing ? 'failing' : 'ok',
      failures,
      outvoted,
      lastError,
    }),
  }
}

/** Codes by which providers say "too many requests" inside JSON-RPC (EIP-1474: -32005; some reuse HTTP's 429). */
const OVERLOAD_CODES: readonly unknown[] = [-32005, 429]

function isOverload(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.code === 'chain.rejected' &&
    OVERLOAD_CODES.includes(error.data['rpcCode'])
  )
}
