import { type Route, route } from '../../http/route.ts'
import { AppError } from '../../kernel/errors.ts'
import {
  BATCH_BYTES_MAX,
  contentOf,
  listingBatchBody,
  listingBatchJson,
  listingBody,
  listingJson,
  listingPageJson,
  listingParams,
  listingPutBody,
  listingQuery,
} from './listing.schema.ts'
import type { ScreeningService } from './screening.service.ts'
import { viewListing } from './screening.view.ts'
import type { ListingContent } from './types.ts'

export function screeningRoutes(screening: ScreeningService): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/listings',
      audience: ['marketplace'],
      summary: 'Send a listing; answers the decision with its reasons',
      body: listingBody,
      idempotent: true,
      responses: { 201: listingJson, 409: 'there is a listing with this externalId' },
      run: async ({ body, caller }) => ({
        status: 201,
        json: viewListing(await screening.create(caller.id, contentOf(body))),
      }),
    }),
    route({
      method: 'post',
      path: '/v1/listings/batch',
      audience: ['marketplace'],
      summary: 'Send up to 500 listings; each is created or replaced, answers are in the same order',
      body: listingBatchBody,
      bodyBytesMax: BATCH_BYTES_MAX,
      idempotent: true,
      cost: 20,
      responses: { 200: listingBatchJson },
      run: async ({ body, caller }) => {
        const results = await screening.putMany(caller.id, body.listings.map(readContent))
        return {
          status: 200,
          json: {
            results: results.map((result, i) => viewResult(result, body.listings[i]?.externalId ?? '')),
          },
        }
      },
    }),
    route({
      method: 'put',
      path: '/v1/listings/:externalId',
      audience: ['marketplace'],
      summary: 'Create a listing or replace what is known of it; answers the new decision',
      params: listingParams,
      body: listingPutBody,
      responses: { 200: listingJson, 201: listingJson },
      run: async ({ params, body, caller }) => {
        const content = contentOf({ ...body, externalId: sameId(params.externalId, body.externalId) })
        const { listing, created } = await screening.put(caller.id, content)
        return { status: created ? 201 : 200, json: viewListing(listing) }
      },
    }),
    route({
      method: 'get',
      path: '/v1/listings/:externalId',
      audience: ['marketplace'],
      summary: 'A listing with its last decision',
      params: listingParams,
      responses: { 200: listingJson, 404: 'the marketplace has no such listing' },
      run: async ({ params, caller }) => ({
        status: 200,
        json: viewListing(await screening.find(caller.id, params.externalId)),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/listings',
      audience: ['marketplace'],
      summary: 'The marketplace’s listings, newest first',
      query: listingQuery,
      responses: { 200: listingPageJson },
      run: async ({ query, caller }) => {
        const { listings, nextCursor } = await screening.list(caller.id, query, query)
        return { status: 200, json: { data: listings.map(viewListing), next: nextCursor } }
      },
    }),
  ]
}

/** One entry with a wrong item number does not refuse the others. */
function readContent(body: Parameters<typeof contentOf>[0]): ListingContent | AppError {
  try {
    return contentOf(body)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

function viewResult(
  result: Awaited<ReturnType<ScreeningService['putMany']>>[number],
  externalId: string,
): unknown {
  if (!(result instanceof AppError)) return viewListing(result)
  return { externalId, error: { code: result.code, detail: result.message } }
}

function sameId(inPath: string, inBody: string | undefined): string {
  if (inBody === undefined || inBody === inPath) return inPath
  throw new AppError('listing.mismatch', 'externalId in the body differs from the one in the path', {
    errors: [{ pointer: '/externalId', detail: `must be ${inPath}, as in the path` }],
  })
}
