import type { AccountKind } from '../http/route.ts'

/** What can happen that others want to hear of. `webhook.test` is sent on request only. */
export const EVENT_TYPES = [
  'listing.decided',
  'listing.taken_down',
  'item.revoked',
  'item.recalled',
  'batch.anchored',
  'webhook.test',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** An event for one account. `id` is deterministic, so that telling it twice tells it once. */
export type WebhookEvent = {
  /** Becomes the `webhook-id` header: 1 to 100 letters, digits, `_` and `-`. */
  readonly id: string
  readonly accountKind: AccountKind
  readonly accountId: string
  readonly type: EventType
  readonly data: { readonly [name: string]: unknown }
  readonly atMs: number
}

/** A secret of an endpoint: signs until it expires. The newest does not expire. */
export type EndpointSecret = {
  readonly sealed: Uint8Array
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
}

export type Endpoint = {
  readonly id: string
  readonly accountKind: AccountKind
  readonly accountId: string
  readonly url: string
  /** Which events are sent; none means all. */
  readonly events: readonly EventType[]
  readonly description: string
  readonly status: 'active' | 'disabled'
  /** Why and since when an endpoint is disabled. */
  readonly disabled: { readonly atMs: number; readonly reason: string } | null
  readonly secrets: readonly EndpointSecret[]
  /** Attempts that failed since the last one that did not. */
  readonly failuresInARow: number
  readonly failingSinceMs: number | null
  readonly createdAtMs: number
}

export type Attempt = {
  readonly atMs: number
  readonly durationMs: number
  readonly status: number | null
  readonly error: string | null
}

/** One event on its way to one endpoint. */
export type Delivery = {
  readonly id: string
  readonly endpointId: string
  readonly eventId: string
  readonly type: EventType
  /** The exact bytes sent, the same at each attempt. */
  readonly body: string
  readonly state: 'pending' | 'delivered' | 'stuck'
  readonly attemptsDone: number
  /** The last attempts, oldest first. */
  readonly attempts: readonly Attempt[]
  readonly nextAttemptAtMs: number
  readonly createdAtMs: number
  readonly deliveredAtMs: number | null
}
