import { Readable } from 'node:stream'
import { z } from 'zod'
import { type Reply, type Route, route, type Upload } from '../../http/route.ts'
import { AppError } from '../../kernel/errors.ts'
import { started } from '../../kernel/streams.ts'
import type { BrandReader } from '../brands/index.ts'
import { batchProgress } from './batch-progress.ts'
import type { Items } from './index.ts'
import { batchJson, batchView } from './items.view.ts'
import type { BatchStore, StoredBatch } from './ports.ts'
import { detectFormat } from './upload-format.ts'

export const UPLOAD_BYTES_MAX = 512 * 1024 * 1024
export const LIST_LIMIT = { usual: 50, most: 200 } as const
/** Reading a file costs far more than other requests. */
const UPLOAD_COST = 20

export const listQuery = {
  limit: z.coerce.number().int().min(1).max(LIST_LIMIT.most).default(LIST_LIMIT.usual),
  cursor: z.string().min(1).max(100).optional(),
}

const batchParams = z.object({ id: z.string().regex(/^bat_[0-9A-Z]{26}$/, 'must be the id of a batch') })
const NOT_FOUND = 'no such batch of this brand'
const NOT_YET = 'the batch is not anchored yet'

type Parts = {
  readonly items: Items
  readonly brands: BrandReader
  readonly batches: Pick<BatchStore, 'find'>
}

export function batchRoutes(parts: Parts): Route[] {
  return [uploadRoute(parts), ...readRoutes(parts), ...exportRoutes(parts)]
}

function uploadRoute({ items, brands }: Parts): Route {
  return route({
    method: 'post',
    path: '/v1/batches',
    audience: ['brand'],
    summary: 'Register the items of a CSV, NDJSON or XLSX file; all of them, or none when a line is wrong',
    body: 'upload',
    bodyBytesMax: UPLOAD_BYTES_MAX,
    idempotent: true,
    cost: UPLOAD_COST,
    responses: {
      202: batchJson,
      413: 'more bytes or lines than a batch may have',
      415: 'neither CSV, NDJSON nor XLSX',
      422: 'lines are wrong: `errors` lists line, field, code and message of each',
    },
    run: async ({ body, caller, request }) => {
      const { idempotencyKey } = request
      const batch = await submitUpload(
        { items, brands },
        { brandId: caller.id, upload: body, idempotencyKey },
      )
      return { status: 202, json: batchView(batch), headers: { Location: `/v1/batches/${batch.id}` } }
    },
  })
}

/** Takes an uploaded file in for a brand: what `POST /v1/batches` and the brand's desk do. */
export async function submitUpload(
  { items, brands }: Pick<Parts, 'items' | 'brands'>,
  { brandId, upload, idempotencyKey }: { brandId: string; upload: Upload; idempotencyKey: string | null },
): Promise<StoredBatch> {
  const brand = await brands.byId(brandId)
  if (!brand) throw new AppError('request.forbidden', 'this account has no brand')
  const { format, source } = await detectFormat(upload.stream, upload)
  return items.submission.submit({ brand, source, format, idempotencyKey })
}

function readRoutes({ items, batches }: Parts): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/batches',
      audience: ['brand'],
      summary: 'The brand’s batches, newest first',
      query: z.object(listQuery),
      responses: { 200: z.object({ data: z.array(batchJson), next: z.string().nullable() }) },
      run: async ({ query, caller }) => {
        const page = await items.service.batches(caller.id, {
          cursor: query.cursor ?? null,
          limit: query.limit,
        })
        return { status: 200, json: { data: page.entries.map(batchView), next: page.next } }
      },
    }),
    route({
      method: 'get',
      path: '/v1/batches/:id',
      audience: ['brand'],
      summary: 'How far a batch is',
      params: batchParams,
      responses: { 200: batchJson, 404: NOT_FOUND },
      run: async ({ params, caller }) => ({
        status: 200,
        json: batchView(await items.service.batch(caller.id, params.id)),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/batches/:id/events',
      audience: ['brand'],
      summary: 'Progress of a batch as server-sent events: `progress`, then `done`',
      params: batchParams,
      produces: ['text/event-stream'],
      responses: { 200: 'events whose data is the batch', 404: NOT_FOUND },
      run: async ({ params, caller, request }) => {
        const batch = await items.service.batch(caller.id, params.id)
        return streamed(
          'text/event-stream; charset=utf-8',
          batchProgress(batches, batch, (b) => batchView(b), request.signal),
        )
      },
    }),
  ]
}

function exportRoutes({ items }: Parts): Route[] {
  const row = (
    file: string,
    type: string,
    summary: string,
    responses: Route['responses'],
    lines: (batch: StoredBatch) => AsyncGenerator<string>,
  ) =>
    route({
      method: 'get',
      path: `/v1/batches/:id/${file}`,
      audience: ['brand'],
      summary,
      params: batchParams,
      produces: [type],
      responses: { ...responses, 404: NOT_FOUND, 409: NOT_YET },
      run: async ({ params, caller }) => {
        const batch = await items.service.batch(caller.id, params.id)
        return begun(await started(lines(batch)), `${type}; charset=utf-8`, `${params.id}-${file}`)
      },
    })
  return [
    row(
      'items.ndjson',
      'application/x-ndjson',
      'Every item of a batch with its certificate, a line each',
      { 200: '`{gtin,serial,url,certificate}` a line' },
      (batch) => items.exports.itemLines(batch),
    ),
    row(
      'claim-codes.csv',
      'text/csv',
      'The hidden claim codes of a batch; handed out once, then erased',
      { 200: 'gtin, serial, url, claim_code', 410: 'handed out before' },
      (batch) => items.exports.claimCodes(batch),
    ),
  ]
}

function begun(lines: AsyncGenerator<string>, type: string, fileName: string): Reply {
  const reply = streamed(type, lines)
  return {
    ...reply,
    headers: { ...reply.headers, 'Content-Disposition': `attachment; filename="${fileName}"` },
  }
}

function streamed(type: string, lines: AsyncGenerator<string>): Reply {
  return {
    status: 200,
    stream: Readable.from(lines, { objectMode: false }),
    type,
    headers: { 'Cache-Control': 'private, no-store' },
  }
}
