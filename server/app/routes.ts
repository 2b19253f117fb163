import type { Registry } from 'prom-client'
import { createRevokedLeaves } from '../chain/revoked-leaves.ts'
import type { Config } from '../config/config.ts'
import { docsRoutes } from '../http/docs.routes.ts'
import { type HealthCheck, healthRoutes } from '../http/health.routes.ts'
import type { Route } from '../http/route.ts'
import type { JobHealth } from '../jobs/runner.ts'
import { signCompact } from '../keys/es256.ts'
import { SESSION_SECONDS } from '../keys/sessions.ts'
import { brandRoutes } from '../modules/brands/brands.routes.ts'
import { carrierRoutes } from '../modules/certificates/carriers.routes.ts'
import { identityRoutes } from '../modules/certificates/identity.routes.ts'
import { enforcementRoutes } from '../modules/enforcement/enforcement.routes.ts'
import { batchStore } from '../modules/items/batch.store.ts'
import { batchRoutes, submitUpload } from '../modules/items/batches.routes.ts'
import { itemRoutes } from '../modules/items/items.routes.ts'
import { challengeRoutes } from '../modules/ownership/challenges.routes.ts'
import { ownershipRoutes } from '../modules/ownership/ownership.routes.ts'
import { permitRoutes } from '../modules/ownership/permits.routes.ts'
import { screeningRoutes } from '../modules/screening/screening.routes.ts'
import { tagRoutes } from '../modules/verification/tags/tags.routes.ts'
import { verificationRoutes } from '../modules/verification/verification.routes.ts'
import type { Assets } from '../web/assets.ts'
import { docsPages } from '../web/docs.pages.ts'
import { chainRelayRoutes, type DemoItem, verdictPageReply, webRoutes } from '../web/index.ts'
import { resolverRoutes } from '../web/resolver.routes.ts'
import { webhookRoutes } from '../webhooks/webhooks.routes.ts'
import type { Services } from './services.ts'

export type RouteParts = {
  readonly config: Config
  readonly services: Services
  readonly assets: Assets
  readonly registry: Registry
  readonly jobs: () => readonly JobHealth[]
  readonly demo: () => Promise<readonly DemoItem[]>
}

/** The route table: every address of the service, and who may call it. */
export function routeTable(parts: RouteParts): readonly Route[] {
  const { config, services, assets } = parts
  const { publicUrl } = config.http
  const { publicRpcUrls } = config.chain
  const { brands, items, verification, screening, enforcement, webhooks, accounts, sessions } = services
  const api = [
    ...brandRoutes(brands.service, {
      create: ({ id, name }) => accounts.create({ kind: 'brand', id, name }),
    }),
    ...batchRoutes({ items, brands: brands.reader, batches: batchStore(services.db.connection) }),
    ...carrierRoutes({ items, publicUrl }),
    ...itemRoutes({ items, publicUrl }),
    ...ownershipRoutes(services.ownership),
    ...challengeRoutes(services.ownership.challenges, publicUrl),
    ...permitRoutes(services.ownership.permits),
    ...resolverRoutes({
      items: items.reader,
      verification,
      publicUrl,
      verdictPage: (verdict, request, query) =>
        verdictPageReply({ assets, publicRpcUrls }, { verdict, request, query }),
    }),
    ...verificationRoutes(verification),
    ...tagRoutes(services.tags, { publicUrl }),
    ...chainRelayRoutes(services.chain.relay),
    ...screeningRoutes(screening.service),
    ...enforcementRoutes(enforcement.service),
    ...webhookRoutes(webhooks.service),
    ...identity(parts),
    ...healthRoutes(healthChecks(parts), parts.registry),
  ]
  const pages = webRoutes({
    publicUrl,
    publicRpcUrls,
    assets,
    accounts,
    sessions,
    sessionSeconds: SESSION_SECONDS,
    demo: parts.demo,
    brands: brands.reader,
    items,
    itemReader: items.reader,
    ownership: services.ownership,
    marketplaces: () => accounts.all('marketplace'),
    webAuthnVerifier: () => services.chain.ownership.place().webAuthnVerifier,
    verification,
    screening: screening.service,
    enforcement: enforcement.service,
    webhooks: webhooks.service,
    submit: (order) => submitUpload({ items, brands: brands.reader }, order),
  })
  const described = [...api, ...docsRoutes(api, { publicUrl, version: VERSION })]
  return [...described, ...docsPages({ assets, publicUrl, rows: described }), ...pages]
}

const VERSION = '0.1.0'

function identity({ config, services }: RouteParts): Route[] {
  const { items, brands, receiptKeys, chain } = services
  const revoked = createRevokedLeaves(chain.events)
  return identityRoutes({
    items,
    brands: brands.reader,
    signer: brands.signer,
    revokedLeaves: revoked.of,
    sign: signCompact,
    publicUrl: config.http.publicUrl,
    jwks: receiptKeys.publicJwks,
  })
}

/** A slower answer than this is a store in trouble. */
const STORE_PING_MS_MAX = 2_000
const JOB_FAILURES_MAX = 3

function healthChecks({ services, jobs }: RouteParts): HealthCheck[] {
  return [
    {
      name: 'store',
      async check() {
        const ms = await services.db.ping()
        return { ok: ms < STORE_PING_MS_MAX, kind: services.db.kind, ms: Math.round(ms * 10) / 10 }
      },
    },
    {
      name: 'chain',
      async check() {
        const { ready, ...health } = await services.chain.health()
        return { ok: ready, ...health }
      },
    },
    {
      name: 'jobs',
      async check() {
        const all = jobs()
        return { ok: all.every((job) => job.failuresInARow < JOB_FAILURES_MAX), all }
      },
    },
    {
      name: 'webhooks',
      check: async () => ({ ok: true, stuck: await services.webhooks.service.stuck() }),
    },
  ]
}
