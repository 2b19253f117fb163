import { z } from 'zod'
import { statusOf } from '../http/problem.ts'
import { type Caller, type Reply, type Route, route } from '../http/route.ts'
import { isAppError } from '../kernel/errors.ts'
import { languageOf } from '../modules/verification/index.ts'
import { EVENT_TYPES } from '../webhooks/index.ts'
import { href } from './context.ts'
import { type DeskPage, deskContext } from './desk-parts.ts'
import { webhookPage, webhooksPage } from './pages/webhooks.page.ts'
import type { WebhookDeskDeps } from './ports.ts'
import { PAGE, pageQuery } from './public.pages.ts'
import { pageReply, redirect } from './reply.ts'

const DESK = { ...PAGE, audience: ['brand', 'marketplace'] } as const
const DELIVERIES_A_PAGE = 25

const lang = z.string().max(20).optional()
const eventType = z.enum(EVENT_TYPES)
/** One ticked box is sent as text, several as a list. */
const addBody = z.strictObject({
  url: z.string().trim().min(1).max(2048),
  events: z
    .union([eventType.transform((type) => [type]), z.array(eventType).max(EVENT_TYPES.length)])
    .default([]),
  lang,
})

export function webhookPages(deps: WebhookDeskDeps): Route[] {
  return [...readingPages(deps), addRoute(deps), ...changeRoutes(deps)]
}

function readingPages({ assets, webhooks }: WebhookDeskDeps): Route[] {
  return [
    route({
      ...DESK,
      method: 'get',
      path: '/webhooks',
      summary: 'The account’s webhook endpoints',
      query: pageQuery,
      run: async (input) => {
        const endpoints = await webhooks.list(input.caller)
        return pageReply(
          webhooksPage(deskContext(input, assets), { endpoints, secret: null, fault: null, url: '' }),
        )
      },
    }),
    route({
      ...DESK,
      method: 'get',
      path: '/webhooks/:id',
      summary: 'An endpoint and its deliveries',
      params: z.object({ id: z.string().max(64) }),
      query: pageQuery.extend({ cursor: z.string().max(200).optional() }),
      run: async (input) => {
        const { cursor } = input.query
        const endpoint = await webhooks.find(input.caller, input.params.id)
        const { deliveries, nextCursor } = await webhooks.deliveries(input.caller, endpoint.id, {
          cursor,
          limit: DELIVERIES_A_PAGE,
        })
        return pageReply(
          webhookPage(deskContext(input, assets), { endpoint, deliveries, next: nextCursor, cursor }),
        )
      },
    }),
  ]
}

function addRoute(deps: WebhookDeskDeps): Route {
  return route({
    ...DESK,
    method: 'post',
    path: '/webhooks',
    summary: 'Adds an endpoint and shows its secret, once',
    body: addBody,
    run: ({ body, caller, request }) => {
      const page = deskContext(
        { request: { language: body.lang ?? request.language }, query: { lang: body.lang }, caller },
        deps.assets,
      )
      return add(deps, page, caller, body)
    },
  })
}

/** The secret cannot be in an address, so this form is answered by the page itself. */
async function add(
  { webhooks }: WebhookDeskDeps,
  page: DeskPage,
  caller: Caller,
  { url, events }: z.output<typeof addBody>,
): Promise<Reply> {
  try {
    const { secret } = await webhooks.create(caller, { url, events, description: '' })
    return pageReply(
      webhooksPage(page, { endpoints: await webhooks.list(caller), secret, fault: null, url: '' }),
      201,
    )
  } catch (error) {
    const status = statusOf(error)
    if (!isAppError(error) || status >= 500) throw error
    return pageReply(
      webhooksPage(page, { endpoints: await webhooks.list(caller), secret: null, fault: error.message, url }),
      status,
    )
  }
}

type Change = (account: Caller, id: string) => Promise<unknown>

function changeRoutes({ webhooks }: WebhookDeskDeps): Route[] {
  const change = (
    verb: string,
    summary: string,
    act: Change,
    landing = (id: string) => `/webhooks/${id}`,
  ): Route =>
    route({
      ...DESK,
      method: 'post',
      path: `/webhooks/:id/${verb}`,
      summary,
      params: z.object({ id: z.string().max(64) }),
      body: z.strictObject({ lang, confirmed: z.literal('yes').optional() }),
      run: async ({ params, body, caller }) => {
        await act(caller, params.id)
        return redirect(href(keep(body), landing(params.id)))
      },
    })
  return [
    change('test', 'Sends a test event', (caller, id) => webhooks.test(caller, id)),
    change('enable', 'Uses a disabled endpoint again', (caller, id) => webhooks.enable(caller, id)),
    change(
      'remove',
      'Removes an endpoint',
      (caller, id) => webhooks.remove(caller, id),
      () => '/webhooks',
    ),
    route({
      ...DESK,
      method: 'post',
      path: '/webhooks/:id/deliveries/:deliveryId/redeliver',
      summary: 'Sends an event again',
      params: z.object({ id: z.string().max(64), deliveryId: z.string().max(64) }),
      body: z.strictObject({ lang }),
      run: async ({ params, body, caller }) => {
        await webhooks.redeliver(caller, params.id, params.deliveryId)
        return redirect(href(keep(body), `/webhooks/${params.id}`))
      },
    }),
  ]
}

function keep({ lang: chosen }: { lang?: string | undefined }): Pick<DeskPage, 'language' | 'chosen'> {
  return chosen === undefined
    ? { language: 'en', chosen: false }
    : { language: languageOf(chosen), chosen: true }
}
