/**
 * Webhooks: events told to endpoints of brands and marketplaces by Standard Webhooks 1.0. Promises that an event that was
 * enqueued is tried until the receiver takes it or the last retry fails, always under the same webhook-id, that nothing
 * inside a network is called, and that an event enqueued twice is one.
 */
import type { Job } from '../kernel/job.ts'
import { createSender } from './deliver.ts'
import type { WebhookDeps } from './ports.ts'
import { createWebhookService, type Webhooks } from './webhooks.ts'

export { type AddressPolicy, isAllowed, requireDeliverable } from './address-guard.ts'
export { WEBHOOK_ERRORS } from './errors.ts'
export { createOutbound, type Outbound } from './outbound.ts'
export type { DeliveryStore, EndpointStore, Enqueue, SecretBox, WebhookDeps } from './ports.ts'
export type { Attempt, Delivery, Endpoint, EventType, WebhookEvent } from './types.ts'
export { EVENT_TYPES } from './types.ts'
export type { Webhooks }

export type WebhookModule = {
  readonly service: Webhooks
  readonly job: Job
  /** Tells how to wake the job; without it, what is new is found within a second. */
  wakeWith(wake: () => void): void
}

export function createWebhooks(deps: WebhookDeps): WebhookModule {
  const sender = createSender(deps)
  let wake = (): void => {}
  const service = createWebhookService(deps, () => {
    sender.news()
    wake()
  })
  return {
    service,
    job: sender,
    wakeWith(listener) {
      wake = listener
    },
  }
}
