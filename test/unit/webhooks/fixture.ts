import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDb, ready } from '../../../server/db/connection.ts'
import { silentLog } from '../../../server/kernel/log.ts'
import { createVault } from '../../../server/keys/vault.ts'
import {
  createOutbound,
  createWebhooks,
  type WebhookDeps,
  type WebhookEvent,
} from '../../../server/webhooks/index.ts'
import { deliveryModel, endpointModel } from '../../../server/webhooks/webhook.model.ts'
import { deliveryStore, endpointStore } from '../../../server/webhooks/webhook.store.ts'

/** Webhooks on a real store in a folder of their own, with a clock that stands still until it is moved. */
export async function webhooksFixture() {
  const dataDir = await mkdtemp(join(tmpdir(), 'cachet-webhooks-'))
  const db = await openDb({ dataDir, log: silentLog })
  await ready([endpointModel(db.connection), deliveryModel(db.connection)] as never[])
  const time = { nowMs: Math.floor(performance.timeOrigin + performance.now()) }
  const policy = { allowLoopback: true }
  const outbound = createOutbound(policy)
  const deps: WebhookDeps = {
    endpoints: endpointStore(db.connection),
    deliveries: deliveryStore(db.connection),
    outbound,
    secrets: createVault(Buffer.alloc(32, 7)),
    policy,
    clock: { nowMs: () => time.nowMs },
    log: silentLog,
    random: () => 0,
  }
  const webhooks = createWebhooks(deps)
  return {
    ...webhooks,
    deps,
    time,
    /** One pass of the job: everything that is due now. */
    deliverDue: () => webhooks.job.run(new AbortController().signal),
    async close() {
      await outbound.close()
      await db.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export const SHOP = { kind: 'marketplace', id: 'bazaar' } as const

export function event(given: Partial<WebhookEvent> = {}): WebhookEvent {
  const base = {
    id: 'evt_1',
    accountKind: SHOP.kind,
    accountId: SHOP.id,
    type: 'listing.taken_down' as const,
  }
  return { ...base, data: { externalId: 'L-1', text: 'Émeraude 翡翠包' }, atMs: 1_790_000_000_000, ...given }
}
