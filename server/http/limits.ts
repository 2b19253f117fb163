import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '../kernel/errors.ts'
import type { Caller } from './route.ts'

/** Requests a minute before 429; a caller with a key has its own count, everybody else shares one per network. */
export type RateLimits = {
  take(request: { caller: Caller | null; network: string; cost: number }): Promise<void>
}

const WINDOW_SECONDS = 60

/** Counts in this process's memory. `perMinute` 0 switches the limit off. */
export function memoryRateLimits(perMinute: { public: number; account: number }): RateLimits {
  const limiterOf = (points: number) =>
    points > 0 ? new RateLimiterMemory({ points, duration: WINDOW_SECONDS }) : null
  const publicLimiter = limiterOf(perMinute.public)
  const accountLimiter = limiterOf(perMinute.account)
  return {
    async take({ caller, network, cost }) {
      const limiter = caller ? accountLimiter : publicLimiter
      if (limiter === null) return
      try {
        await limiter.consume(caller ? `${caller.kind}:${caller.id}` : network, cost)
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        const retryAfterSeconds = refused.msBeforeNext / 1000
        throw new AppError('request.too_many', 'too many requests; wait and try again', {
          retryAfterSeconds: Math.ceil(retryAfterSeconds),
        })
      }
    },
  }
}
