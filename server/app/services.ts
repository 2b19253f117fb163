import { availableParallelism } from 'node:os'
import type { Chain } from '../chain/index.ts'
import type { Config } from '../config/config.ts'
import type { Db } from '../db/connection.ts'
import type { Hex } from '../kernel/bytes.ts'
import type { Clock } from '../kernel/clock.ts'
import type { CloseStack } from '../kernel/close-stack.ts'
import type { Logger } from '../kernel/log.ts'
import { accountStore } from '../keys/account.store.ts'
import { type Accounts, createAccounts } from '../keys/accounts.ts'
import { exportPkcs8, generateEs256, importEs256, publicKeyOf } from '../keys/es256.ts'
import { type GatewayKeys, gatewayKeys } from '../keys/gateway-key.store.ts'
import { receiptSigner } from '../keys/receipts.ts'
import { createSessions, type Sessions } from '../keys/sessions.ts'
import type { Vault } from '../keys/vault.ts'
import { brandStore } from '../modules/brands/brand.store.ts'
import { type Brands, createBrands, type KeySmith } from '../modules/brands/index.ts'
import { startMint, verifyCertificate } from '../modules/certificates/index.ts'
import { caseStore } from '../modules/enforcement/case.store.ts'
import { createEnforcement, type EnforcementModule } from '../modules/enforcement/index.ts'
import { batchStore } from '../modules/items/batch.store.ts'
import { batchChunkStore } from '../modules/items/batch-chunk.store.ts'
import { createItems, type Items, startItemWorkers } from '../modules/items/index.ts'
import { itemStore } from '../modules/items/item.store.ts'
import { merklePageStore } from '../modules/items/merkle-page.store.ts'
import { modelPriceStore } from '../modules/items/model-price.store.ts'
import { actStore } from '../modules/ownership/act.store.ts'
import { challengeStore } from '../modules/ownership/challenge.store.ts'
import { gasBudgetStore } from '../modules/ownership/gas-budget.store.ts'
import { createOwnership, type Ownership } from '../modules/ownership/index.ts'
import { ownedItemStore } from '../modules/ownership/owned-item.store.ts'
import { permitStore } from '../modules/ownership/permit.store.ts'
import { createScreening, type ScreeningModule } from '../modules/screening/index.ts'
import { feedCursor, listingStore } from '../modules/screening/listing.store.ts'
import {
  createTags,
  createVerification,
  type Tags,
  type Verification,
} from '../modules/verification/index.ts'
import { scanStore } from '../modules/verification/scan.store.ts'
import { tagKeySetStore, tagStore } from '../modules/verification/tags/tag.store.ts'
import { createOutbound, createWebhooks, type WebhookModule } from '../webhooks/index.ts'
import { deliveryStore, endpointStore } from '../webhooks/webhook.store.ts'
import { offersOf, permitReader } from './offers.ts'

/** Everything the service can do, before it is put behind HTTP. */
export type Services = {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly receiptKeys: GatewayKeys
  readonly brands: Brands
  readonly items: Items
  readonly ownership: Ownership
  readonly tags: Tags
  readonly verification: Verification
  readonly screening: ScreeningModule
  readonly enforcement: EnforcementModule
  readonly webhooks: WebhookModule
  readonly chain: Chain
  readonly db: Db
}

export type Ground = {
  readonly config: Config
  readonly db: Db
  readonly chain: Chain
  readonly vault: Vault
  readonly clock: Clock
  readonly log: Logger
  readonly opened: CloseStack
  /** Runs a background job soon. */
  readonly wake: (job: string) => void
}

const NOBODY: Hex = `0x${'0'.repeat(40)}`
/** The main thread answers requests; minting takes the other cores, and one where there is only one. */
const MINT_THREADS_MAX = 4

