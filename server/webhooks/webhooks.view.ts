import { z } from 'zod'
import { isoTime } from '../kernel/clock.ts'
import { type Delivery, type Endpoint, EVENT_TYPES } from './types.ts'

export const endpointJson = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.enum(EVENT_TYPES)),
    description: z.string(),
    status: z.enum(['active', 'disabled']),
    disabledAt: z.string().nullable(),
    disabledReason: z.string().nullable(),
    failuresInARow: z.number().int(),
    secrets: z.array(z.object({ createdAt: z.string(), expiresAt: z.string().nullable() })),
    createdAt: z.string(),
  })
  .meta({ id: 'Webhook' })

export const deliveryJson = z
  .object({
    id: z.string(),
    webhookId: z.string().meta({ description: 'The webhook-id header, the same at each attempt' }),
    type: z.enum(EVENT_TYPES),
    state: z.enum(['pending', 'delivered', 'stuck']),
    attempts: z.array(
      z.object({
        at: z.string(),
        durationMs: z.number(),
        status: z.number().nullable(),
        error: z.string().nullable(),
      }),
    ),
    nextAttemptAt: z.string().nullable(),
    deliveredAt: z.string().nullable(),
    createdAt: z.string(),
    payload: z.unknown(),
  })
  .meta({ id: 'WebhookDelivery' })

export const deliveryPageJson = z.object({
  data: z.array(deliveryJson),
  next: z.string().nullable(),
})

/** An endpoint as its owner sees it: secrets by their times only. */
export function viewEndpoint(endpoint: Endpoint): z.output<typeof endpointJson> {
  return {
    id: endpoint.id,
    url: endpoint.url,
    events: [...endpoint.events],
    description: endpoint.description,
    status: endpoint.status,
    disabledAt: endpoint.disabled && isoTime(endpoint.disabled.atMs),
    disabledReason: endpoint.disabled?.reason ?? null,
    failuresInARow: endpoint.failuresInARow,
    secrets: endpoint.secrets.map((s) => ({
      createdAt: isoTime(s.createdAtMs),
      expiresAt: s.expiresAtMs === null ? null : isoTime(s.expiresAtMs),
    })),
    createdAt: isoTime(endpoint.createdAtMs),
  }
}

export function viewDelivery(delivery: Delivery): z.output<typeof deliveryJson> {
  return {
    id: delivery.id,
    webhookId: delivery.eventId,
    type: delivery.type,
    state: delivery.state,
    attempts: delivery.attempts.map(({ atMs, durationMs, status, error }) => ({
      at: isoTime(atMs),
      durationMs,
      status,
      error,
    })),
    nextAttemptAt: delivery.state === 'pending' ? isoTime(delivery.nextAttemptAtMs) : null,
    deliveredAt: delivery.deliveredAtMs === null ? null : isoTime(delivery.deliveredAtMs),
    createdAt: isoTime(delivery.createdAtMs),
    payload: JSON.parse(delivery.body) as unknown,
  }
}
