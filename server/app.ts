import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { allModels } from './app/models.ts'
import { routeTable } from './app/routes.ts'
import { createServices, type Services } from './app/services.ts'
import { openChain } from './chain/index.ts'
import { type Config, readChainKeys } from './config/config.ts'
import type { Env } from './config/env.ts'
import { readMasterKey } from './config/secrets.ts'
import { type Db, openDb, ready } from './db/connection.ts'
import { demoItems } from './demo/items.ts'
import { idempotencyStore } from './http/idempotency.store.ts'
import { memoryRateLimits } from './http/limits.ts'
import { createMetrics } from './http/metrics.ts'
import { buildHttp, type HttpEdge } from './http/server.ts'
import { type RunningJob, startJob } from './jobs/runner.ts'
import { type Clock, systemClock } from './kernel/clock.ts'
import { CloseStack } from './kernel/close-stack.ts'
import type { Job } from './kernel/job.ts'
import type { Logger } from './kernel/log.ts'
import { createVault } from './keys/vault.ts'
import { type Assets, loadAssets } from './web/assets.ts'
import { errorPages } from './web/pages/error.page.ts'

export type { Services } from './app/services.ts'

/** Parts a test may put in place of the real ones; they are chosen before they are handed on. */
export type Parts = { readonly clock: Clock; readonly db: Db; readonly assets: Assets }

/** The service, built and not yet listening. */
export type App = {
  readonly services: Services
  /** Starts the background jobs and listens; gives the port. */
  start(): Promise<number>
  /** Stops in the reverse order of opening; what is under way is finished within bounds. */
  close(): Promise<void>
}

type World = {
  readonly config: Config
  readonly env: Env
  readonly log: Logger
  readonly opened: CloseStack
  readonly clock: Clock
  readonly jobs: Map<string, RunningJob>
}

/** The composition root: chooses every part, hands them on, and closes what it opened also when it fails half-way. */
export async function buildApp(
  config: Config,
  env: Env,
  log: Logger,
  replace: Partial<Parts> = {},
): Promise<App> {
  const opened = new CloseStack()
  const world = {
    config,
    env,
    log,
    opened,
    clock: replace.clock ?? systemClock,
    jobs: new Map<string, RunningJob>(),
  }
  try {
    const services = await openServices(world, replace)
    const http = buildEdge(world, services, replace.assets ?? loadAssets())
    return { services, start: () => start(world, services, http), close: () => opened.closeAll() }
  } catch (error) {
    await opened.closeAll()
    throw error
  }
}

async function openServices(
  { config, env, log, opened, clock, jobs }: World,
  replace: Partial<Parts>,
): Promise<Services> {
  const dataDir = resolve(config.dataDir)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const vault = createVault(readMasterKey(env, dataDir, config.production))
  const db = replace.db ?? opened.add(await openDb({ uri: config.db.uri, dataDir, log }))
  await ready(allModels(db.connection))
  const chainConfig = {
    ...config.chain,
    ...readChainKeys(env),
    dataDir,
    tokenBaseUri: `${config.http.publicUrl}/token/`,
    deploymentsDir: resolve(config.chain.deploymentsDir),
  }
  const chain = opened.add(await openChain({ config: chainConfig, db: db.connection, log, clock }))
  return createServices({
    config,
    db,
    chain,
    vault,
    clock,
    log,
    opened,
    wake: (name) => jobs.get(name)?.wake(),
  })
}

function buildEdge({ config, log, clock, jobs }: World, services: Services, assets: Assets): HttpEdge {
  const metrics = createMetrics(log)
  const { accounts, sessions, items, db } = services
  const routes = routeTable({
    config,
    services,
    assets,
    registry: metrics.registry,
    jobs: () => [...jobs.values()].map((job) => job.health),
    demo: () => demoItems(config, items.reader),
  })
  return buildHttp(routes, {
    authenticator: { byApiKey: accounts.byApiKey, bySession: sessions.read },
    idempotency: idempotencyStore(db.connection),
    limits: memoryRateLimits(config.http.requestsPerMinute),
    clock,
    log,
    errorPage: errorPages(assets),
    trustedProxies: config.http.trustedProxies,
    observe: metrics.observe,
  })
}

async function start(
  { config, log, opened, jobs }: World,
  services: Services,
  http: HttpEdge,
): Promise<number> {
  for (const job of jobsOf(services)) jobs.set(job.name, startJob(job, log))
  opened.add({ close: async () => void (await Promise.all([...jobs.values()].map((job) => job.stop()))) })
  services.webhooks.wakeWith(() => jobs.get(services.webhooks.job.name)?.wake())
  opened.add({ close: services.chain.events.onNews(() => jobs.get(services.screening.job.name)?.wake()) })
  const port = await http.listen(config.http.port, config.http.host)
  opened.add(http)
  return port
}

function jobsOf({ brands, items, screening, enforcement, webhooks }: Services): readonly Job[] {
  return [brands.job, ...items.jobs, screening.job, enforcement.job, webhooks.job]
}