/** Wires the modules, from left to right: brands, items, certificates, verification, screening, enforcement. */
export async function createServices(ground: Ground): Promise<Services> {
  const { db, clock, vault, chain, log, config } = ground
  const store = db.connection
  const accounts = createAccounts(accountStore(store), clock)
  const receiptKeys = await gatewayKeys(store, vault, clock, 'receipt')
  const sessionKeys = await gatewayKeys(store, vault, clock, 'session')
  const sessions = createSessions(sessionKeys, config.http.publicUrl, clock)
  const relayer = chain.relayer ?? NOBODY
  const brands = createBrands({
    store: brandStore(store),
    writer: chain.writer,
    smith: keySmith(vault),
    clock,
    log,
    relayer,
  })
  const webhooks = webhooksOf(ground, store)
  const items = createItems({ ...itemDeps(ground, brands, store), anchored: tellAnchored(webhooks) })
  const ownership = createOwnership({
    items: items.reader,
    brands: brands.reader,
    chain: chain.ownership,
    writer: chain.writer,
    acts: actStore(store),
    challenges: challengeStore(store),
    permits: permitStore(store),
    owned: ownedItemStore(store),
    offers: offersOf(listingStore(store), async (key) => (await verification.assess({ key })).verdict),
    budgets: gasBudgetStore(store),
    limits: config.gasADay,
    clock,
    log,
    pseudonymKey: vault.secret('gas-pseudonyms'),
  })
  const tags = createTags({
    tags: tagStore(store),
    keySets: tagKeySetStore(store),
    secrets: vault,
    items: items.reader,
    clock,
    log,
  })
  const verification = createVerification({
    brands: brands.reader,
    items: items.reader,
    chain: chain.reader,
    signatures: { verify: verifyCertificate },
    receipts: receiptSigner(receiptKeys),
    scans: scanStore(store),
    tags: tags.reader,
    holders: ownership.challenges,
    clock,
    log,
    publicUrl: config.http.publicUrl,
    pseudonymKey: vault.secret('scan-pseudonyms'),
    contracts: () => contractsOf(chain),
  })
  const enforcement = createEnforcement({
    cases: caseStore(store),
    tell: webhooks.service.enqueue,
    brands: brands.reader,
    clock,
    log,
  })
  const screening = createScreening({
    brands: brands.reader,
    items: items.reader,
    assessor: { assess: (subject) => verification.assess(subject) },
    permits: permitReader(ownership.permits),
    owned: ownership.owned,
    listings: listingStore(store),
    cursor: feedCursor(store, 'screening'),
    events: chain.events,
    effects: enforcement.service.effects,
    clock,
    log,
  })
  return {
    accounts,
    sessions,
    receiptKeys,
    brands,
    items,
    ownership,
    tags,
    verification,
    screening,
    enforcement,
    webhooks,
    chain,
    db,
  }
}

function itemDeps(
  { config, chain, vault, clock, log, opened, wake }: Ground,
  brands: Brands,
  store: Db['connection'],
): Omit<Parameters<typeof createItems>[0], 'anchored'> {
  const { publicUrl } = config.http
  const workers = opened.add(startItemWorkers())
  const threads = Math.min(MINT_THREADS_MAX, Math.max(1, availableParallelism()))
  return {
    batches: batchStore(store),
    chunks: batchChunkStore(store),
    items: itemStore(store),
    pages: merklePageStore(store),
    prices: modelPriceStore(store),
    brands: brands.reader,
    signer: brands.signer,
    mint: opened.add(startMint({ publicUrl, threads })),
    importer: workers.importer,
    trees: workers.trees,
    secrets: vault,
    writer: chain.writer,
    clock,
    log,
    wake,
    publicUrl,
  }
}

function webhooksOf({ config, clock, log, vault, opened }: Ground, store: Db['connection']): WebhookModule {
  const policy = { allowLoopback: !config.production }
  return createWebhooks({
    endpoints: endpointStore(store),
    deliveries: deliveryStore(store),
    outbound: opened.add(createOutbound(policy)),
    secrets: vault,
    policy,
    clock,
    log,
    random: Math.random,
  })
}

/** The brand hears of its batch under an id made of the batch's own, so that it hears once. */
function tellAnchored(webhooks: WebhookModule): Parameters<typeof createItems>[0]['anchored'] {
  return ({ id, brandId, total, root, transactionHash, atMs }) =>
    webhooks.service.enqueue({
      id: `evt_${id}_anchored`,
      accountKind: 'brand',
      accountId: brandId,
      type: 'batch.anchored',
      data: { batchId: id, status: 'anchored', total, root, transactionHash },
      atMs,
    })
}

function keySmith(vault: Vault): KeySmith {
  const PURPOSE = 'brand-key'
  return {
    async make() {
      const { kid, thumbprint, publicJwk, privateKey } = await generateEs256()
      return { kid, thumbprint, publicJwk, sealed: vault.seal(PURPOSE, exportPkcs8(privateKey)) }
    },
    openPrivate: async (sealed) => (await importEs256(vault.open(PURPOSE, sealed))).privateKey,
    publicKey: publicKeyOf,
  }
}

function contractsOf(chain: Chain): { chainId: number; brandRegistry: string; itemRegistry: string } | null {
  try {
    const { chainId, addresses } = chain.deployment()
    return { chainId, brandRegistry: addresses.BrandRegistry, itemRegistry: addresses.ItemRegistry }
  } catch {
    return null
  }
}
