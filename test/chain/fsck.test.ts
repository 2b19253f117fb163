import { expect } from 'chai'
import type { Connection } from 'mongoose'
import { followerStore } from '../../server/chain/follower.store.ts'
import { openFsck } from '../../server/chain/fsck/index.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { silentLog } from '../../server/kernel/log.ts'
import {
  anchorCall,
  createWorld,
  type Node,
  onboardBrand,
  random32,
  revokeCall,
  SETTLE_MS,
  startNode,
  type World,
  write,
} from './fixture.ts'
import { type LyingProxy, startProxy } from './proxy.ts'
import { eventually, rejection } from './support.ts'

/*
 * the store against the chain
 * ├── as the service left it ──────── no difference, nothing changed
 * ├── an event altered ────────────── told with both hashes; taken back and told again by the repair
 * ├── an event lost, one made up ──── told; the feed's numbers go on over the repair
 * ├── a write that is not there ───── told; sent again by the service after the repair
 * ├── another final block ─────────── told; forgotten by the repair
 * └── an endpoint leaves out a log ── nothing is said
 */
describe('the store against the chain', function () {
  this.timeout(120_000)
  let world: World
  let node: Node
  let proxy: LyingProxy
  let db: Connection
  let brandId: Hex
  let roots: Hex[]

  beforeEach(async () => {
    world = await createWorld()
    node = await startNode(world.folder)
    proxy = await startProxy(node.url)
    db = world.db
    const at = await open()
    brandId = await onboardBrand(at.chain)
    roots = [random32(), random32()]
    for (const root of roots) await write(at.chain, anchorCall(brandId, root), `batch:${root}`)
    await write(at.chain, revokeCall(roots[0] ?? '0x', 3), 'revoked')
    await eventually('the feed', async () => (await at.chain.events.after(0, 10)).length === 3)
    await at.close()
  })

  afterEach(async () => {
    await world.close()
    await proxy.close()
    await node.close()
  })

  const config = () => ({ rpcUrls: [proxy.url], confirmations: 1, ...node.keys })
  const open = () => world.open(config(), { timing: { resendMs: 100, hurryMs: 100 } })
  const steps = () => db.collection<{ _id: number }>('chain_steps')
  const run = async (repairing = false) => {
    const base = {
      rpcQuorum: null,
      dataDir: world.folder,
      pollMs: 50,
      deploymentsDir: `${world.folder}/deployments`,
    }
    const fsck = await openFsck({ config: { ...base, ...config() }, db, log: silentLog, clock: systemClock })
    try {
      const examined = await fsck.examine()
      if (repairing) await fsck.repair(examined)
      return repairing ? await fsck.examine() : examined
    } finally {
      await fsck.close()
    }
  }
  const eventful = async () => (await followerStore(db).eventfulAfter(0, 100)) as { id: number }[]

  it('does not differ where the service left it, and nothing is changed', async () => {
    const before = await steps().find().toArray()
    const { faults, counts, behind } = await run()
    expect({ faults, counts, behind }).to.deep.equal({
      faults: [],
      counts: { events: 3, writes: 5 },
      behind: 0,
    })
    expect(await steps().find().toArray()).to.deep.equal(before)
  })

  it('differs by an event of which one byte was changed, and the repair takes back the false one and tells the true', async () => {
    const [, , third] = await eventful()
    const mask = `0x${'0'.repeat(63)}4`
    await steps().updateOne({ _id: third?.id ?? 0 }, { $set: { 'events.0.words': [{ word: 0, mask }] } })
    const { faults } = await run()
    expect(faults.map(({ fact, id }) => [fact, id])).to.deep.equal([['event', `${brandId}/3`]])
    expect(faults[0]?.stored).to.include(`[0:${mask}]`)
    expect(faults[0]?.chain).to.include(`[0:0x${'0'.repeat(63)}8]`)
    expect((await run(true)).faults).to.deep.equal([])
    const at = await open()
    const feed = await at.chain.events.after(3, 10)
    expect(feed.map(({ sequence, change, kind }) => `${sequence} ${change} ${kind}`)).to.deep.equal([
      '4 removed revoked',
      '5 added anchored',
      '6 added anchored',
      '7 added revoked',
    ])
    expect(feed[0]).to.deep.include({ words: [{ word: 0, mask }] })
    expect((await at.chain.health()).follower.gaps).to.deep.equal([])
  })

  it('differs by an event that was lost and one that was made up', async () => {
    const [first, second] = await eventful()
    const made = random32()
    await steps().deleteOne({ _id: first?.id ?? 0 })
    await steps().updateOne({ _id: second?.id ?? 0 }, { $set: { 'events.0.root': made } })
    const { faults } = await run()
    expect(faults.map(({ id, stored, chain }) => [id, stored !== null, chain !== null])).to.deep.equal([
      [`${brandId}/2`, true, true],
      [`${brandId}/1`, false, true],
    ])
    expect((await run(true)).faults).to.deep.equal([])
    expect((await run()).counts.events).to.equal(3)
  })

  it('differs by a write that the chain does not have there, which the service makes good after the repair', async () => {
    const id = `batch:${roots[1]}`
    const outbox = db.collection<{ _id: string }>('chain_outbox')
    await outbox.updateOne({ _id: id }, { $set: { 'inclusion.blockHash': random32() } })
    const { faults } = await run()
    expect(faults.map(({ fact, id: which }) => [fact, which])).to.deep.equal([['write', id]])
    expect((await run(true)).faults).to.deep.equal([])
    const at = await open()
    expect((await at.chain.writer.settled(id, SETTLE_MS)).status).to.equal('final')
    await at.close()
    expect((await run()).faults).to.deep.equal([])
  })

  it('differs by another final block, which the repair forgets', async () => {
    const final = db.collection<{ _id: string; number: number; hash: string }>('chain_finality')
    const kept = await final.findOne({ _id: 'newest' })
    const false_ = random32()
    await final.updateOne({ _id: 'newest' }, { $set: { hash: false_ } })
    const { faults } = await run()
    expect(faults).to.deep.equal([
      { fact: 'final block', id: String(kept?.number), stored: false_, chain: kept?.hash ?? null },
    ])
    expect((await run(true)).faults).to.deep.equal([])
  })

  it('is not compared where the endpoint leaves out a log, first, middle or last', async () => {
    for (const left of [0, 1, 2]) {
      proxy.tamper = (call, result) =>
        call.method === 'eth_getLogs' ? (result as object[]).toSpliced(left, 1) : result
      expect(await rejection(run())).to.include({ code: 'chain.events_withheld' })
    }
  })
})
