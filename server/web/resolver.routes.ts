import { z } from 'zod'
import { type Reply, type RequestInfo, type Route, route } from '../http/route.ts'
import { AppError } from '../kernel/errors.ts'
import { digitalLinkPath, type ItemKey, parseGtin } from '../kernel/gs1.ts'
import { itemKeyParams, parsedBy } from '../kernel/schemas.ts'
import { linkOfType, linksetOf } from '../modules/certificates/index.ts'
import type { ItemReader } from '../modules/items/index.ts'
import type { ScanContext, Verdict, Verification } from '../modules/verification/index.ts'

type Parts = {
  readonly items: ItemReader
  readonly verification: Verification
  readonly publicUrl: string
  readonly verdictPage: (
    verdict: Verdict,
    request: RequestInfo,
    query: Readonly<Record<string, string | undefined>>,
  ) => Reply
}

const HTML = 'text/html'
const JSON_TYPE = 'application/json'
const LINKSET = 'application/linkset+json'
const CERTIFICATE = 'application/vc+jwt'
const NEVER_CACHED = { 'Cache-Control': 'no-store' }
/** Carries the session of a tap from one page to the next, in the same browser. */
const TAP_COOKIE = 'cachet_tap'
const NOT_FOUND = 'no item of this GTIN and serial is registered here'

const query = z.looseObject({ linkType: z.string().max(200).optional(), lang: z.string().max(20).optional() })
type Query = z.output<typeof query>

/**
 * The GS1 Digital Link resolver: an item's own address answers by Accept with the scan page, the verdict, a linkset or
 * the certificate, and by `linkType` with a redirect that never leaves this origin.
 */
export function resolverRoutes(parts: Parts): Route[] {
  return [itemRoute(parts), certificateRoute(parts), verdictRoute(parts), modelRoute]
}

function itemRoute(parts: Parts): Route {
  return route({
    method: 'get',
    path: '/01/:gtin/21/:serial',
    audience: 'public',
    summary: 'An item by its GS1 Digital Link: scan page, verdict, linkset or certificate, by Accept',
    params: itemKeyParams,
    query,
    produces: [HTML, JSON_TYPE, LINKSET, CERTIFICATE],
    responses: {
      200: 'the scan page, the verdict (also of what is not registered), the linkset or the certificate',
      307: 'to the link of the type asked for',
      404: 'no linkset or certificate: not registered',
    },
    run: async ({ params, query: asked, request }) => {
      const key = { gtin: params.gtin, serial: params.serial }
      if (asked.linkType !== undefined) return byLinkType(parts, key, asked.linkType)
      if (request.accepts === LINKSET) return linksetReply(parts, key)
      if (request.accepts === CERTIFICATE) return certificateReply(parts, key)
      if (request.isHead) return headOf(request)
      const verdict = await scan(parts, key, request, tapOf(asked, request))
      const headers = { ...NEVER_CACHED, ...tapCookie(verdict, parts.publicUrl) }
      if (request.accepts === JSON_TYPE) return { status: 200, json: verdict, headers }
      const reply = parts.verdictPage(verdict, request, textsOf(asked))
      return { ...reply, headers: { ...reply.headers, ...headers } }
    },
  })
}

function certificateRoute(parts: Parts): Route {
  return route({
    method: 'get',
    path: '/01/:gtin/21/:serial/certificate',
    audience: 'public',
    summary: 'The certificate of a registered item (gs1:certificationInfo)',
    params: itemKeyParams,
    produces: [CERTIFICATE],
    responses: { 200: 'compact JWS', 404: NOT_FOUND },
    run: ({ params }) => certificateReply(parts, params),
  })
}

function verdictRoute(parts: Parts): Route {
  return route({
    method: 'get',
    path: '/01/:gtin/21/:serial/verdict',
    audience: 'public',
    summary: 'The verdict on an item for programs (gs1:verificationService)',
    params: itemKeyParams,
    responses: { 200: 'the verdict, as POST /v1/verifications answers it' },
    run: async ({ params, request }) =>
      request.isHead
        ? headOf(request)
        : { status: 200, json: await scan(parts, params, request), headers: NEVER_CACHED },
  })
}

