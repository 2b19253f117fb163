import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDb, ready } from '../../server/db/connection.ts'
import { idempotencyModel } from '../../server/http/idempotency.model.ts'
import { idempotencyStore } from '../../server/http/idempotency.store.ts'
import { memoryRateLimits } from '../../server/http/limits.ts'
import type { Caller } from '../../server/http/route.ts'
import { buildHttp } from '../../server/http/server.ts'
import { digitalLinkPath, type ItemKey } from '../../server/kernel/gs1.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { createVault } from '../../server/keys/vault.ts'
import { createTags, createVerification } from '../../server/modules/verification/index.ts'
import { scanModel } from '../../server/modules/verification/scan.model.ts'
import { scanStore } from '../../server/modules/verification/scan.store.ts'
import type { ChipMode } from '../../server/modules/verification/tags/sun-crypto.ts'
import { tagKeySetModel, tagModel } from '../../server/modules/verification/tags/tag.model.ts'
import { tagKeySetStore, tagStore } from '../../server/modules/verification/tags/tag.store.ts'
import { tagRoutes } from '../../server/modules/verification/tags/tags.routes.ts'
import { verdictModel } from '../../server/modules/verification/verdict.model.ts'
import { verificationRoutes } from '../../server/modules/verification/verification.routes.ts'
import { resolverRoutes } from '../../server/web/resolver.routes.ts'
import { randomUid, type TestChip, testChip } from '../support/chips.ts'
import { keyOf, makeWorld, PUBLIC_URL } from '../unit/verification/world.ts'

export const BRAND = 'ck_brand_MAISON'
export const OTHER_BRAND = 'ck_brand_AUTRE'
export const MARKET = 'ck_marketplace_SHOP'

const CALLERS: Readonly<Record<string, Caller>> = {
  [BRAND]: { kind: 'brand', id: 'maison-exemple.com', name: 'Maison Exemple' },
  [OTHER_BRAND]: { kind: 'brand', id: 'autre.example', name: 'Autre' },
  [MARKET]: { kind: 'marketplace', id: 'bazaar', name: 'Bazaar' },
}

export type Answer = {
  readonly status: number
  readonly json: Record<string, unknown>
  readonly headers: Headers
}
type Given = { readonly key?: string; readonly body?: unknown; readonly headers?: Record<string, string> }

/** Chips and scans over real HTTP on the embedded store; the chain and the items are stood in for. */
export async function tagsFixture(options: { items?: number } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'cachet-tags-'))
  const db = await openDb({ dataDir, log: silentLog })
  const c = db.connection
  const models = [tagModel(c), tagKeySetModel(c), scanModel(c), verdictModel(c), idempotencyModel(c)]
  await ready(models as never[])
  const world = await makeWorld(options)
  let nowMs = world.deps.clock.nowMs()
  const clock = { nowMs: () => nowMs }
  const errors: string[] = []
  const log = { ...silentLog, error: (_data: unknown, message: string) => void errors.push(message) }
  const store = tagStore(c)
  const tags = createTags({
    tags: store,
    keySets: tagKeySetStore(c),
    secrets: createVault(Buffer.alloc(32, 5)),
    items: world.deps.items,
    clock,
    log,
  })
  const verification = createVerification({
    ...world.deps,
    clock,
    log,
    scans: scanStore(c),
    tags: tags.reader,
  })
  const routes = [
    ...verificationRoutes(verification),
    ...tagRoutes(tags, { publicUrl: PUBLIC_URL }),
    ...resolverRoutes({
      items: world.deps.items,
      verification,
      publicUrl: PUBLIC_URL,
      verdictPage: (verdict) => ({ status: 200, text: JSON.stringify(verdict) }),
    }),
  ]
  const edge = buildHttp(routes, {
    authenticator: { byApiKey: async (key) => CALLERS[key] ?? null, bySession: async () => null },
    idempotency: idempotencyStore(c),
    limits: memoryRateLimits({ public: 0, account: 0 }),
    clock,
    log,
    errorPage: null,
    trustedProxies: 0,
    observe: (_req, _res, next) => next(),
  })
  const base = `http://127.0.0.1:${await edge.listen(0, '127.0.0.1')}`
  const call = (method: string, path: string, given: Given = {}) => send(`${base}${path}`, method, given)
  const keyAt = (index: number): ItemKey => keyOf(world.houses[0]!.records[index]!)
  return {
    base,
    world,
    tags,
    store,
    errors,
    call,
    keyAt,
    /** How many scans are recorded. */
    scans: () => scanModel(c).countDocuments({}),
    keySets: () => tagKeySetModel(c).find({}).lean(),
    pass(ms: number): void {
      nowMs += ms
    },
    /** Binds a new chip to an item by the API, and has it written. */
    async chip(
      index: number,
      { mode = 'aes', seal = null }: { mode?: ChipMode; seal?: string | null } = {},
    ): Promise<TestChip> {
      const key = keyAt(index)
      const uid = randomUid()
      const path = itemPath(key)
      const body = { uid, mode, seal: seal !== null, reason: 'first fitting' }
      const bound = await call('POST', path, { key: BRAND, body })
      if (bound.status !== 201) throw new Error(JSON.stringify(bound.json))
      const given = await call('POST', `${path}/${uid}/encodings`, {
        key: BRAND,
        body: { reason: 'writing' },
      })
      if (given.status !== 200) throw new Error(JSON.stringify(given.json))
      return testChip({ uid, key, mode, seal }, given.json['keys'] as string[])
    },
    /** A scan with a chip's message by the API. */
    tap: (key: ItemKey, sun: string, tapSession?: string) =>
      call('POST', '/v1/verifications', { body: { ...key, sun, ...(tapSession ? { tapSession } : {}) } }),
    async close() {
      await edge.close()
      await db.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export function itemPath(key: ItemKey): string {
  return `/v1/items/${key.gtin}/${key.serial}/tags`
}

export function tapPath(key: ItemKey, sun: string): string {
  return `${digitalLinkPath(key)}?${sun}`
}

/** What an answer says of the chip. */
export function tagFinding({ json }: Answer): [verdict: unknown, assurance: unknown, result: unknown] {
  const findings = json['findings'] as { check: string; result: string }[]
  return [json['verdict'], json['assurance'], findings.find((f) => f.check === 'tag')?.result]
}

export function sessionOf({ json }: Answer): string {
  return (json['tap'] as { session: string }).session
}

async function send(url: string, method: string, { key, body, headers }: Given): Promise<Answer> {
  const response = await fetch(url, {
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
