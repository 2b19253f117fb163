import { z } from 'zod'
import { type Caller, type Reply, type Route, route } from '../http/route.ts'
import { REVOCATION_REASONS, type RevocationReason } from '../kernel/chain-facts.ts'
import { isAppError } from '../kernel/errors.ts'
import { digitalLinkPath, type ItemKey, parseGtin, parseSerial } from '../kernel/gs1.ts'
import { readCode } from './code.ts'
import { href } from './context.ts'
import { type DeskPage, deskContext } from './desk-parts.ts'
import { type ItemOrder, itemPage } from './pages/item.page.ts'
import { itemsPage } from './pages/items.page.ts'
import type { BrandDeskDeps } from './ports.ts'
import { PAGE, pageQuery } from './public.pages.ts'
import { pageReply, redirect } from './reply.ts'

const DESK = { ...PAGE, audience: ['brand'] } as const
const ITEMS_A_PAGE = 50
const ORDERS = ['planned', 'submitted', 'included', 'final', 'failed'] as const

const itemParams = z.object({ gtin: z.string().max(20), serial: z.string().max(100) })

export function brandItemPages(deps: BrandDeskDeps): Route[] {
  return [...itemPages(deps), orderRoute(deps, 'revocation'), orderRoute(deps, 'recall')]
}

function itemPages(deps: BrandDeskDeps): Route[] {
  const { assets, items, verification } = deps
  return [
    route({
      ...DESK,
      method: 'get',
      path: '/brand/items',
      summary: 'A brand’s items, with search',
      query: pageQuery.extend({
        q: z.string().max(2048).default(''),
        batch: z.string().max(40).optional(),
        cursor: z.string().max(100).optional(),
      }),
      run: (input) => list(deps, deskContext(input, assets), input.caller, input.query),
    }),
    route({
      ...DESK,
      method: 'get',
      path: '/brand/01/:gtin/21/:serial',
      summary: 'An item: facts, state, QR code, revocation and recall',
      params: itemParams,
      query: pageQuery.extend({ ordered: z.enum(ORDERS).optional().catch(undefined) }),
      run: async (input) => {
        const page = deskContext(input, assets)
        const item = await items.service.item(input.caller.id, keyOf(input.params))
        const { verdict } = await verification.assess(
          { key: { gtin: item.gtin, serial: item.serial } },
          page.language,
        )
        return pageReply(itemPage(page, { item, verdict, ordered: input.query.ordered ?? null }))
      },
    }),
  ]
}

type ListQuery = {
  readonly q: string
  readonly batch?: string | undefined
  readonly cursor?: string | undefined
}

/** A whole number leads to its item; a GTIN alone is a filter. */
async function list(
  { items }: Pick<BrandDeskDeps, 'items'>,
  page: DeskPage,
  caller: Caller,
  { q, batch, cursor }: ListQuery,
): Promise<Reply> {
  const search = q.trim()
  const key = orNull(() => readCode(search).key)
  if (key && (await isFound(() => items.service.item(caller.id, key))))
    return redirect(href(page, `/brand${digitalLinkPath(key)}`))
  const gtin = search === '' ? undefined : orNull(() => parseGtin(search))
  const found =
    gtin === null
      ? { entries: [], next: null }
      : await items.service.items(
          caller.id,
          { gtin, batchId: batch },
          { cursor: cursor ?? null, limit: ITEMS_A_PAGE },
        )
  return pageReply(
    itemsPage(page, { items: found.entries, next: found.next, search, batchId: batch, cursor }),
  )
}

function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

async function isFound(find: () => Promise<unknown>): Promise<boolean> {
  try {
    await find()
    return true
  } catch (error) {
    if (isAppError(error, 'item.not_found')) return false
    throw error
  }
}

function keyOf({ gtin, serial }: { gtin: string; serial: string }): ItemKey {
  return { gtin: parseGtin(gtin), serial: parseSerial(serial) }
}

const orderBody = z.strictObject({
  reason: z.enum(REVOCATION_REASONS),
  confirmed: z.literal('yes', 'tick the box to confirm'),
  lang: z.string().max(20).optional(),
})

function orderRoute({ assets, items }: BrandDeskDeps, kind: ItemOrder): Route {
  return route({
    ...DESK,
    method: 'post',
    path: `/brand/01/:gtin/21/:serial/${kind}s`,
    summary: `Orders the ${kind} of an item`,
    params: itemParams,
    body: orderBody,
    run: async ({ params, body, caller, request }) => {
      const key = keyOf(params)
      const page = deskContext(
        { request: { language: body.lang ?? request.language }, query: { lang: body.lang }, caller },
        assets,
      )
      const reason: RevocationReason = body.reason
      const { write } = await items.events.order({ brandId: caller.id, key, kind, reason })
      return redirect(href(page, `/brand${digitalLinkPath(key)}`, { ordered: write.status }))
    },
  })
}