/** A GTIN without a serial names a model, of which nothing is proven: it says so instead of guessing. */
const modelRoute: Route = route({
  method: 'get',
  path: '/01/:gtin',
  audience: 'public',
  summary: 'A model without a serial: nothing can be said of an item',
  params: z.object({ gtin: parsedBy(parseGtin) }),
  produces: [JSON_TYPE, HTML],
  responses: { 404: 'a link to one item ends in /21/ and its serial' },
  run: async ({ params }) => {
    const message = 'this names a model, not an item: the link of one item goes on with /21/ and its serial'
    throw new AppError('item.not_found', message, { gtin: params.gtin })
  },
})

function scan(
  { verification }: Parts,
  key: ItemKey,
  request: RequestInfo,
  tap?: ScanContext['tap'],
): Promise<Verdict> {
  const device = { network: request.network, userAgent: request.userAgent }
  return verification.verify({ key, language: request.language, device, tap })
}

/**
 * Programs that only look whether a link is there, such as those of messengers, are no scan: nothing is recorded, and the
 * chip's message is not used up.
 */
function headOf({ accepts }: RequestInfo): Reply {
  return { status: 200, headers: { ...NEVER_CACHED, 'Content-Type': `${accepts}; charset=utf-8` } }
}

/** What the item's chip added to the link. A page fetched ahead of time is no tap: it would use the message up. */
function tapOf(asked: Query, request: RequestInfo): ScanContext['tap'] {
  if (request.header('sec-purpose')?.includes('prefetch')) return undefined
  const texts = Object.entries(asked).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  return { query: Object.fromEntries(texts), session: sessionOf(request.header('cookie') ?? '') }
}

function sessionOf(cookies: string): string | null {
  return /(?:^|;\s*)cachet_tap=([A-Za-z0-9_-]{1,64})(?:;|$)/.exec(cookies)?.[1] ?? null
}

/** The session is kept long enough to tell a page loaded again from a copied link; the second tap has its own time. */
const TAP_COOKIE_SECONDS = 15 * 60

function tapCookie({ tap }: Verdict, publicUrl: string): Record<string, string> {
  if (tap === undefined) return {}
  const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
  const cookie = `${TAP_COOKIE}=${tap.session}; Path=/01; HttpOnly; SameSite=Lax`
  return { 'Set-Cookie': `${cookie}; Max-Age=${TAP_COOKIE_SECONDS}${secure}` }
}

async function byLinkType(parts: Parts, key: ItemKey, linkType: string): Promise<Reply> {
  if (linkType === 'linkset' || linkType === 'all') return linksetReply(parts, key)
  const link = linkOfType(key, linkType)
  if (link) return { status: 307, headers: { Location: link.path } }
  throw new AppError('link.not_found', 'there is no link of this type for this item', { linkType })
}

async function linksetReply(parts: Parts, key: ItemKey): Promise<Reply> {
  await requireItem(parts, key)
  const Link = `<${parts.publicUrl}${digitalLinkPath(key)}?linkType=linkset>; rel="linkset"; type="${LINKSET}"`
  return { status: 200, json: linksetOf(key, parts.publicUrl), type: LINKSET, headers: { Link } }
}

async function certificateReply(parts: Parts, key: ItemKey): Promise<Reply> {
  const item = await requireItem(parts, key)
  return { status: 200, text: item.certificate, type: CERTIFICATE }
}

async function requireItem({ items }: Parts, key: ItemKey) {
  const item = await items.find(key)
  if (item) return item
  throw new AppError('item.not_found', NOT_FOUND, { gtin: key.gtin, serial: key.serial })
}

function textsOf(asked: Query): Record<string, string | undefined> {
  return { lang: asked.lang }
}
