import { expect } from 'chai'
import type { Hex } from '../../../server/kernel/bytes.ts'
import type {
  ChainCall,
  ChainWrite,
  ChainWriter,
  ChainWriteStatus,
} from '../../../server/kernel/chain-facts.ts'
import { silentLog } from '../../../server/kernel/log.ts'
import { exportPkcs8, generateEs256, importEs256, publicKeyOf } from '../../../server/keys/es256.ts'
import {
  type BrandDeps,
  type BrandStore,
  createBrands,
  type StoredBrand,
} from '../../../server/modules/brands/index.ts'

/*
 * onboarding      submitted step by step · the same again · domain or prefix taken · refused by the chain
 * keys            rotated: pending until on chain, then current; the one before retired on chain
 * reading         by id, chain id and GTIN; no signer before the brand is active
 */
const RELAYER: Hex = `0x${'11'.repeat(20)}`
const COMMAND = { id: 'house.example', name: 'House', prefixes: ['9521234'], trademarks: ['House'] }

function world() {
  const brands = new Map<string, StoredBrand>()
  const writes = new Map<string, { call: ChainCall; status: ChainWriteStatus; code: string | null }>()
  let nowMs = 1_800_000_000_000
  const viewOf = (id: string): ChainWrite | null => {
    const write = writes.get(id)
    const error = write?.code ? { code: write.code, message: write.code } : null
    return write
      ? { id, status: write.status, transactionHash: null, blockNumber: null, gasUsed: null, error }
      : null
  }
  const writer: ChainWriter = {
    async submit(id, call) {
      if (!writes.has(id)) writes.set(id, { call, status: 'planned', code: null })
      return viewOf(id) as ChainWrite
    },
    find: async (id) => viewOf(id),
    settled: async (id) => viewOf(id) as ChainWrite,
  }
  const store: BrandStore = {
    async insert(brand) {
      const taken = [...brands.values()].some(
        (b) => b.id === brand.id || b.prefixes.some((p) => brand.prefixes.includes(p)),
      )
      if (!taken) brands.set(brand.id, brand)
      return !taken
    },
    async replace(brand) {
      if (brands.get(brand.id)?.version !== brand.version) return false
      brands.set(brand.id, { ...brand, version: brand.version + 1 })
      return true
    },
    find: async (id) => brands.get(id) ?? null,
    all: async () => [...brands.values()],
  }
  const deps: BrandDeps = {
    store,
    writer,
    log: silentLog,
    relayer: RELAYER,
    clock: { nowMs: () => nowMs },
    smith: {
      async make() {
        const { kid, thumbprint, publicJwk, privateKey } = await generateEs256()
        return { kid, thumbprint, publicJwk, sealed: exportPkcs8(privateKey) }
      },
      openPrivate: async (sealed) => (await importEs256(sealed)).privateKey,
      publicKey: publicKeyOf,
    },
  }
  const settle = (status: ChainWriteStatus, code: string | null = null) => {
    for (const write of writes.values())
      if (write.status === 'planned') Object.assign(write, { status, code })
  }
  const methods = () => [...writes.values()].map(({ call }) => call.method)
  /** The chain takes in whatever is waiting, until the brands ask for nothing more. */
  const run = async () => {
    for (let turn = 0; turn < 10; turn++) {
      await made.job.run(new AbortController().signal)
      settle('final')
    }
    nowMs += 5_000
  }
  const made = createBrands(deps)
  return { brands, writes, settle, methods, run, ...made }
}

