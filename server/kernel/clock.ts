/** Time as a dependency: the only file that reads the machine's clock. */
export type Clock = {
  /** Now, in milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }

/** ISO 8601 in UTC with milliseconds, such as `2026-11-23T08:15:00.000Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** Calendar date in UTC, `YYYY-MM-DD`. */
export function isoDate(ms: number): string {
  return isoTime(ms).slice(0, 10)
}

/** Seconds since 1970-01-01T00:00:00Z, rounded down: what contracts and JWTs count in. */
export function unixSeconds(ms: number): number {
  return Math.floor(ms / 1000)
}

/** Waits without keeping the process alive; resolves early when the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
  })
}
