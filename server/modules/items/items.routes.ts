import { z } from 'zod'
import { type Route, route } from '../../http/route.ts'
import { REVOCATION_REASONS } from '../../kernel/chain-facts.ts'
import { parseGtin } from '../../kernel/gs1.ts'
import { itemKeyParams, parsedBy } from '../../kernel/schemas.ts'
import { listQuery } from './batches.routes.ts'
import type { Items } from './index.ts'
import type { ItemEventKind } from './item-events.ts'
import { itemEventJson, itemEventView, itemJson, itemView } from './items.view.ts'

const gtin = parsedBy(parseGtin)
const itemParams = itemKeyParams
const eventBody = z.strictObject({ reason: z.enum(REVOCATION_REASONS), note: z.string().max(500).optional() })
const NOT_FOUND = 'no such item of this brand'

export function itemRoutes({ items, publicUrl }: { items: Items; publicUrl: string }): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/items',
      audience: ['brand'],
      summary: 'The brand’s items, newest batch first; those of one batch or one GTIN if asked',
      query: z.object({ ...listQuery, batchId: z.string().max(40).optional(), gtin: gtin.optional() }),
      responses: { 200: z.object({ data: z.array(itemJson), next: z.string().nullable() }) },
      run: async ({ query, caller }) => {
        const page = await items.service.items(caller.id, query, {
          cursor: query.cursor ?? null,
          limit: query.limit,
        })
        return {
          status: 200,
          json: { data: page.entries.map((item) => itemView(item, publicUrl)), next: page.next },
        }
      },
    }),
    route({
      method: 'get',
      path: '/v1/items/:gtin/:serial',
      audience: ['brand'],
      summary: 'One item as registered',
      params: itemParams,
      responses: { 200: itemJson, 404: NOT_FOUND },
      run: async ({ params, caller }) => ({
        status: 200,
        json: itemView(await items.service.item(caller.id, params), publicUrl),
      }),
    }),
    eventRoute(items, 'revocation', 'Revoke an item on chain, for good: its certificate no longer stands'),
    eventRoute(items, 'recall', 'Recall an item on chain: it is real, but its owner should return it'),
  ]
}

function eventRoute(items: Items, kind: ItemEventKind, summary: string): Route {
  return route({
    method: 'post',
    path: `/v1/items/:gtin/:serial/${kind}s`,
    audience: ['brand'],
    summary,
    params: itemParams,
    body: eventBody,
    idempotent: true,
    responses: { 202: itemEventJson, 404: NOT_FOUND, 409: 'the item is not anchored yet' },
    run: async ({ params, body, caller }) => {
      const state = await items.events.order({ brandId: caller.id, key: params, kind, reason: body.reason })
      return { status: 202, json: itemEventView(state) }
    },
  })
}
