import { z } from 'zod'
import { statusOf } from '../http/problem.ts'
import { type Caller, type Reply, type Route, route, type Upload } from '../http/route.ts'
import { REVOCATION_REASONS, type RevocationReason } from '../kernel/chain-facts.ts'
import { type AppError, isAppError } from '../kernel/errors.ts'
import { digitalLinkPath, type ItemKey, parseGtin, parseSerial } from '../kernel/gs1.ts'
import { newId } from '../kernel/ids.ts'
import type { LineError } from '../modules/items/index.ts'
import { readCode } from './code.ts'
import { href } from './context.ts'
import { type DeskPage, deskContext } from './desk-parts.ts'
import { batchPage } from './pages/batch.page.ts'
import { brandOverviewPage } from './pages/brand-overview.page.ts'
import { type ItemOrder, itemPage } from './pages/item.page.ts'
import { itemsPage } from './pages/items.page.ts'
import { type Refusal, registerPage } from './pages/register.page.ts'
import type { BrandDeskDeps } from './ports.ts'
import { PAGE, pageQuery } from './public.pages.ts'
import { pageReply, redirect } from './reply.ts'

const DESK = { ...PAGE, audience: ['brand'] } as const
const BATCHES_SHOWN = 50
const ITEMS_A_PAGE = 50
const UPLOAD_COST = 20
const ORDERS = ['planned', 'submitted', 'included', 'final', 'failed'] as const

const itemParams = z.object({ gtin: z.string().max(20), serial: z.string().max(100) })
const batchParams = z.object({ id: z.string().max(40) })

export function brandPages(deps: BrandDeskDeps): Route[] {
  return [...batchPages(deps), ...itemPages(deps), orderRoute(deps, 'revocation'), orderRoute(deps, 'recall')]
}

function batchPages(deps: BrandDeskDeps): Route[] {
  const { assets, items } = deps
  return [
    route({
      ...DESK,
      method: 'get',
      path: '/brand',
      summary: 'A brand’s desk: counts and latest batches',
      query: pageQuery,
      run: async (input) => {
        const { entries } = await items.service.batches(input.caller.id, {
          cursor: null,
          limit: BATCHES_SHOWN,
        })
        return pageReply(brandOverviewPage(deskContext(input, assets), entries))
      },
    }),
    route({
      ...DESK,
      method: 'get',
      path: '/brand/register',
      summary: 'The upload form',
      query: pageQuery,
      run: async (input) =>
        pageReply(registerPage(deskContext(input, assets), { idempotencyKey: newId('frm'), refusal: null })),
    }),
    route({
      ...DESK,
      method: 'post',
      path: '/brand/batches',
      summary: 'Takes in the file of the upload form',
      body: 'upload',
      cost: UPLOAD_COST,
      run: ({ body, caller, request }) => {
        const { lang } = body.fields
        return upload(
          deps,
          deskContext({ request: { language: lang ?? request.language }, query: { lang }, caller }, assets),
          caller,
          body,
        )
      },
    }),
    route({
      ...DESK,
      method: 'get',
      path: '/brand/batches/:id',
      summary: 'A batch: progress, labels, claim codes, place on the chain',
      params: batchParams,
      query: pageQuery,
      run: async (input) =>
        pageReply(
          batchPage(deskContext(input, assets), await items.service.batch(input.caller.id, input.params.id)),
        ),
    }),
  ]
}

/** Sending the form twice is one batch: its key was made with the page. */
async function upload(deps: BrandDeskDeps, page: DeskPage, caller: Caller, file: Upload): Promise<Reply> {
  try {
    const key = file.fields['idempotencyKey'] ?? null
    const { id } = await deps.submit({
      brandId: caller.id,
      upload: file,
      idempotencyKey: key === null ? null : `desk-${key.slice(0, 60)}`,
    })
    return redirect(href(page, `/brand/batches/${id}`))
  } catch (error) {
    file.stream.resume()
    const status = statusOf(error)
    if (!isAppError(error) || status >= 500) throw error
    return pageReply(registerPage(page, { idempotencyKey: newId('frm'), refusal: refusalOf(error) }), status)
  }
}

function refusalOf(error: AppError): Refusal {
  const { errors, errorCount, total } = error.data
  const listed = Array.isArray(errors)
    ? (errors as LineError[]).filter((e) => typeof e.line === 'number')
    : []
  return {
    detail: error.message,
    errors: listed,
    errorCount: Number(errorCount ?? 0),
    total: Number(total ?? 0),
  }
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
