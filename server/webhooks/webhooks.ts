import type { Caller } from '../http/route.ts'
import { AppError } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { requireDeliverable } from './address-guard.ts'
import { deliveryOf, readCursor, writeCursor } from './delivery.ts'
import type { WebhookDeps } from './ports.ts'
import { newSecret, rotated } from './secrets.ts'
import { secretText } from './signature.ts'
import type { Delivery, Endpoint, EventType, WebhookEvent } from './types.ts'

type Account = Pick<Caller, 'kind' | 'id'>
type Page = { readonly cursor?: string | undefined; readonly limit: number }

/** Endpoints of an account and what is sent to them. Another account's endpoints do not exist for the caller. */
export type Webhooks = {
  /** The secret is given here and never again. Throws `webhook.bad_url`, `webhook.too_many`. */
  create(
    account: Account,
    wanted: { url: string; events: readonly EventType[]; description: string },
  ): Promise<{ endpoint: Endpoint; secret: string }>
  list(account: Account): Promise<Endpoint[]>
  find(account: Account, id: string): Promise<Endpoint>
  remove(account: Account, id: string): Promise<void>
  /** A new secret; the older ones go on signing beside it for `overlapMs`. */
  rotate(account: Account, id: string, overlapMs: number): Promise<{ endpoint: Endpoint; secret: string }>
  enable(account: Account, id: string): Promise<Endpoint>
  test(account: Account, id: string): Promise<Delivery>
  deliveries(
    account: Account,
    id: string,
    page: Page,
  ): Promise<{ deliveries: Delivery[]; nextCursor: string | null }>
  delivery(account: Account, id: string, deliveryId: string): Promise<Delivery>
  redeliver(account: Account, id: string, deliveryId: string): Promise<Delivery>
  /** Stores an event for every endpoint of its account that wants it. The same event again changes nothing. */
  enqueue(event: WebhookEvent): Promise<void>
  /** Deliveries given up: zero in health. */
  stuck(): Promise<number>
}

const ENDPOINTS_MAX = 20

/** `news` is called when something became due. */
export function createWebhookService(deps: WebhookDeps, news: () => void): Webhooks {
  const { endpoints, deliveries } = deps
  return {
    find: (account, id) => own(account, id, deps),
    create: (account, wanted) => create(account, wanted, deps),
    list: (account) => endpoints.ofAccount(account.kind, account.id, ENDPOINTS_MAX),
    async remove(account, id) {
      await own(account, id, deps)
      await endpoints.remove(id)
      await deliveries.giveUp(id)
    },
    rotate: (account, id, overlapMs) => rotate(account, id, overlapMs, deps),
    async enable(account, id) {
      const endpoint = await own(account, id, deps)
      await endpoints.setStatus(id, 'active', null)
      return { ...endpoint, status: 'active', disabled: null, failuresInARow: 0, failingSinceMs: null }
    },
    deliveries: (account, id, page) => deliveryPage(account, id, page, deps),
    delivery: (account, id, deliveryId) => ownDelivery(account, id, deliveryId, deps),
    ...senders(deps, news),
    stuck: () => deliveries.count('stuck'),
  }
}

function senders(deps: WebhookDeps, news: () => void): Pick<Webhooks, 'test' | 'redeliver' | 'enqueue'> {
  const { endpoints, deliveries, clock } = deps
  return {
    async test(account, id) {
      requireActive(await own(account, id, deps))
      const event = {
        id: newId('evt'),
        type: 'webhook.test' as const,
        data: { endpoint: id },
        atMs: clock.nowMs(),
      }
      const delivery = deliveryOf(event, id, clock.nowMs())
      await deliveries.insert([delivery])
      news()
      return delivery
    },
    async redeliver(account, id, deliveryId) {
      const delivery = await ownDelivery(account, id, deliveryId, deps)
      requireActive(await own(account, id, deps))
      await deliveries.requeue(delivery.id, clock.nowMs())
      news()
      return { ...delivery, state: 'pending', attemptsDone: 0, nextAttemptAtMs: clock.nowMs() }
    },
    async enqueue(event) {
      const wanting = (await endpoints.ofAccount(event.accountKind, event.accountId, ENDPOINTS_MAX)).filter(
        (e) => wants(e, event.type),
      )
      if (wanting.length === 0) return
      await deliveries.insert(wanting.map((endpoint) => deliveryOf(event, endpoint.id, clock.nowMs())))
      news()
    },
  }
}

