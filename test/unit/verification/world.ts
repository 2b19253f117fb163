import { randomBytes } from 'node:crypto'
import { type Hex, hexOf } from '../../../server/kernel/bytes.ts'
import type { ChainReader, ItemChainState, ItemQuery } from '../../../server/kernel/chain-facts.ts'
import { keccak256 } from '../../../server/kernel/digest.ts'
import { AppError } from '../../../server/kernel/errors.ts'
import { type ItemKey, parseGtin, parseSerial } from '../../../server/kernel/gs1.ts'
import { type Logger, silentLog } from '../../../server/kernel/log.ts'
import { type Es256Key, generateEs256 } from '../../../server/keys/es256.ts'
import { receiptSigner } from '../../../server/keys/receipts.ts'
import type { Brand, BrandKey, BrandReader } from '../../../server/modules/brands/types.ts'
import { verifyCertificate } from '../../../server/modules/certificates/index.ts'
import { mintItems } from '../../../server/modules/certificates/mint.ts'
import {
  buildTree,
  HASH_BYTES,
  nodeAt,
  rootOf,
  siblingPositions,
} from '../../../server/modules/items/merkle.ts'
import type {
  BatchStatus,
  ItemFacts,
  ItemReader,
  ItemRecord,
  MerkleProof,
} from '../../../server/modules/items/types.ts'
import type {
  ScanStore,
  StoredScan,
  StoredVerdict,
  VerificationDeps,
} from '../../../server/modules/verification/ports.ts'

export const NOW_MS = Date.UTC(2026, 10, 23, 12)
export const PUBLIC_URL = 'https://scan.cachet.example'
export const ANCHORED_AT_UNIX = NOW_MS / 1000 - 3_600

/** A brand, its key, and a batch of its items with their tree: what a test asks about. */
export type House = {
  readonly brand: Brand
  readonly key: Es256Key
  readonly brandKey: BrandKey
  readonly records: ItemRecord[]
  readonly proofs: MerkleProof[]
}

/** A small world in memory whose every part a test may break. */
export type World = {
  readonly houses: readonly House[]
  readonly deps: VerificationDeps
  /** Changes to what the chain says, by leaf index of the house's batch. */
  readonly chain: { down: boolean; calls: ItemQuery[][]; over: Map<string, Partial<ItemChainState>> }
  readonly store: { down: boolean; status: BatchStatus; treeless: boolean }
  readonly kept: { verdicts: Map<string, StoredVerdict>; scans: Map<string, StoredScan> }
  readonly errors: string[]
  readonly receiptKey: Es256Key
}

const GTIN_OF: Record<string, string> = {
  'maison-exemple.com': '09506000134352',
  'autre.example': '04006381333931',
}

export async function makeWorld(options: { items?: number } = {}): Promise<World> {
  const houses = [
    await makeHouse('maison-exemple.com', '950600', options.items ?? 5),
    await makeHouse('autre.example', '400638', 3),
  ]
  const chain: World['chain'] = { down: false, calls: [], over: new Map() }
  const store: World['store'] = { down: false, status: 'anchored', treeless: false }
  const kept: World['kept'] = { verdicts: new Map(), scans: new Map() }
  const errors: string[] = []
  const receiptKey = await generateEs256()
  const deps: VerificationDeps = {
    brands: brandReader(houses),
    items: itemReader(houses, store),
    chain: chainReader(houses, chain),
    signatures: { verify: verifyCertificate },
    receipts: receiptSigner({
      current: receiptKey,
      publicJwks: [{ ...receiptKey.publicJwk, kid: receiptKey.kid, alg: 'ES256', use: 'sig' }],
    }),
    scans: scanStore(kept),
    tags: { read: async () => ({ kind: 'not_bound' }) },
    holders: {
      take: async ({ id }) => {
        throw new AppError('ownership.challenge_not_found', 'there is none', { id })
      },
    },
    clock: { nowMs: () => NOW_MS },
    log: countingLog(errors),
    publicUrl: PUBLIC_URL,
    pseudonymKey: Buffer.alloc(32, 7),
    contracts: () => ({
      chainId: 31337,
      brandRegistry: `0x${'11'.repeat(20)}`,
      itemRegistry: `0x${'22'.repeat(20)}`,
    }),
  }
  return { houses, deps, chain, store, kept, errors, receiptKey }
}

export function keyOf(record: ItemRecord): ItemKey {
  return { gtin: record.gtin, serial: record.serial }
}

/** The house of Maison Exemple, and one of its items. */
export function firstItem(world: World, index = 0): { house: House; record: ItemRecord } {
  const house = world.houses[0]
  const record = house?.records[index]
  if (!house || !record) throw new TypeError('the world has no such item')
  return { house, record }
}

async function makeHouse(domain: string, prefix: string, items: number): Promise<House> {
  const key = await generateEs256()
  const name = domain === 'maison-exemple.com' ? 'Maison Exemple' : 'Autre'
  const brand: Brand = {
    id: domain,
    name,
    chainId: hexOf(keccak256(Buffer.from(domain))),
    did: `did:web:${domain}`,
    prefixes: [prefix],
    trademarks: [],
    status: 'active',
    createdAtMs: NOW_MS - 1e9,
  }
  const { kid, thumbprint, publicJwk, publicKey } = key
  const brandKey: BrandKey = {
    brandId: domain,
    kid,
    thumbprint,
    publicJwk,
    publicKey,
    status: 'current',
    createdAtMs: 0,
  }
  return { brand, key, brandKey, ...mintBatch(brand, key, items) }
}

