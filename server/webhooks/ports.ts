import type { AccountKind } from '../http/route.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Logger } from '../kernel/log.ts'
import type { AddressPolicy } from './address-guard.ts'
import type { Outbound } from './outbound.ts'
import type { Delivery, Endpoint, EndpointSecret, EventType } from './types.ts'

/** Encrypts secrets for the store: `keys/vault.ts`. */
export type SecretBox = {
  seal(purpose: string, plain: Uint8Array): Uint8Array
  open(purpose: string, sealed: Uint8Array): Uint8Array
}

export type EndpointStore = {
  insert(endpoint: Endpoint): Promise<void>
  byId(id: string): Promise<Endpoint | null>
  ofAccount(kind: AccountKind, accountId: string, limit: number): Promise<Endpoint[]>
  remove(id: string): Promise<void>
  setSecrets(id: string, secrets: readonly EndpointSecret[]): Promise<void>
  setStatus(id: string, status: Endpoint['status'], disabled: Endpoint['disabled']): Promise<void>
  /** Counts an attempt; gives the endpoint after it, or null if it is gone. */
  countAttempt(id: string, attempt: { ok: boolean; atMs: number }): Promise<Endpoint | null>
}

export type DeliveryStore = {
  /** A delivery whose id is known changes nothing. */
  insert(deliveries: readonly Delivery[]): Promise<void>
  find(endpointId: string, id: string): Promise<Delivery | null>
  page(
    endpointId: string,
    after: { createdAtMs: number; id: string } | null,
    limit: number,
  ): Promise<Delivery[]>
  /** Takes the delivery that is due longest and is not another's, for `leaseMs`; null when none is due. */
  claim(query: { nowMs: number; leaseMs: number; notEndpoints: readonly string[] }): Promise<Delivery | null>
  finish(
    id: string,
    result: Pick<Delivery, 'state' | 'attempts' | 'attemptsDone' | 'nextAttemptAtMs' | 'deliveredAtMs'>,
  ): Promise<void>
  /** Makes a delivery due now, with all its attempts before it again. */
  requeue(id: string, nowMs: number): Promise<void>
  giveUp(endpointId: string): Promise<void>
  count(state: Delivery['state']): Promise<number>
}

export type WebhookDeps = {
  readonly endpoints: EndpointStore
  readonly deliveries: DeliveryStore
  readonly outbound: Outbound
  readonly secrets: SecretBox
  readonly policy: AddressPolicy
  readonly clock: Clock
  readonly log: Logger
  /** In [0, 1), for the jitter of retries. */
  readonly random: () => number
}

/** What modules that have something to tell need of webhooks. */
export type Enqueue = (event: {
  readonly id: string
  readonly accountKind: AccountKind
  readonly accountId: string
  readonly type: EventType
  readonly data: { readonly [name: string]: unknown }
  readonly atMs: number
}) => Promise<void>
