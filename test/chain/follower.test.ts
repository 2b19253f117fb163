import { expect } from 'chai'
import type { Hex } from '../../server/kernel/bytes.ts'
import type { ChainEvent } from '../../server/kernel/chain-facts.ts'
import {
  anchorCall,
  createWorld,
  type OpenedChain,
  onboardBrand,
  random32,
  revokeCall,
  SETTLE_MS,
  type World,
  write,
} from './fixture.ts'
import { eventually, generator, recordingLog, rootOf } from './support.ts'

/** All entries of the feed, read in small pages. */
async function feed(at: OpenedChain): Promise<ChainEvent[]> {
  const all: ChainEvent[] = []
  for (;;) {
    const page = await at.chain.events.after(all.at(-1)?.sequence ?? 0, 7)
    all.push(...page)
    if (page.length < 7) return all
  }
}

/** What stands after all additions and removals, by transaction and kind. */
function standingOf(events: readonly ChainEvent[]): ChainEvent[] {
  const standing: ChainEvent[] = []
  for (const event of events) {
    if (event.change === 'added') standing.push(event)
    else
      expect(standing.pop()).to.deep.include({
        root: rootOf(event),
        kind: event.kind,
        transactionHash: event.transactionHash,
      })
  }
  return standing
}

const isFollowed = async (at: OpenedChain): Promise<boolean> => {
  const head = await at.chain.head()
  const health = await at.chain.health()
  return (
    health.follower.blockNumber === head.blockNumber && health.outbox.submitted + health.outbox.planned === 0
  )
}

/*
 * chain events
 * ├── anchored, revoked, recalled ── told in order, with words and reason
 * ├── reader asks in pages ───────── no entry twice, none left out
 * ├── gateway restarted ──────────── goes on, nothing told twice
 * ├── missed while stopped ───────── caught up, also over many blocks
 * ├── reorganised ────────────────── taken back newest first, told again when back
 * └── random reorganisations ─────── what stands is what the chain says
 */
describe('chain events', function () {
  this.timeout(120_000)
  let world: World
  const log = recordingLog()

  beforeEach(async () => {
    log.lines.length = 0
    world = await createWorld(log)
  })

  afterEach(() => world.close())

  it('are told in the order of the chain, with leaves and reason', async () => {
    const at = await world.open()
    const news = { count: 0 }
    at.chain.events.onNews(() => {
      news.count += 1
    })
    const brandId = await onboardBrand(at.chain)
    const root = random32()
    const anchored = await write(at.chain, anchorCall(brandId, root, 600))
    const revoked = await write(at.chain, revokeCall(root, 257))
    await eventually('both events', async () => (await feed(at)).length === 2)
    const [first, second] = await feed(at)
    const common = { change: 'added', brandId, root }
    expect(first).to.deep.include({ ...common, sequence: 1, kind: 'anchored', words: [], reason: null })
    expect(second).to.deep.include({ ...common, sequence: 2, kind: 'revoked', reason: 'counterfeit' })
    expect(second).to.deep.include({ words: [{ word: 1, mask: `0x${'0'.repeat(63)}2` }] })
    expect([first?.transactionHash, second?.transactionHash]).to.deep.equal([
      anchored.transactionHash,
      revoked.transactionHash,
    ])
    expect([first?.at.blockNumber, second?.at.blockNumber]).to.deep.equal([
      anchored.blockNumber,
      revoked.blockNumber,
    ])
    expect(news.count).to.be.greaterThan(0)
    expect((await at.chain.health()).follower.gaps).to.deep.equal([])
  })

  it('are told once over restarts, and those missed meanwhile are caught up', async () => {
    const first = await world.open()
    const brandId = await onboardBrand(first.chain)
    const roots = [random32(), random32(), random32()]
    await write(first.chain, anchorCall(brandId, roots[0] as Hex))
    await eventually('the first event', async () => (await feed(first)).length === 1)
    await first.close()
    const second = await world.open()
    await write(second.chain, anchorCall(brandId, roots[1] as Hex))
    await second.rpc.call('anvil_mine', ['0x96'])
    await write(second.chain, anchorCall(brandId, roots[2] as Hex))
    await eventually('three events', async () => (await feed(second)).length === 3)
    await second.close()
    const third = await world.open()
    await eventually('the newest block', () => isFollowed(third))
    expect((await feed(third)).map((e) => [e.sequence, rootOf(e)])).to.deep.equal(
      roots.map((root, i) => [i + 1, root]),
    )
    expect((await third.chain.health()).follower).to.include({ rollbacks: 0, finalBlocksLost: 0 })
  })

  it('are taken back by a reorganisation and told again when sent again', async () => {
    const at = await world.open()
    const brandId = await onboardBrand(at.chain)
    const root = random32()
    const before = await write(at.chain, anchorCall(brandId, root), 'one')
    await eventually('the event', async () => (await feed(at)).length === 1)
    await at.rpc.call('anvil_reorg', [1, []])
    const events = await eventually('three entries', async () => {
      const all = await feed(at)
      return all.length === 3 && all
    })
    expect(events.map((e) => `${e.sequence} ${e.change}`)).to.deep.equal(['1 added', '2 removed', '3 added'])
    expect(events[2]?.at.blockHash).not.to.equal(events[0]?.at.blockHash)
    expect(events.map((e) => e.transactionHash)).to.deep.equal(Array(3).fill(before.transactionHash))
    expect((await at.chain.writer.settled('one', SETTLE_MS)).status).to.equal('final')
    expect((await at.chain.health()).follower.finalBlocksLost).to.be.greaterThan(0)
    await eventually('an alarm', async () =>
      log.lines.some((l) => l.level === 'error' && /took back/.test(l.message)),
    )
  })

  it('stand as the chain has them after twenty random reorganisations up to 16 deep', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const random = generator(seed)
    const at = await world.open()
    const brandId = await onboardBrand(at.chain)
    const roots: Hex[] = []
    await at.rpc.call('anvil_mine', ['0x10'])
    for (let round = 0; round < 20; round++) {
      const count = 1 + Math.floor(random() * 6)
      const fresh = Array.from({ length: count }, random32)
      roots.push(...fresh)
      await Promise.all(fresh.map((root) => at.chain.writer.submit(root, anchorCall(brandId, root))))
      if (random() < 0.5) await Promise.all(fresh.map((root) => at.chain.writer.settled(root, SETTLE_MS)))
      await at.rpc.call('anvil_reorg', [1 + Math.floor(random() * 16), []])
    }
    const what = `seed ${seed}`
    for (const root of roots)
      expect((await at.chain.writer.settled(root, SETTLE_MS)).status, what).to.equal('final')
    await eventually(`the newest block, ${what}`, () => isFollowed(at))
    const { states } = await at.chain.reader.itemStates(
      roots.map((root) => ({ root, index: 0, thumbprint: random32() })),
    )
    expect(
      states.every((s) => s.anchor?.final === true),
      what,
    ).to.equal(true)
    const events = await feed(at)
    const standing = standingOf(events)
    expect(
      events.map((e) => e.sequence),
      what,
    ).to.deep.equal(events.map((_, i) => i + 1))
    expect(standing.map(rootOf).toSorted(), what).to.deep.equal(roots.toSorted())
    expect(standing.map((e) => e.at.blockNumber).toSorted(), what).to.deep.equal(
      states.map((s) => s.anchor?.blockNumber).toSorted(),
    )
    expect((await at.chain.health()).follower.gaps, what).to.deep.equal([])
  })
})