function mintBatch(brand: Brand, key: Es256Key, count: number): Pick<House, 'records' | 'proofs'> {
  const batchId = `bat_${brand.id}`
  const rows = Array.from({ length: count }, (_, i) => factsOf(brand.id, i))
  const { items, leaves } = mintItems({
    brand,
    batch: {
      id: batchId,
      total: count,
      createdAtMs: NOW_MS - 7.2e6,
      secret: randomBytes(32),
      statusKey: randomBytes(16),
    },
    firstIndex: 0,
    rows,
    salts: randomBytes(16 * count),
    publicUrl: PUBLIC_URL,
    kid: key.kid,
    privateKey: key.privateKey,
  })
  const tree = buildTree(leaves)
  const records = items.map(({ facts, ...item }) => ({
    ...facts,
    ...item,
    brandId: brand.id,
    batchId,
    registeredAtMs: NOW_MS - 7.2e6,
  }))
  const proofs = records.map(({ index }) => ({
    root: rootOf(tree),
    index,
    leafCount: leaves.length / HASH_BYTES,
    siblings: siblingsOf(tree, count, index),
  }))
  return { records, proofs }
}

function siblingsOf(tree: Buffer, count: number, index: number): Hex[] {
  return siblingPositions(count, index).map((position) => hexOf(nodeAt(tree, position)))
}

function factsOf(domain: string, i: number): ItemFacts {
  return {
    gtin: parseGtin(GTIN_OF[domain] ?? ''),
    serial: parseSerial(`7QK${String(i).padStart(13, '0')}`),
    model: 'Exemple No. 5',
    category: 'bag',
    colour: 'noir',
    materials: 'calfskin',
    countryOfProduction: 'FR',
    productionDate: '2026-01-04',
    facility: null,
    currency: 'EUR',
    retailPrice: '690.00',
  }
}

function brandReader(houses: readonly House[]): BrandReader {
  const brandOf = (test: (brand: Brand) => boolean) => houses.find((h) => test(h.brand))?.brand ?? null
  return {
    byId: async (id) => brandOf((b) => b.id === id),
    byChainId: async (chainId) => brandOf((b) => b.chainId === chainId),
    byGtin: async (gtin) => brandOf((b) => b.prefixes.some((p) => gtin.startsWith(p, 1))),
    all: async () => houses.map((h) => h.brand),
    key: async (kid) => houses.find((h) => h.key.kid === kid)?.brandKey ?? null,
    keys: async (brandId) => houses.filter((h) => h.brand.id === brandId).map((h) => h.brandKey),
  }
}

function itemReader(houses: readonly House[], store: World['store']): ItemReader {
  const up = () => {
    if (store.down) throw new Error('connection lost')
  }
  return {
    async find({ gtin, serial }) {
      up()
      return houses.flatMap((h) => h.records).find((r) => r.gtin === gtin && r.serial === serial) ?? null
    },
    async proof({ batchId, index }) {
      up()
      if (store.treeless) return null
      return houses.find((h) => h.records[0]?.batchId === batchId)?.proofs[index] ?? null
    },
    byLeaves: async () => [],
    async batch(id) {
      const total = houses.flatMap((h) => h.records).filter((r) => r.batchId === id).length
      const nothing = { root: null, transactionHash: null, gasUsed: null, errors: [], anchoredAtMs: null }
      return { id, brandId: '', status: store.status, total, done: total, createdAtMs: NOW_MS, ...nothing }
    },
    retailPrices: async () => [],
  }
}

export const AT = {
  chainId: 31337,
  blockNumber: 123,
  blockHash: `0x${'ab'.repeat(32)}` as const,
  timeUnix: NOW_MS / 1000,
}

function chainReader(houses: readonly House[], chain: World['chain']): ChainReader {
  const stateOf = ({ root, index, thumbprint, tokenId }: ItemQuery): ItemChainState => {
    const house = houses.find((h) => h.proofs[0]?.root === root)
    const place = {
      blockNumber: 100,
      confirmations: 24,
      final: true,
      anchoredAtUnix: ANCHORED_AT_UNIX,
      kind: 'items',
    } as const
    const anchor = house ? { ...place, brandId: house.brand.chainId, leafCount: house.records.length } : null
    const registered = house?.key.thumbprint === thumbprint
    const key = registered
      ? { validFromUnix: ANCHORED_AT_UNIX - 86_400, validUntilUnix: null, compromisedAtUnix: null }
      : null
    return {
      anchor,
      revoked: false,
      recalled: false,
      key,
      brandSuspendedAtUnix: null,
      ownership: tokenId === undefined ? null : { claimed: false },
      ...chain.over.get(`${root}:${index}`),
    }
  }
  return {
    async itemStates(queries) {
      chain.calls.push([...queries])
      if (chain.down) throw new AppError('chain.unreachable', 'no answer')
      return { at: AT, states: queries.map(stateOf) }
    },
    head: async () => AT,
  }
}

function scanStore(kept: World['kept']): ScanStore {
  return {
    async insert(entries) {
      for (const { verdict, scan } of entries) {
        kept.verdicts.set(verdict.id, verdict)
        kept.scans.set(scan.id, scan)
      }
    },
    find: async (id) => kept.verdicts.get(id) ?? null,
  }
}

function countingLog(errors: string[]): Logger {
  return { ...silentLog, error: (_data, message) => void errors.push(message) }
}