describe('brands', () => {
  it('asks the chain for one step at a time, each after the one before is in a block', async () => {
    const { service, methods, settle, job } = world()
    await service.onboard(COMMAND)
    expect(methods()).to.deep.equal(['registerBrand'])
    await job.run(new AbortController().signal)
    expect(methods()).to.deep.equal(['registerBrand'])
    settle('included')
    await job.run(new AbortController().signal)
    expect(methods()).to.deep.equal(['registerBrand', 'setAnchorer'])
    settle('included')
    await job.run(new AbortController().signal)
    expect(methods()).to.deep.equal(['registerBrand', 'setAnchorer', 'registerKey'])
  })

  it('is active once every step is final, and not while one may still be undone', async () => {
    const { service, settle, run, job, writes } = world()
    await service.onboard(COMMAND)
    for (let turn = 0; turn < 5; turn++) {
      settle('included')
      await job.run(new AbortController().signal)
    }
    expect((await service.get(COMMAND.id)).status).to.equal('pending')
    for (const write of writes.values()) write.status = 'final'
    await run()
    expect(await service.get(COMMAND.id)).to.include({ status: 'active', settled: true })
  })

  it('answers the same brand again, and refuses its domain or prefix to another', async () => {
    const { service, brands } = world()
    const first = await service.onboard(COMMAND)
    expect((await service.onboard(COMMAND)).keys[0]?.kid).to.equal(first.keys[0]?.kid)
    expect(brands.size).to.equal(1)
    for (const other of [
      { ...COMMAND, name: 'Other' },
      { ...COMMAND, id: 'other.example' },
    ]) {
      const error = await service.onboard(other).catch((e: unknown) => e)
      expect(error).to.include({ code: 'brand.already_registered' })
      expect(error).to.have.deep.property('data', { id: other.id, prefixes: ['9521234'] })
    }
  })

  it('says why the chain refused it, and asks for nothing more', async () => {
    const { service, settle, job, methods } = world()
    await service.onboard(COMMAND)
    settle('failed', 'chain.brand_registry_prefix_taken')
    await job.run(new AbortController().signal)
    await job.run(new AbortController().signal)
    expect(await service.get(COMMAND.id)).to.include({
      status: 'failed',
      failure: 'chain.brand_registry_prefix_taken',
    })
    expect(methods()).to.deep.equal(['registerBrand'])
  })

  it('signs with a rotated key only when the chain has it, and retires the one before on chain', async () => {
    const { service, signer, run, methods } = world()
    await service.onboard(COMMAND)
    await run()
    const old = await signer.current(COMMAND.id)
    const rotated = await service.rotateKey(COMMAND.id)
    expect(rotated.status).to.equal('pending')
    expect((await signer.current(COMMAND.id)).key.kid).to.equal(old.key.kid)
    await run()
    expect((await signer.current(COMMAND.id)).key.kid).to.equal(rotated.kid)
    expect((await service.get(COMMAND.id)).keys.map((k) => k.status)).to.deep.equal(['retired', 'current'])
    expect(methods()).to.deep.equal([
      'registerBrand',
      'setAnchorer',
      'registerKey',
      'registerKey',
      'retireKey',
    ])
  })

  it('finds a brand by id, chain id and GTIN, keeps its retired keys, and knows no others', async () => {
    const { service, reader, run } = world()
    await service.onboard(COMMAND)
    await run()
    const brand = await reader.byId(COMMAND.id)
    expect(brand).to.include({ did: 'did:web:house.example', status: 'active' })
    expect(await reader.byChainId(brand?.chainId ?? '0x')).to.equal(brand)
    expect(await reader.byGtin('09521234001157')).to.equal(brand)
    expect(await reader.byGtin('04012345678901')).to.equal(null)
    await service.rotateKey(COMMAND.id)
    await run()
    expect((await reader.keys(COMMAND.id)).map((k) => k.status)).to.have.members(['current', 'retired'])
    expect(await reader.key('nonsense')).to.equal(null)
  })

  it('has no signer for a brand that is not active, and no brand for an unknown id', async () => {
    const { service, signer } = world()
    await service.onboard(COMMAND)
    expect(await signer.current(COMMAND.id).catch((e: unknown) => e)).to.include({ code: 'brand.not_ready' })
    expect(await service.get('nobody.example').catch((e: unknown) => e)).to.include({
      code: 'brand.not_found',
    })
  })
})