async function rotate(
  account: Account,
  id: string,
  overlapMs: number,
  deps: WebhookDeps,
): Promise<{ endpoint: Endpoint; secret: string }> {
  const endpoint = await own(account, id, deps)
  const nowMs = deps.clock.nowMs()
  const { key, secret } = newSecret(nowMs, deps.secrets)
  const secrets = rotated(endpoint.secrets, secret, nowMs, overlapMs)
  await deps.endpoints.setSecrets(id, secrets)
  return { endpoint: { ...endpoint, secrets }, secret: secretText(key) }
}

async function deliveryPage(
  account: Account,
  id: string,
  { cursor, limit }: Page,
  deps: WebhookDeps,
): Promise<{ deliveries: Delivery[]; nextCursor: string | null }> {
  await own(account, id, deps)
  const found = await deps.deliveries.page(id, cursor === undefined ? null : readCursor(cursor), limit + 1)
  const last = found[limit - 1]
  return {
    deliveries: found.slice(0, limit),
    nextCursor: found.length > limit && last ? writeCursor(last) : null,
  }
}

async function ownDelivery(
  account: Account,
  id: string,
  deliveryId: string,
  deps: WebhookDeps,
): Promise<Delivery> {
  await own(account, id, deps)
  const delivery = await deps.deliveries.find(id, deliveryId)
  if (delivery) return delivery
  throw new AppError('webhook.delivery_not_found', 'no delivery with this id', { id: deliveryId })
}

async function create(
  account: Account,
  wanted: { url: string; events: readonly EventType[]; description: string },
  { endpoints, secrets, clock, policy }: WebhookDeps,
): Promise<{ endpoint: Endpoint; secret: string }> {
  const url = requireDeliverable(wanted.url, policy).href
  const known = await endpoints.ofAccount(account.kind, account.id, ENDPOINTS_MAX)
  if (known.length >= ENDPOINTS_MAX)
    throw new AppError('webhook.too_many', `an account has at most ${ENDPOINTS_MAX} endpoints`, {
      most: ENDPOINTS_MAX,
    })
  const { key, secret } = newSecret(clock.nowMs(), secrets)
  const endpoint: Endpoint = {
    id: newId('whk'),
    accountKind: account.kind,
    accountId: account.id,
    url,
    events: wanted.events,
    description: wanted.description,
    status: 'active',
    disabled: null,
    secrets: [secret],
    failuresInARow: 0,
    failingSinceMs: null,
    createdAtMs: clock.nowMs(),
  }
  await endpoints.insert(endpoint)
  return { endpoint, secret: secretText(key) }
}

async function own(account: Account, id: string, { endpoints }: WebhookDeps): Promise<Endpoint> {
  const endpoint = await endpoints.byId(id)
  if (endpoint?.accountKind === account.kind && endpoint.accountId === account.id) return endpoint
  throw new AppError('webhook.not_found', 'no webhook endpoint with this id', { id })
}

function wants(endpoint: Endpoint, type: EventType): boolean {
  return endpoint.status === 'active' && (endpoint.events.length === 0 || endpoint.events.includes(type))
}

function requireActive(endpoint: Endpoint): void {
  if (endpoint.status === 'active') return
  throw new AppError('webhook.disabled_conflict', 'the endpoint is disabled; enable it first', {
    id: endpoint.id,
    reason: endpoint.disabled?.reason,
  })
}
