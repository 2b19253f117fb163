import type { ChainWriter } from '../../kernel/chain-facts.ts'
import { pause } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { brandChainId } from './brand-chain-id.ts'
import { chainSteps } from './onboarding.ts'
import type { BrandDeps, StoredBrand, StoredKey } from './ports.ts'

export type OnboardCommand = {
  /** Domain in lower case: the brand's id. */
  readonly id: string
  readonly name: string
  readonly prefixes: readonly string[]
  readonly trademarks: readonly string[]
}

export type BrandService = {
  onboard(command: OnboardCommand): Promise<StoredBrand>
  get(id: string): Promise<StoredBrand>
  /** Makes a new certificate key; it signs once the chain has it, and the one before is retired. */
  rotateKey(id: string): Promise<StoredKey>
  /** Waits until onboarding ended one way or the other, at most waitMs. */
  whenReady(id: string, waitMs: number): Promise<StoredBrand>
  /** Takes every brand one step further towards what it asks of the chain; a job calls it. */
  advanceAll(): Promise<void>
}

const POLL_MS = 50
const CHANGE_ATTEMPTS_MAX = 5

export function createBrandService(deps: BrandDeps): BrandService {
  const get = async (id: string): Promise<StoredBrand> => {
    const brand = await deps.store.find(id)
    if (brand) return brand
    throw new AppError('brand.not_found', 'no brand has this id', { id })
  }
  return {
    get,
    async onboard(command) {
      const brand = newBrand(command, await newKey(deps, 'current'), deps.clock.nowMs())
      if (!(await deps.store.insert(brand))) return existing(deps, command)
      deps.log.info({ brandId: brand.id }, 'brand onboarded')
      await advance(deps, brand)
      return brand
    },
    async rotateKey(id) {
      const key = await newKey(deps, 'pending')
      await change(deps, id, (brand) => ({ ...brand, settled: false, keys: [...brand.keys, key] }))
      deps.log.info({ brandId: id, kid: key.kid }, 'certificate key made')
      return key
    },
    async whenReady(id, waitMs) {
      const untilMs = deps.clock.nowMs() + waitMs
      for (;;) {
        const brand = await get(id)
        if (brand.status !== 'pending' || deps.clock.nowMs() >= untilMs) return brand
        await advance(deps, brand)
        await pause(POLL_MS)
      }
    },
    async advanceAll() {
      for (const brand of await deps.store.all()) if (!brand.settled) await advance(deps, brand)
    },
  }
}

function newBrand(command: OnboardCommand, key: StoredKey, nowMs: number): StoredBrand {
  const chainId = brandChainId(command.id)
  return {
    ...command,
    chainId,
    status: 'pending',
    failure: null,
    settled: false,
    keys: [key],
    createdAtMs: nowMs,
    version: 1,
  }
}

/** Onboarding the same brand again is a repetition; anything else that is taken is an error. */
async function existing(deps: BrandDeps, command: OnboardCommand): Promise<StoredBrand> {
  const found = await deps.store.find(command.id)
  const same = found && found.name === command.name && String(found.prefixes) === String(command.prefixes)
  if (same) return found
  const message = 'the domain or one of the GS1 company prefixes belongs to a brand that is registered'
  throw new AppError('brand.already_registered', message, { id: command.id, prefixes: command.prefixes })
}

async function newKey(deps: BrandDeps, status: StoredKey['status']): Promise<StoredKey> {
  return { ...(await deps.smith.make()), status, createdAtMs: deps.clock.nowMs() }
}

/** Submits the first chain write that is missing once all before it are in a block; settles the status when all are. */
async function advance(deps: BrandDeps, brand: StoredBrand): Promise<void> {
  if (brand.status === 'failed') return
  for (const step of chainSteps(brand, deps.relayer)) {
    const write = (await deps.writer.find(step.id)) ?? (await deps.writer.submit(step.id, step.call))
    if (write.status === 'failed') return fail(deps, brand, write.error?.code ?? 'unknown')
    if (write.status !== 'included' && write.status !== 'final') return
  }
  await settle(deps, brand)
}

async function settle(deps: BrandDeps, brand: StoredBrand): Promise<void> {
  if (
    !(await allFinal(
      deps.writer,
      chainSteps(brand, deps.relayer).map((step) => step.id),
    ))
  )
    return
  const onChain = new Set(brand.keys.map((key) => key.kid))
  await change(deps, brand.id, (now) => {
    const status = now.status === 'pending' ? 'active' : now.status
    const settled = !now.keys.some((key) => key.status === 'pending')
    return { ...now, status, settled, keys: promoted(now.keys, onChain) }
  })
}

/** The newest pending key that the chain has becomes current; the one that was is retired. */
function promoted(keys: readonly StoredKey[], onChain: ReadonlySet<string>): StoredKey[] {
  const next = keys.findLast((key) => key.status === 'pending' && onChain.has(key.kid))
  if (!next) return [...keys]
  return keys.map((key) => {
    if (key === next) return { ...key, status: 'current' }
    const replaced = key.status === 'current' || (key.status === 'pending' && onChain.has(key.kid))
    return replaced ? { ...key, status: 'retired' } : key
  })
}

async function allFinal(writer: ChainWriter, ids: readonly string[]): Promise<boolean> {
  for (const id of ids) if ((await writer.find(id))?.status !== 'final') return false
  return true
}

async function fail(deps: BrandDeps, brand: StoredBrand, failure: string): Promise<void> {
  deps.log.error({ brandId: brand.id, failure }, 'the chain refused a brand')
  if (brand.status === 'pending')
    await change(deps, brand.id, (now) => ({ ...now, status: 'failed', failure, settled: true }))
}

async function change(
  deps: BrandDeps,
  id: string,
  next: (brand: StoredBrand) => StoredBrand,
): Promise<StoredBrand> {
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS_MAX; attempt++) {
    const brand = await deps.store.find(id)
    if (!brand) throw new AppError('brand.not_found', 'no brand has this id', { id })
    const changed = next(brand)
    if (await deps.store.replace(changed)) return changed
  }
  throw new AppError('brand.changed', 'the brand was changed by somebody else at the same time', { id })
}

/** `did:web` of a brand's domain (did:web method specification, section 3.1). */
export const didOf = (brandId: string): string => `did:web:${brandId}`
