import { z } from 'zod'
import { type Reply, type RequestInfo, type Route, route } from '../http/route.ts'
import { AppError } from '../kernel/errors.ts'
import type { ItemKey } from '../kernel/gs1.ts'
import { itemKeyParams } from '../kernel/schemas.ts'
import { qrSvg } from '../modules/certificates/index.ts'
import { contextOf, type PageContext } from './context.ts'
import { claimPage } from './pages/claim.page.ts'
import { givePage, minePage, receivePage } from './pages/mine.page.ts'
import { ownItemPage } from './pages/own-item.page.ts'
import type { OwnItem } from './pages/owner-parts.ts'
import { permitPage } from './pages/permit.page.ts'
import { askPage, provePage } from './pages/prove.page.ts'
import { reportPage } from './pages/report.page.ts'
import { transferPage } from './pages/transfer.page.ts'
import type { OwnerDeps } from './ports.ts'
import { PAGE, pageQuery } from './public.pages.ts'
import { pageReply } from './reply.ts'

/** The public half of a passkey: x and y, 64 bytes in base64url. */
const point = z.string().regex(/^[A-Za-z0-9_-]{86}$/, 'not the key of a passkey')
const name = z.string().max(128).optional().catch(undefined)
const giveQuery = pageQuery.extend({
  to: point.optional().catch(undefined),
  marketplace: name,
  listing: name,
})
const challengeParams = z.object({ id: z.string().regex(/^chl_[0-9A-Z]{26}$/, 'not the id of a question') })
const forever = { 'Cache-Control': 'public, max-age=86400' }

/** Pages for people who own items, or are about to. What is signed is signed in the browser; nobody logs in. */
export function ownerPages(deps: OwnerDeps): Route[] {
  return [...listPages(deps), ...itemPages(deps), proveRoute(deps), ...codeRoutes(deps)]
}

function listPages({ assets }: OwnerDeps): Route[] {
  return [
    route({
      ...PAGE,
      method: 'get',
      path: '/own',
      audience: 'public',
      summary: 'Items that a passkey of this browser owns',
      query: pageQuery,
      run: async (input) => pageReply(minePage(publicContext(input, assets))),
    }),
    route({
      ...PAGE,
      method: 'get',
      path: '/own/receive',
      audience: 'public',
      summary: 'The code that a new owner shows to the present one',
      query: pageQuery,
      run: async (input) => pageReply(receivePage(publicContext(input, assets))),
    }),
    route({
      ...PAGE,
      method: 'get',
      path: '/own/give',
      audience: 'public',
      summary: 'Which item to hand over to the new owner whose code was scanned',
      query: giveQuery,
      run: async (input) => pageReply(givePage(publicContext(input, assets), input.query.to ?? null)),
    }),
  ]
}

type Asked = { readonly request: RequestInfo; readonly query: Readonly<Record<string, string | undefined>> }

function publicContext({ request, query }: Asked, assets: OwnerDeps['assets']): PageContext {
  return contextOf({ request, query, caller: null }, assets)
}

const ITEM_PAGES = [
  { path: '', summary: 'An item and what its owner can do', page: ownItemPage },
  { path: '/claim', summary: 'Become an item’s first owner', page: claimPage },
  { path: '/transfer', summary: 'Hand an item over', page: transferPage },
  { path: '/report', summary: 'Report an item stolen, or found again', page: reportPage },
  { path: '/permit', summary: 'Permit one listing of an item', page: permitPage },
  { path: '/ask', summary: 'Ask whoever offers an item to show that it is theirs', page: askPage },
] as const

function itemPages(deps: OwnerDeps): Route[] {
  return ITEM_PAGES.map(({ path, summary, page }) =>
    route({
      ...PAGE,
      method: 'get',
      path: `/own/:gtin/:serial${path}`,
      audience: 'public',
      summary,
      params: itemKeyParams,
      query: giveQuery,
      run: async (input) => {
        const item = await itemOf(deps, input.params)
        const host = input.request.header('host') ?? new URL(deps.publicUrl).host
        const { to = null, marketplace = null, listing = null } = input.query
        const visit = { to, host, marketplace, listing }
        return pageReply(await page(publicContext(input, deps.assets), item, visit, deps))
      },
    }),
  )
}

/** Throws `item.not_found`, `chain.unreachable`. */
async function itemOf(
  { itemReader, brands, ownership, webAuthnVerifier }: OwnerDeps,
  key: ItemKey,
): Promise<OwnItem> {
  const record = await itemReader.find(key)
  if (record === null) {
    throw new AppError('item.not_found', 'no item of this GTIN and serial is registered here', {
      gtin: key.gtin,
      serial: key.serial,
    })
  }
  const [brand, { state }] = await Promise.all([brands.byId(record.brandId), ownership.of(key)])
  const name = brand?.name ?? record.brandId
  return { ...key, model: record.model, brand: name, state, verifier: webAuthnVerifier() }
}

/** The holder's page of a buyer's question. Throws `ownership.challenge_not_found` and what `itemOf` throws. */
function proveRoute(deps: OwnerDeps): Route {
  return route({
    ...PAGE,
    method: 'get',
    path: '/prove/:id',
    audience: 'public',
    summary: 'Answer a buyer’s question whether an item is yours',
    params: challengeParams,
    query: pageQuery,
    run: async (input) => {
      const challenge = await deps.ownership.challenges.find(input.params.id)
      const item = await itemOf(deps, challenge.item)
      return pageReply(provePage(publicContext(input, deps.assets), item, challenge))
    },
  })
}

/** Pictures of links: to the new owner's key, which leads the present owner to it, and to a buyer's question. */
function codeRoutes({ publicUrl }: OwnerDeps): Route[] {
  return [
    route({
      ...PAGE,
      method: 'get',
      path: '/own/code.svg',
      audience: 'public',
      summary: 'QR code of a new owner’s key',
      query: z.object({ to: point }),
      produces: ['image/svg+xml'],
      run: async ({ query }) => codeReply(`${publicUrl}/own/give?to=${query.to}`),
    }),
    route({
      ...PAGE,
      method: 'get',
      path: '/prove/:id/code.svg',
      audience: 'public',
      summary: 'QR code of a buyer’s question',
      params: challengeParams,
      produces: ['image/svg+xml'],
      run: async ({ params }) => codeReply(`${publicUrl}/prove/${params.id}`),
    }),
  ]
}

function codeReply(link: string): Reply {
  const headers = { ...forever, 'X-Content-Type-Options': 'nosniff' }
  return { status: 200, text: qrSvg(link), type: 'image/svg+xml', headers }
}
