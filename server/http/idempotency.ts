import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Reply } from './route.ts'

/** The answers given under an Idempotency-Key. */
export type IdempotencyStore = {
  begin(key: {
    id: string
    fingerprint: string
    nowMs: number
    leaseMs: number
    keepMs: number
  }): Promise<Begun>
  finish(answer: { id: string; status: number; body: string; type: string }): Promise<void>
  abandon(id: string): Promise<void>
}

type Begun =
  | { readonly state: 'mine' | 'running' | 'other' }
  | { readonly state: 'done'; readonly status: number; readonly body: string; readonly type: string }

/** An answer longer than this is not kept; its request must then be safe to repeat by itself. */
const KEPT_CHARACTERS_MAX = 1_000_000
/** A process that died while it worked loses its claim after this. */
const LEASE_MS = 60_000
const KEEP_MS = 24 * 60 * 60 * 1000
const JSON_TYPE = 'application/json'

/**
 * Runs a creating request once per key. The first answer (2xx to 4xx) is kept for a day and given again to every
 * repetition, with `Idempotent-Replayed: true`; a 5xx is not kept, so that a repetition works to the same end. The same
 * key with another request is `idempotency.mismatch`; while the first still runs, `idempotency.in_progress`.
 */
export async function once(
  store: IdempotencyStore,
  clock: Clock,
  key: { id: string; fingerprint: string },
  run: () => Promise<Reply>,
  onError: (error: unknown) => { status: number; json: unknown },
): Promise<Reply> {
  const begun = await store.begin({ ...key, nowMs: clock.nowMs(), leaseMs: LEASE_MS, keepMs: KEEP_MS })
  if (begun.state === 'done') {
    return {
      status: begun.status,
      text: begun.body,
      type: begun.type,
      headers: { 'Idempotent-Replayed': 'true' },
    }
  }
  if (begun.state === 'other') {
    throw new AppError(
      'idempotency.mismatch',
      'this Idempotency-Key was used for another request; use a new one',
    )
  }
  if (begun.state === 'running') {
    throw new AppError(
      'idempotency.in_progress',
      'the first request with this Idempotency-Key is still at work; try again soon',
    )
  }
  return keep(store, key.id, run, onError)
}

async function keep(
  store: IdempotencyStore,
  id: string,
  run: () => Promise<Reply>,
  onError: (error: unknown) => { status: number; json: unknown },
): Promise<Reply> {
  try {
    const reply = await run()
    const body = reply.json === undefined ? (reply.text ?? null) : JSON.stringify(reply.json)
    if (reply.status >= 500 || body === null || body.length > KEPT_CHARACTERS_MAX) await store.abandon(id)
    else await store.finish({ id, status: reply.status, body, type: reply.type ?? JSON_TYPE })
    return reply
  } catch (error) {
    const problem = onError(error)
    if (problem.status >= 500) await store.abandon(id)
    else
      await store.finish({
        id,
        status: problem.status,
        body: JSON.stringify(problem.json),
        type: 'application/problem+json',
      })
    throw error
  }
}
