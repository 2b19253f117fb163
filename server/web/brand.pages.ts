import { z } from 'zod'
import { statusOf } from '../http/problem.ts'
import { type Caller, type Reply, type Route, route, type Upload } from '../http/route.ts'
import { type AppError, isAppError } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import type { LineError } from '../modules/items/index.ts'
import { brandItemPages } from './brand-items.pages.ts'
import { href } from './context.ts'
import { type DeskPage, deskContext } from './desk-parts.ts'
import { batchPage } from './pages/batch.page.ts'
import { brandOverviewPage } from './pages/brand-overview.page.ts'
import { type Refusal, registerPage } from './pages/register.page.ts'
import type { BrandDeskDeps } from './ports.ts'
import { PAGE, pageQuery } from './public.pages.ts'
import { pageReply, redirect } from './reply.ts'

const DESK = { ...PAGE, audience: ['brand'] } as const
const BATCHES_SHOWN = 50
const UPLOAD_COST = 20

const batchParams = z.object({ id: z.string().max(40) })

export function brandPages(deps: BrandDeskDeps): Route[] {
  return [...batchPages(deps), ...brandItemPages(deps)]
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
        const { entries, next } = await items.service.batches(input.caller.id, {
          cursor: null,
          limit: BATCHES_SHOWN,
        })
        return pageReply(brandOverviewPage(deskContext(input, assets), entries, next !== null))
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
