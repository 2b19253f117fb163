import type { KeyObject } from 'node:crypto'
import type { Hex } from '../../kernel/bytes.ts'
import { AppError } from '../../kernel/errors.ts'
import { gtinHasPrefix } from '../../kernel/gs1.ts'
import { didOf } from './brands.service.ts'
import type { BrandDeps, StoredBrand, StoredKey } from './ports.ts'
import type { Brand, BrandKey, BrandReader, BrandSigner } from './types.ts'

/** Brands are few and change seldom; what the chain says of them is read anew for every verdict. */
const CACHE_MS = 1_000

type Directory = {
  readonly untilMs: number
  readonly byId: ReadonlyMap<string, Brand>
  readonly stored: ReadonlyMap<string, StoredBrand>
  readonly byChainId: ReadonlyMap<Hex, Brand>
  readonly keys: ReadonlyMap<string, BrandKey>
}

/** Reads over all brands, from a copy in memory that is at most a second old. */
export function createBrandReader(
  deps: Pick<BrandDeps, 'store' | 'smith' | 'clock'>,
): BrandReader & BrandSigner {
  let directory: Directory | null = null
  let loading: Promise<Directory> | null = null
  const privateKeys = new Map<string, KeyObject>()
  const load = async (): Promise<Directory> => {
    directory = directoryOf(await deps.store.all(), deps, directory)
    return directory
  }
  const current = (): Promise<Directory> => {
    if (directory && directory.untilMs > deps.clock.nowMs()) return Promise.resolve(directory)
    loading ??= load().finally(() => {
      loading = null
    })
    return loading
  }
  return {
    byId: async (id) => (await current()).byId.get(id) ?? null,
    byChainId: async (chainId) => (await current()).byChainId.get(chainId) ?? null,
    byGtin: async (gtin) =>
      [...(await current()).byId.values()].find((b) => b.prefixes.some((p) => gtinHasPrefix(gtin, p))) ??
      null,
    all: async () => [...(await current()).byId.values()],
    key: async (kid) => (await current()).keys.get(kid) ?? null,
    keys: async (brandId) =>
      [...(await current()).keys.values()].filter((k) => k.brandId === brandId).reverse(),
    async current(brandId) {
      const known = await current()
      const brand = known.stored.get(brandId) ?? (await deps.store.find(brandId))
      const key = brand?.keys.findLast((k) => k.status === 'current')
      if (!brand || !key || brand.status !== 'active') {
        throw new AppError('brand.not_ready', 'the brand is not active on chain yet, or was suspended', {
          brandId,
        })
      }
      const privateKey = privateKeys.get(key.kid) ?? (await deps.smith.openPrivate(key.sealed))
      privateKeys.set(key.kid, privateKey)
      return { key: publicKeyOf(brand.id, key, deps, known), privateKey }
    },
  }
}

function directoryOf(
  brands: readonly StoredBrand[],
  deps: Pick<BrandDeps, 'smith' | 'clock'>,
  before: Directory | null,
): Directory {
  const listed = brands.filter((b) => b.status !== 'failed').map(brandOf)
  const keys = brands.flatMap((b) =>
    b.keys.filter((k) => k.status !== 'pending').map((k) => publicKeyOf(b.id, k, deps, before)),
  )
  return {
    untilMs: deps.clock.nowMs() + CACHE_MS,
    byId: new Map(listed.map((b) => [b.id, b])),
    stored: new Map(brands.map((b) => [b.id, b])),
    byChainId: new Map(listed.map((b) => [b.chainId, b])),
    keys: new Map(keys.map((k) => [k.kid, k])),
  }
}

/** A key as others see it; the parsed key object is kept from one copy of the directory to the next. */
function publicKeyOf(
  brandId: string,
  key: StoredKey,
  deps: Pick<BrandDeps, 'smith'>,
  before: Directory | null,
): BrandKey {
  const { sealed: _sealed, status, ...rest } = key
  const publicKey = before?.keys.get(key.kid)?.publicKey ?? deps.smith.publicKey(key.publicJwk)
  return { ...rest, brandId, publicKey, status: status === 'pending' ? 'current' : status }
}

/** The public face of a stored brand. */
export function brandOf(stored: StoredBrand): Brand {
  const { id, name, chainId, prefixes, trademarks, createdAtMs } = stored
  const status = stored.status === 'failed' ? 'pending' : stored.status
  return { id, name, chainId, did: didOf(id), prefixes, trademarks, status, createdAtMs }
}
