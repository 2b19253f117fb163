import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDb, ready } from '../../server/db/connection.ts'
import { idempotencyModel } from '../../server/http/idempotency.model.ts'
import { idempotencyStore } from '../../server/http/idempotency.store.ts'
import { memoryRateLimits } from '../../server/http/limits.ts'
import type { Caller } from '../../server/http/route.ts'
import { buildHttp } from '../../server/http/server.ts'
import { startJob } from '../../server/jobs/runner.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { createVault } from '../../server/keys/vault.ts'
import { caseModel } from '../../server/modules/enforcement/case.model.ts'
import { caseStore } from '../../server/modules/enforcement/case.store.ts'
import { enforcementRoutes } from '../../server/modules/enforcement/enforcement.routes.ts'
import { createEnforcement } from '../../server/modules/enforcement/index.ts'
import { createScreening } from '../../server/modules/screening/index.ts'
import { feedCursorModel, listingModel } from '../../server/modules/screening/listing.model.ts'
import { feedCursor, listingStore } from '../../server/modules/screening/listing.store.ts'
import { screeningRoutes } from '../../server/modules/screening/screening.routes.ts'
import { createOutbound, createWebhooks } from '../../server/webhooks/index.ts'
import { deliveryModel, endpointModel } from '../../server/webhooks/webhook.model.ts'
import { deliveryStore, endpointStore } from '../../server/webhooks/webhook.store.ts'
import { webhookRoutes } from '../../server/webhooks/webhooks.routes.ts'
import { testDatabaseUri } from '../support/database.ts'
import { world } from '../unit/screening/memory.ts'

const CALLERS: Readonly<Record<string, Caller>> = {
  ck_marketplace_SHOP: { kind: 'marketplace', id: 'bazaar', name: 'Bazaar' },
  ck_marketplace_RIVAL: { kind: 'marketplace', id: 'rival', name: 'Rival' },
  ck_seller_ONE: { kind: 'seller', id: 'S-001', name: 'Seller' },
  ck_brand_MAISON: { kind: 'brand', id: 'maison-exemple.com', name: 'Maison Exemple' },
}

export const SHOP = 'ck_marketplace_SHOP'
export const RIVAL = 'ck_marketplace_RIVAL'
export const SELLER = 'ck_seller_ONE'
export const BRAND = 'ck_brand_MAISON'

export type Answer = {
  readonly status: number
  readonly json: Record<string, unknown>
  readonly headers: Headers
}

/** Listings, enforcement and webhooks over real HTTP on a real store, with their jobs running; the chain is stood in for. */
export async function marketFixture() {
  const dataDir = await mkdtemp(join(tmpdir(), 'cachet-market-'))
  const db = await openDb({ uri: testDatabaseUri(), dataDir, log: silentLog })
  const c = db.connection
  const models = [
    listingModel(c),
    feedCursorModel(c),
    caseModel(c),
    endpointModel(c),
    deliveryModel(c),
    idempotencyModel(c),
  ]
  await ready(models as never[])
  const w = world()
  const deps = { ...w.deps, clock: systemClock }
  const policy = { allowLoopback: true }
  const outbound = createOutbound(policy)
  const stores = { endpoints: endpointStore(c), deliveries: deliveryStore(c) }
  const webhooks = createWebhooks({
    ...deps,
    ...stores,
    outbound,
    policy,
    secrets: createVault(Buffer.alloc(32, 3)),
    random: () => 0,
  })
  const enforcement = createEnforcement({ ...deps, cases: caseStore(c), tell: webhooks.service.enqueue })
  const effects = enforcement.service.effects
  const screening = createScreening({
    ...deps,
    listings: listingStore(c),
    cursor: feedCursor(c, 'screening'),
    effects,
  })
  const errors: string[] = []
  const log = { ...silentLog, error: (_data: unknown, message: string) => void errors.push(message) }
  const routes = [
    ...screeningRoutes(screening.service),
    ...enforcementRoutes(enforcement.service),
    ...webhookRoutes(webhooks.service),
  ]
  const edge = buildHttp(routes, {
    authenticator: { byApiKey: async (key) => CALLERS[key] ?? null, bySession: async () => null },
    idempotency: idempotencyStore(c),
    limits: memoryRateLimits({ public: 0, account: 0 }),
    clock: systemClock,
    log,
    errorPage: null,
    trustedProxies: 0,
    observe: (_req, _res, next) => next(),
  })
  const base = `http://127.0.0.1:${await edge.listen(0, '127.0.0.1')}`
  const jobs = [screening.job, enforcement.job, webhooks.job].map((job) => startJob(job, silentLog))
  webhooks.wakeWith(() => jobs[2]?.wake())
  return {
    ...w,
    errors,
    jobs,
    /** What the follower does when it has stored something new. */
    news: () => jobs[0]?.wake(),
    call: (method: string, path: string, given: Given = {}) => call(base, method, path, given),
    async close() {
      await edge.close()
      await Promise.all(jobs.map((job) => job.stop()))
      await outbound.close()
      if (db.kind === 'mongodb') await c.dropDatabase()
      await db.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

type Given = { readonly key?: string; readonly body?: unknown; readonly headers?: Record<string, string> }

async function call(
  base: string,
  method: string,
  path: string,
  { key, body, headers }: Given,
): Promise<Answer> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(key ? { authorization: `Bearer ${key}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  }
}
