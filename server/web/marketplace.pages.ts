import { z } from 'zod'
import { type Route, route } from '../http/route.ts'
import { deskContext } from './desk-parts.ts'
import { listingPage } from './pages/listing.page.ts'
import { DECISIONS, listingsPage, STATUSES } from './pages/listings.page.ts'
import type { MarketplaceDeskDeps } from './ports.ts'
import { PAGE, pageQuery } from './public.pages.ts'
import { pageReply } from './reply.ts'

const DESK = { ...PAGE, audience: ['marketplace'] } as const
const LISTINGS_A_PAGE = 50

/** A filter's field that is left at "all" is sent as empty text. */
const listQuery = pageQuery.extend({
  status: z.enum(STATUSES).optional().catch(undefined),
  decision: z.enum(DECISIONS).optional().catch(undefined),
  cursor: z.string().max(200).optional(),
})

export function marketplacePages({ assets, screening, enforcement }: MarketplaceDeskDeps): Route[] {
  return [
    route({
      ...DESK,
      method: 'get',
      path: '/marketplace',
      summary: 'A marketplace’s desk: its listings and their decisions',
      query: listQuery,
      run: async (input) => {
        const { status, decision, cursor } = input.query
        const { id } = input.caller
        const counts = await screening.count(id)
        const { listings, nextCursor } = await screening.list(
          id,
          { status, decision },
          { cursor, limit: LISTINGS_A_PAGE },
        )
        const model = { listings, counts, status, decision, cursor, next: nextCursor }
        return pageReply(listingsPage(deskContext(input, assets), model))
      },
    }),
    route({
      ...DESK,
      method: 'get',
      path: '/marketplace/listings/:externalId',
      summary: 'A listing with its signals, evidence, timeline and statement of reasons',
      params: z.object({ externalId: z.string().min(1).max(128) }),
      query: pageQuery,
      run: async (input) => {
        const { externalId } = input.params
        const listing = await screening.find(input.caller.id, externalId)
        const cases = await enforcement.cases(input.caller.id, externalId)
        return pageReply(listingPage(deskContext(input, assets), { listing, cases }))
      },
    }),
  ]
}
