import { expect } from 'chai'
import type { FinalBlock } from '../../server/chain/finality.store.ts'
import { createFinalityGuard, type FinalityGuard } from '../../server/chain/finality-guard.ts'
import type { Head, RpcBlock } from '../../server/chain/head.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import { rejection } from './support.ts'

const hash = (n: number, fork = '0'): Hex => `0x${fork}${n.toString(16).padStart(63, '0')}`
const block = (n: number, fork?: string): RpcBlock => ({
  number: `0x${n.toString(16)}`,
  hash: hash(n, fork),
  parentHash: hash(n - 1, fork),
  timestamp: '0x0',
})
const head = (n: number): Head => ({
  block: { chainId: 1, blockNumber: n, blockHash: hash(n), timeUnix: 0 },
  parentHash: hash(n - 1),
  finalNumber: -1,
  baseFeePerGas: 0n,
})

/*
 * what was final
 * ├── first look ──────────── nothing known, nothing asked
 * ├── later looks ─────────── final once read at the number that was final by the rule before, and kept
 * ├── the same again ──────── kept on
 * ├── another in its place ── refused until the first is back
 * ├── below it ────────────── refused as stale
 * └── after a restart ─────── still known
 * behind what was seen, above what is final
 * ├── within the grace ────── refused as stale
 * └── beyond it ───────────── a rollback
 */
describe('the guard of final blocks', () => {
  let kept: FinalBlock | null
  let nowMs: number
  const store = {
    newest: async () => kept,
    keep: async (one: FinalBlock) => {
      kept = one
    },
    forget: async () => {
      kept = null
    },
  }
  const create = (): FinalityGuard =>
    createFinalityGuard({ store, clock: { nowMs: () => nowMs }, behindGraceMs: 15_000 })
  const look = async (
    guard: FinalityGuard,
    seen: { number: number; before?: Head; watched?: (RpcBlock | null)[] },
  ): Promise<void> => {
    await guard.ready()
    await guard.check({ chainId: 1, before: null, watched: [], finalNumber: seen.number - 10, ...seen })
  }

  const know10 = async (guard: FinalityGuard): Promise<void> => {
    await look(guard, { number: 20 })
    await look(guard, { number: 20, watched: [block(10)] })
  }

  beforeEach(() => {
    kept = null
    nowMs = 1_000_000
  })

  it('asks for nothing first, then for what was final at the look before, then for both', async () => {
    const guard = create()
    expect(guard.watched()).to.deep.equal([])
    await look(guard, { number: 20 })
    expect([guard.finalNumber(), guard.watched()]).to.deep.equal([-1, [10]])
    await look(guard, { number: 21, before: head(20), watched: [block(10)] })
    expect([guard.finalNumber(), guard.watched()]).to.deep.equal([10, [11, 10]])
    expect(kept).to.deep.equal({ chainId: 1, number: 10, hash: hash(10) })
    await look(guard, { number: 21, before: head(21), watched: [block(11), block(10)] })
    expect([guard.finalNumber(), guard.watched()]).to.deep.equal([11, [11]])
  })

  it('refuses another block in the place of a final one, until the first is back', async () => {
    const guard = create()
    await know10(guard)
    const broken = await rejection(look(guard, { number: 21, watched: [block(11, 'f'), block(10, 'f')] }))
    expect(broken.code).to.equal('chain.finality_broken')
    expect(broken.data).to.deep.equal({ number: 10, was: hash(10), is: hash(10, 'f') })
    expect(guard.conflict()).to.deep.equal(broken.data)
    expect(guard.finalNumber()).to.equal(10)
    await look(guard, { number: 21, watched: [block(10)] })
    expect(guard.conflict()).to.equal(null)
    await look(guard, { number: 22, watched: [block(11), block(10)] })
    expect(guard.finalNumber()).to.equal(11)
  })

  it('refuses a chain that ends below a final block, or does not tell it', async () => {
    const guard = create()
    await know10(guard)
    expect(await rejection(look(guard, { number: 9, watched: [null] }))).to.include({
      code: 'chain.unreachable',
    })
    await look(guard, { number: 20, watched: [block(10)] })
    expect(guard.conflict()).to.equal(null)
  })

  it('knows after a restart what was final', async () => {
    await know10(create())
    const next = create()
    await next.ready()
    expect(next.watched()).to.deep.equal([10])
    expect(await rejection(look(next, { number: 30, watched: [block(10, 'f')] }))).to.include({
      code: 'chain.finality_broken',
    })
  })

  it('believes a chain that is behind after fifteen seconds, not before', async () => {
    const guard = create()
    await know10(guard)
    const behind = { number: 19, before: head(20), watched: [block(10)] }
    expect(await rejection(look(guard, behind))).to.include({ code: 'chain.unreachable' })
    nowMs += 14_999
    expect(await rejection(look(guard, behind))).to.include({ code: 'chain.unreachable' })
    nowMs += 1
    await look(guard, behind)
    await look(guard, { ...behind, number: 20 })
    expect(await rejection(look(guard, behind))).to.include({ code: 'chain.unreachable' })
  })
})
