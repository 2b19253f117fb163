import { z } from 'zod'
import { type Route, route } from '../http/route.ts'
import { EVENT_TYPES } from './types.ts'
import type { Webhooks } from './webhooks.ts'
import { deliveryJson, deliveryPageJson, endpointJson, viewDelivery, viewEndpoint } from './webhooks.view.ts'

const OVERLAP_SECONDS_MAX = 7 * 24 * 60 * 60
const OVERLAP_SECONDS_DEFAULT = 24 * 60 * 60

const createBody = z.strictObject({
  url: z
    .string()
    .min(1)
    .max(2_048)
    .meta({ description: 'https URL that is sent events', example: 'https://shop.example/hooks/cachet' }),
  events: z
    .array(z.enum(EVENT_TYPES))
    .max(EVENT_TYPES.length)
    .default([])
    .meta({ description: 'Events wanted; all when empty' }),
  description: z.string().max(200).default(''),
})
const rotateBody = z
  .strictObject({
    overlapSeconds: z.number().int().min(0).max(OVERLAP_SECONDS_MAX).default(OVERLAP_SECONDS_DEFAULT),
  })
  .default({
    overlapSeconds: OVERLAP_SECONDS_DEFAULT,
  })
const params = z.strictObject({ id: z.string().max(64) })
const deliveryParams = z.strictObject({ id: z.string().max(64), deliveryId: z.string().max(64) })
const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
})
const secretJson = endpointJson.extend({ secret: z.string().meta({ description: 'Shown once' }) })

const base = { audience: 'any' } as const

export function webhookRoutes(webhooks: Webhooks): Route[] {
  return [...endpointRoutes(webhooks), ...deliveryRoutes(webhooks)]
}

function endpointRoutes(webhooks: Webhooks): Route[] {
  return [
    route({
      ...base,
      method: 'post',
      path: '/v1/webhooks',
      summary: 'Add an endpoint; answers its secret, once',
      body: createBody,
      idempotent: true,
      responses: { 201: secretJson },
      run: async ({ body, caller }) => {
        const { endpoint, secret } = await webhooks.create(caller, body)
        return { status: 201, json: { ...viewEndpoint(endpoint), secret } }
      },
    }),
    route({
      ...base,
      method: 'get',
      path: '/v1/webhooks',
      summary: 'The caller’s endpoints',
      responses: { 200: z.object({ data: z.array(endpointJson), next: z.null() }) },
      run: async ({ caller }) => ({
        status: 200,
        json: { data: (await webhooks.list(caller)).map(viewEndpoint), next: null },
      }),
    }),
    route({
      ...base,
      method: 'get',
      path: '/v1/webhooks/:id',
      summary: 'An endpoint and how it does',
      params,
      responses: { 200: endpointJson },
      run: async ({ params, caller }) => ({
        status: 200,
        json: viewEndpoint(await webhooks.find(caller, params.id)),
      }),
    }),
    route({
      ...base,
      method: 'delete',
      path: '/v1/webhooks/:id',
      summary: 'Remove an endpoint; what was not delivered is given up',
      params,
      responses: { 204: 'removed' },
      run: async ({ params, caller }) => {
        await webhooks.remove(caller, params.id)
        return { status: 204 }
      },
    }),
    route({
      ...base,
      method: 'post',
      path: '/v1/webhooks/:id/rotate',
      summary: 'A new secret; the old one signs beside it until the overlap ends',
      params,
      body: rotateBody,
      responses: { 200: secretJson },
      run: async ({ params, body, caller }) => {
        const { endpoint, secret } = await webhooks.rotate(caller, params.id, body.overlapSeconds * 1000)
        return { status: 200, json: { ...viewEndpoint(endpoint), secret } }
      },
    }),
    route({
      ...base,
      method: 'post',
      path: '/v1/webhooks/:id/enable',
      summary: 'Use a disabled endpoint again',
      params,
      responses: { 200: endpointJson },
      run: async ({ params, caller }) => ({
        status: 200,
        json: viewEndpoint(await webhooks.enable(caller, params.id)),
      }),
    }),
  ]
}

function deliveryRoutes(webhooks: Webhooks): Route[] {
  return [
    route({
      ...base,
      method: 'post',
      path: '/v1/webhooks/:id/test',
      summary: 'Send a test event',
      params,
      responses: { 202: deliveryJson },
      run: async ({ params, caller }) => ({
        status: 202,
        json: viewDelivery(await webhooks.test(caller, params.id)),
      }),
    }),
    route({
      ...base,
      method: 'get',
      path: '/v1/webhooks/:id/deliveries',
      summary: 'What was sent to an endpoint, newest first, for 30 days',
      params,
      query: pageQuery,
      responses: { 200: deliveryPageJson },
      run: async ({ params, query, caller }) => {
        const { deliveries, nextCursor } = await webhooks.deliveries(caller, params.id, query)
        return { status: 200, json: { data: deliveries.map(viewDelivery), next: nextCursor } }
      },
    }),
    route({
      ...base,
      method: 'get',
      path: '/v1/webhooks/:id/deliveries/:deliveryId',
      summary: 'A delivery with its attempts',
      params: deliveryParams,
      responses: { 200: deliveryJson },
      run: async ({ params, caller }) => ({
        status: 200,
        json: viewDelivery(await webhooks.delivery(caller, params.id, params.deliveryId)),
      }),
    }),
    route({
      ...base,
      method: 'post',
      path: '/v1/webhooks/:id/deliveries/:deliveryId/redeliver',
      summary: 'Send an event again, under the same webhook-id',
      params: deliveryParams,
      responses: { 202: deliveryJson },
      run: async ({ params, caller }) => ({
        status: 202,
        json: viewDelivery(await webhooks.redeliver(caller, params.id, params.deliveryId)),
      }),
    }),
  ]
}
