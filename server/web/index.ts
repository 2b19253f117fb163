/**
 * Pages: what people see in a browser. Promises that whatever came from outside is shown as text, that nothing on a page
 * comes from another site, that all of it can be read and used without script, and that links lead within this site.
 */
import type { Reply, RequestInfo, Route } from '../http/route.ts'
import type { Verdict } from '../modules/verification/index.ts'
import { assetRoutes } from './assets.ts'
import { brandPages } from './brand.pages.ts'
import { contextOf } from './context.ts'
import { connectPolicy, endpointRoutes, endpointsOf } from './endpoints.ts'
import { marketplacePages } from './marketplace.pages.ts'
import { ownerPages } from './owner.pages.ts'
import { verdictPage } from './pages/verdict.page.ts'
import type { PublicDeps, WebDeps } from './ports.ts'
import { publicPages } from './public.pages.ts'
import { pageReply } from './reply.ts'
import { webhookPages } from './webhooks.pages.ts'

export { type Asset, type Assets, loadAssets } from './assets.ts'
export { chainRelayRoutes } from './chain-relay.routes.ts'
export { errorPages } from './pages/error.page.ts'
export type {
  BrandDeskDeps,
  DemoItem,
  MarketplaceDeskDeps,
  PublicDeps,
  WebDeps,
  WebhookDeskDeps,
} from './ports.ts'
export { pageQuery } from './public.pages.ts'

/** Every page and asset but an item's own page, which shares its address with other formats: see `verdictPageReply`. */
export function webRoutes(deps: WebDeps): Route[] {
  return [
    ...assetRoutes(deps.assets),
    ...publicPages(deps),
    ...endpointRoutes(deps),
    ...brandPages(deps),
    ...marketplacePages(deps),
    ...ownerPages(deps),
    ...webhookPages(deps),
  ]
}

type VerdictPageInput = {
  readonly verdict: Verdict
  readonly request: Pick<RequestInfo, 'language' | 'header'>
  readonly query?: { readonly lang?: string | undefined } | undefined
}

/** The HTML branch of `GET /01/{gtin}/21/{serial}`: 200 whatever the verdict. */
export function verdictPageReply(
  { assets, publicRpcUrls }: Pick<PublicDeps, 'assets' | 'publicRpcUrls'>,
  { verdict, request, query }: VerdictPageInput,
): Reply {
  const page = contextOf({ request, query: { lang: query?.lang } }, assets)
  const endpoints = endpointsOf(request, publicRpcUrls)
  const reply = pageReply(verdictPage({ page, verdict, endpoints }))
  const policy = { 'Content-Security-Policy': connectPolicy(endpoints) }
  return { ...reply, headers: { ...reply.headers, ...policy } }
}
