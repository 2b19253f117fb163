import { generateKeyPairSync } from 'node:crypto'
import type { Hex } from '../../../server/kernel/bytes.ts'
import type { ChainCall, ChainWrite, ChainWriter } from '../../../server/kernel/chain-facts.ts'
import { AppError } from '../../../server/kernel/errors.ts'
import { silentLog } from '../../../server/kernel/log.ts'
import { createVault } from '../../../server/keys/vault.ts'
import type { Brand, BrandReader, BrandSigner } from '../../../server/modules/brands/index.ts'
import { mintItems } from '../../../server/modules/certificates/mint.ts'
import {
  createItems,
  type Items,
  type ItemsDeps,
  type ItemWorkers,
  type StoredBatch,
  startItemWorkers,
} from '../../../server/modules/items/index.ts'
import { type MemoryStores, memoryStores } from './memory-stores.ts'

export const BRAND: Brand = {
  id: 'maison-exemple.com',
  name: 'Maison Exemple',
  chainId: `0x${'ab'.repeat(32)}`,
  did: 'did:web:maison-exemple.com',
  prefixes: ['9521234'],
  trademarks: [],
  status: 'active',
  createdAtMs: 0,
}
export const PUBLIC_URL = 'https://cachet.test'
export const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })

export type Fixture = {
  readonly items: Items
  readonly stores: MemoryStores
  readonly chain: FakeChain
  /** Replace a part to make the next step fail. */
  readonly deps: { -readonly [K in keyof ItemsDeps]: ItemsDeps[K] }
  submit(text: string | Buffer, idempotencyKey?: string | null): Promise<StoredBatch>
  /** Runs a job once, as the runner would after a wake. */
  run(job: 'batches' | 'anchors' | 'batch-sweep'): Promise<void>
  batch(id: string): Promise<StoredBatch>
}

/** The items module over stores and a chain in memory, with its own worker threads and a mint on this thread. */
export function itemsFixture(workers: ItemWorkers): Fixture {
  const stores = memoryStores()
  const chain = fakeChain()
  const clock = { ms: Date.UTC(2026, 10, 23) }
  const deps: Fixture['deps'] = {
    ...stores,
    brands: { byId: async (id: string) => (id === BRAND.id ? BRAND : null) } as BrandReader,
    signer: {
      current: async () => ({ key: { kid: 'k'.repeat(43) }, privateKey: KEY.privateKey }),
    } as unknown as BrandSigner,
    mint: { mint: async (order, key) => mintItems({ ...order, ...key, publicUrl: PUBLIC_URL }) },
    importer: workers.importer,
    trees: workers.trees,
    secrets: createVault(Buffer.alloc(32, 9)),
    writer: chain.writer,
    clock: { nowMs: () => clock.ms++ },
    log: silentLog,
    wake: () => {},
    anchored: async () => {},
    publicUrl: PUBLIC_URL,
  }
  const items = createItems(deps)
  return {
    items,
    stores,
    chain,
    deps,
    submit: (text, idempotencyKey = null) =>
      items.submission.submit({ brand: BRAND, source: bytesOfText(text), format: 'csv', idempotencyKey }),
    async run(name) {
      await items.jobs.find((job) => job.name === name)?.run(new AbortController().signal)
    },
    async batch(id) {
      const found = await stores.batches.find(id)
      if (!found) throw new Error(`no batch ${id}`)
      return found
    },
  }
}

export { startItemWorkers }

export type FakeChain = {
  readonly writer: ChainWriter
  readonly calls: Map<string, ChainCall>
  /** What becomes of writes from now on; `submitted` never settles. */
  outcome: 'final' | 'failed' | 'submitted'
}

function fakeChain(): FakeChain {
  const calls = new Map<string, ChainCall>()
  const writeOf = (id: string): ChainWrite => {
    const error =
      chain.outcome === 'failed' ? { code: 'chain.brand_suspended', message: 'the brand is suspended' } : null
    return {
      id,
      status: chain.outcome,
      transactionHash: `0x${'cd'.repeat(32)}` as Hex,
      blockNumber: 7,
      gasUsed: 70_000,
      error,
    }
  }
  const chain: FakeChain = {
    calls,
    outcome: 'final',
    writer: {
      async submit(id, call) {
        if (!calls.has(id)) calls.set(id, call)
        return writeOf(id)
      },
      find: async (id) => (calls.has(id) ? writeOf(id) : null),
      async settled(id) {
        if (chain.outcome === 'submitted') throw new AppError('chain.timeout', 'not settled yet')
        return writeOf(id)
      },
    },
  }
  return chain
}

async function* bytesOfText(text: string | Buffer): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text as string)
  for (let i = 0; i < bytes.length; i += 10_000) yield bytes.subarray(i, i + 10_000)
}
