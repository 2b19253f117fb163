import { z } from 'zod'
import { type Route, route } from '../../http/route.ts'
import { isoTime } from '../../kernel/clock.ts'
import type { Permit, Permits } from './index.ts'
import { itemKey, nonce, ownerInput, signatureInput, signedFor, unixTime } from './ownership.schema.ts'
import { itemJson } from './ownership.view.ts'

const marketplace = z.string().min(1).max(128).meta({ description: 'id of the marketplace’s account' })
const listing = z.string().min(1).max(128).meta({ description: 'the marketplace’s own id of the listing' })

const permitBody = z.strictObject({
  item: itemKey,
  marketplace,
  listing,
  nonce,
  expiry: unixTime('of the signed message'),
  owner: ownerInput,
  signature: signatureInput,
  domain: signedFor,
})
const redeemBody = z.strictObject({ listing })
const permitParams = z.strictObject({
  id: z.string().regex(/^prm_[0-9A-Z]{26}$/, 'not the id of a permit'),
})

export const permitJson = z
  .object({
    id: z.string(),
    state: z
      .enum(['open', 'redeemed', 'void', 'expired'])
      .meta({ description: 'void: the item has changed since, so that the permit counts no more' }),
    item: itemJson,
    tokenId: z.string(),
    marketplace: z.string(),
    listing: z.string(),
    nonce: z.int(),
    expiresAt: z.string(),
    redeemedAt: z.string().nullable(),
  })
  .meta({ id: 'Permit' })

const NO_PERMIT = 'no such permit'
const REFUSED = {
  409: 'redeemed before, the item is listed already, or it has changed since the permit was signed',
  422: 'the permit does not count: stolen, revoked, recalled, cloned or unclaimed item, another marketplace or listing, expired; `code` says which',
}

export function permitRoutes(permits: Permits): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/permits',
      audience: 'public',
      summary: 'Hand in an owner’s permit to list an item in one listing of one marketplace',
      body: permitBody,
      idempotent: true,
      responses: { 201: permitJson, 404: 'no such item is registered here', ...REFUSED },
      run: async ({ body: { domain, ...order } }) => ({
        status: 201,
        json: permitView(await permits.create(order, domain ?? null)),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/permits/:id',
      audience: 'public',
      summary: 'How a permit stands',
      params: permitParams,
      responses: { 200: permitJson, 404: NO_PERMIT },
      run: async ({ params }) => ({
        status: 200,
        json: permitView(await permits.find(params.id)),
        headers: NEVER_CACHED,
      }),
    }),
    route({
      method: 'post',
      path: '/v1/permits/:id/redeem',
      audience: ['marketplace'],
      summary: 'Check a permit and spend it, once: then name it in the listing',
      params: permitParams,
      body: redeemBody,
      idempotent: true,
      responses: { 200: permitJson, 404: NO_PERMIT, ...REFUSED },
      run: async ({ params, body, caller }) => {
        const place = { marketplace: caller.id, listing: body.listing }
        return { status: 200, json: permitView(await permits.redeem(params.id, place)) }
      },
    }),
  ]
}

const NEVER_CACHED = { 'Cache-Control': 'no-store' }

function permitView({ expiry, redeemedAtMs, ...permit }: Permit): z.input<typeof permitJson> {
  return {
    ...permit,
    expiresAt: isoTime(expiry * 1000),
    redeemedAt: redeemedAtMs === null ? null : isoTime(redeemedAtMs),
  }
}
