import { z } from 'zod'
import { type Reply, type Route, route } from '../../http/route.ts'
import { AppError } from '../../kernel/errors.ts'
import { digitalLinkPath, type ItemKey } from '../../kernel/gs1.ts'
import { itemKeyParams } from '../../kernel/schemas.ts'
import { started } from '../../kernel/streams.ts'
import type { Items } from '../items/index.ts'
import { LABEL_STOCKS, type LabelStockName } from './label-stock.ts'
import { labelSheet } from './labels.ts'
import { PNG_PIXELS, qrPng, qrSvg } from './qr.ts'

type Parts = { readonly items: Items; readonly publicUrl: string }

const UNCHANGING = { 'Cache-Control': 'public, max-age=86400' }
const NOT_FOUND = 'no item of this GTIN and serial is registered here'
/** About 500 pages; a larger batch is printed in parts. */
const LABELS_MAX = 10_000

const stockNames = Object.keys(LABEL_STOCKS) as [LabelStockName, ...LabelStockName[]]

const labelQuery = z.object({
  stock: z.enum(stockNames).default('avery-l7160'),
  from: z.coerce.number().int().min(0).default(0).meta({ description: 'first label, from 0' }),
  count: z.coerce.number().int().min(1).max(LABELS_MAX).optional(),
})

const pngQuery = z.object({
  size: z.coerce.number().int().min(PNG_PIXELS.least).max(PNG_PIXELS.most).default(PNG_PIXELS.usual),
})

/** What carries an item's link into the world: QR symbols and label sheets. */
export function carrierRoutes(parts: Parts): Route[] {
  return [svgRoute(parts), pngRoute(parts), labelsRoute(parts)]
}

function svgRoute(parts: Parts): Route {
  return route({
    method: 'get',
    path: '/01/:gtin/21/:serial/qr.svg',
    audience: 'public',
    summary: 'The QR code of a registered item as SVG',
    params: itemKeyParams,
    produces: ['image/svg+xml'],
    responses: { 200: 'SVG', 404: NOT_FOUND },
    run: async ({ params }) => ({
      status: 200,
      text: qrSvg(await linkOf(parts, params)),
      type: 'image/svg+xml; charset=utf-8',
      headers: UNCHANGING,
    }),
  })
}

function pngRoute(parts: Parts): Route {
  return route({
    method: 'get',
    path: '/01/:gtin/21/:serial/qr.png',
    audience: 'public',
    summary: 'The QR code of a registered item as PNG',
    params: itemKeyParams,
    query: pngQuery,
    produces: ['image/png'],
    responses: { 200: 'PNG', 404: NOT_FOUND },
    run: async ({ params, query }) => ({
      status: 200,
      bytes: await qrPng(await linkOf(parts, params), query.size),
      type: 'image/png',
      headers: UNCHANGING,
    }),
  })
}

function labelsRoute({ items }: Parts): Route {
  return route({
    method: 'get',
    path: '/v1/batches/:id/labels.pdf',
    audience: ['brand'],
    summary: 'Label sheets of a batch, ready to print; with claim codes until those were handed out',
    params: z.object({ id: z.string().max(40) }),
    query: labelQuery,
    produces: ['application/pdf'],
    responses: { 200: 'PDF', 404: 'no such batch of this brand', 409: 'the batch is not anchored yet' },
    run: async ({ params, query, caller }) =>
      labelsReply(items, { brandId: caller.id, batchId: params.id, ...query }),
  })
}

type LabelOrder = {
  brandId: string
  batchId: string
  stock: LabelStockName
  from: number
  count?: number | undefined
}

async function labelsReply(
  items: Items,
  { brandId, batchId, stock, from, count }: LabelOrder,
): Promise<Reply> {
  const batch = await items.service.batch(brandId, batchId)
  if (count === undefined && batch.total - from > LABELS_MAX) {
    const message = `the batch has ${batch.total} labels; ask for at most ${LABELS_MAX} at a time: ?from=0&count=${LABELS_MAX}`
    throw new AppError('labels.range_invalid', message, { total: batch.total, countMax: LABELS_MAX })
  }
  const labels = await started(some(items.exports.labels(batch), { from, count: count ?? LABELS_MAX }))
  const name = `${batchId}-labels${from > 0 ? `-${from}` : ''}.pdf`
  return {
    status: 200,
    stream: labelSheet({ stock, batchId, labels }),
    type: 'application/pdf',
    headers: {
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'private, no-store',
    },
  }
}

async function* some<T>(
  all: AsyncIterable<T>,
  { from, count }: { from: number; count: number },
): AsyncGenerator<T> {
  let position = 0
  for await (const one of all) {
    if (position >= from + count) return
    if (position >= from) yield one
    position++
  }
}

async function linkOf({ items, publicUrl }: Parts, key: ItemKey): Promise<string> {
  if (await items.reader.find(key)) return `${publicUrl}${digitalLinkPath(key)}`
  throw new AppError('item.not_found', NOT_FOUND, { gtin: key.gtin, serial: key.serial })
}
