import { pause, unixSeconds } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import type { Job } from '../kernel/job.ts'
import type { WebhookDeps } from './ports.ts'
import {
  ATTEMPTS_MAX,
  DISABLE_AFTER_MS,
  DISABLE_FAILURES_MIN,
  isAccepted,
  nextAttemptAt,
  STATUS_GONE,
} from './retry.ts'
import { openSecrets } from './secrets.ts'
import { signedHeaders } from './signature.ts'
import type { Attempt, Delivery, Endpoint } from './types.ts'

const PARALLEL_MAX = 32
/** So that one slow receiver does not hold up the others. */
const PARALLEL_PER_ENDPOINT_MAX = 4
/** Longer than the deadline of a call: a process that died gives its claims up after this. */
const LEASE_MS = 30_000
const POLL_MS = 1_000
/** Enough for every attempt of a delivery, and some of an earlier round that was asked to be repeated. */
const ATTEMPTS_KEPT_MAX = 20

export type Sender = Job & {
  /** Says that something new may be due. Call it beside waking the job: a run under way looks again at once. */
  news(): void
}

/**
 * The delivery job: claims what is due, calls receivers, notes each attempt. An event may reach a receiver more than
 * once (a crash between the call and the note), always under the same webhook-id.
 */
export function createSender(deps: WebhookDeps): Sender {
  const busy = new Map<string, number>()
  const running = new Set<Promise<void>>()
  let ring = (): void => {}
  const news = () => ring()

  const start = (delivery: Delivery, signal: AbortSignal): void => {
    busy.set(delivery.endpointId, (busy.get(delivery.endpointId) ?? 0) + 1)
    const work = attempt(delivery, deps, signal).finally(() => {
      busy.set(delivery.endpointId, (busy.get(delivery.endpointId) ?? 1) - 1)
      if (busy.get(delivery.endpointId) === 0) busy.delete(delivery.endpointId)
      running.delete(work)
      ring()
    })
    running.add(work)
    work.catch((error: unknown) =>
      deps.log.warn(
        { delivery: delivery.id, err: error },
        'an attempt could not be noted; its claim will run out',
      ),
    )
  }

  const fill = async (signal: AbortSignal): Promise<void> => {
    while (running.size < PARALLEL_MAX && !signal.aborted) {
      const notEndpoints = [...busy].filter(([, n]) => n >= PARALLEL_PER_ENDPOINT_MAX).map(([id]) => id)
      const delivery = await deps.deliveries.claim({
        nowMs: deps.clock.nowMs(),
        leaseMs: LEASE_MS,
        notEndpoints,
      })
      if (delivery === null) return
      start(delivery, signal)
    }
  }

  return {
    name: 'webhooks',
    everyMs: POLL_MS,
    news,
    /** While calls are under way, what falls due meanwhile is looked for when told, and once a second. */
    async run(signal) {
      do {
        const rung = new Promise<void>((resolve) => {
          ring = resolve
        })
        await fill(signal)
        if (running.size > 0) await Promise.race([rung, pause(POLL_MS, signal)])
      } while (running.size > 0 && !signal.aborted)
      await Promise.allSettled(running)
    },
  }
}

async function attempt(delivery: Delivery, deps: WebhookDeps, signal: AbortSignal): Promise<void> {
  const endpoint = await deps.endpoints.byId(delivery.endpointId)
  if (endpoint === null || endpoint.status === 'disabled') {
    await deps.deliveries.giveUp(delivery.endpointId)
    return
  }
  const made = await call(delivery, endpoint, deps, signal)
  if (signal.aborted && made.status === null) return
  const ok = isAccepted(made.status)
  const attemptsDone = delivery.attemptsDone + 1
  const next = ok ? null : nextAttemptAt(deps.clock.nowMs(), attemptsDone, deps.random())
  const state = ok ? 'delivered' : next === null ? 'stuck' : 'pending'
  const nowMs = deps.clock.nowMs()
  const attempts = [...delivery.attempts, made].slice(-ATTEMPTS_KEPT_MAX)
  await deps.deliveries.finish(delivery.id, {
    state,
    attempts,
    attemptsDone,
    nextAttemptAtMs: next ?? nowMs,
    deliveredAtMs: ok ? nowMs : null,
  })
  log(delivery, { ...made, state, attemptsDone }, deps)
  const after = await deps.endpoints.countAttempt(endpoint.id, { ok, atMs: nowMs })
  if (after && !ok) await disableIfHopeless(after, made, deps)
}

async function call(
  delivery: Delivery,
  endpoint: Endpoint,
  deps: WebhookDeps,
  signal: AbortSignal,
): Promise<Attempt> {
  const atMs = deps.clock.nowMs()
  const done = (status: number | null, error: string | null): Attempt => ({
    atMs,
    durationMs: deps.clock.nowMs() - atMs,
    status,
    error,
  })
  try {
    const keys = openSecrets(endpoint, atMs, deps.secrets)
    const message = { id: delivery.eventId, timestampUnix: unixSeconds(atMs), body: delivery.body }
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Cachet-Webhooks/1',
      ...signedHeaders(message, keys),
    }
    const { status } = await deps.outbound.post({ url: endpoint.url, headers, body: delivery.body, signal })
    return done(status, isAccepted(status) ? null : `answered ${status}`)
  } catch (error) {
    return done(null, messageOf(error).slice(0, 200) || 'no answer')
  }
}

async function disableIfHopeless(
  endpoint: Endpoint,
  last: Attempt,
  { endpoints, deliveries, clock, log }: WebhookDeps,
): Promise<void> {
  const nowMs = clock.nowMs()
  const forMs = endpoint.failingSinceMs === null ? 0 : nowMs - endpoint.failingSinceMs
  const hopeless = endpoint.failuresInARow >= DISABLE_FAILURES_MIN && forMs >= DISABLE_AFTER_MS
  if (!hopeless && last.status !== STATUS_GONE) return
  const reason =
    last.status === STATUS_GONE
      ? 'The receiver answered 410 Gone.'
      : `Every attempt failed for ${Math.floor(forMs / 3_600_000)} hours.`
  await endpoints.setStatus(endpoint.id, 'disabled', { atMs: nowMs, reason })
  await deliveries.giveUp(endpoint.id)
  log.warn({ endpoint: endpoint.id, reason }, 'webhook endpoint disabled')
}

function log(
  delivery: Delivery,
  made: { state: Delivery['state']; status: number | null; attemptsDone: number },
  deps: WebhookDeps,
): void {
  const data = {
    delivery: delivery.id,
    event: delivery.eventId,
    type: delivery.type,
    status: made.status,
    attempts: made.attemptsDone,
  }
  if (made.state === 'delivered') deps.log.info(data, 'webhook delivered')
  else if (made.state === 'pending') deps.log.debug(data, 'webhook attempt failed; it will be tried again')
  else deps.log.error(data, `webhook given up after ${ATTEMPTS_MAX} attempts`)
}
