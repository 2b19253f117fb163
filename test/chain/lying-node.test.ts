import { expect } from 'chai'
import {
  anchorCall,
  createWorld,
  type Node,
  onboardBrand,
  random32,
  startNode,
  type World,
  write,
} from './fixture.ts'
import { type LyingProxy, startProxy } from './proxy.ts'
import { eventually, rejection } from './support.ts'

/*
 * an endpoint that lies
 * ├── withholds a log ────────── the gap is known, and named in health
 * ├── cuts an answer short ───── no answer
 * ├── serves another chain ──── no answer, and the reason
 * └── hides the newest blocks ── nothing is taken back while it may only be behind
 */
describe('an endpoint that lies', function () {
  this.timeout(60_000)
  let world: World
  let node: Node
  let proxy: LyingProxy

  beforeEach(async () => {
    world = await createWorld()
    node = await startNode(world.folder)
    proxy = await startProxy(node.url)
  })

  afterEach(async () => {
    await world.close()
    await proxy.close()
    await node.close()
  })

  const open = () => world.open({ rpcUrl: proxy.url, ...node.keys }, { timing: { hurryMs: 100 } })

  it('is found out when it withholds a log, by the brand’s own count and running hash', async () => {
    const { chain } = await open()
    const brandId = await onboardBrand(chain)
    const roots = [random32(), random32(), random32()]
    proxy.tamper = (call, result) => {
      if (call.method !== 'eth_getLogs') return result
      return (result as { topics: string[] }[]).filter((log) => !log.topics.includes(roots[1] ?? ''))
    }
    for (const root of roots) await write(chain, anchorCall(brandId, root))
    const gaps = await eventually('the gap', async () => {
      const { follower } = await chain.health()
      return follower.gaps.length > 0 && follower.gaps
    })
    expect(gaps).to.deep.equal([`${brandId}: after event 1 came 3`])
    expect((await chain.events.after(0, 10)).map((e) => e.root)).to.deep.equal([roots[0], roots[2]])
  })

  it('has not answered when the answer is cut short', async () => {
    const { chain } = await open()
    const query = { root: random32(), index: 0, thumbprint: random32() }
    await chain.reader.itemStates([query])
    proxy.tamper = (call, result) => (call.method === 'eth_call' ? String(result).slice(0, -64) : result)
    const error = await rejection(chain.reader.itemStates([{ ...query, index: 1 }]))
    expect(error.code).to.equal('chain.unreachable')
  })

  it('has not answered when it comes back with another chain', async () => {
    const { chain } = await open()
    const query = { root: random32(), index: 0, thumbprint: random32() }
    await chain.reader.itemStates([query])
    proxy.tamper = (call, result) => (call.method === 'eth_chainId' ? '0x3e7' : result)
    proxy.broken = true
    await rejection(chain.reader.itemStates([{ ...query, index: 1 }]))
    proxy.broken = false
    const error = await eventually('a refusal', async () => {
      const refused = await rejection(chain.reader.itemStates([{ ...query, index: 2 }]))
      return refused.message.includes('999') && refused
    })
    expect(error.code).to.equal('chain.unreachable')
  })

  it('takes nothing back while it may only be behind', async () => {
    const { chain } = await open()
    const brandId = await onboardBrand(chain)
    const done = await write(chain, anchorCall(brandId, random32()))
    await eventually('the event', async () => (await chain.events.after(0, 10)).length === 1)
    const old = await node.rpc.call('eth_getBlockByNumber', [
      `0x${((done.blockNumber ?? 1) - 1).toString(16)}`,
      false,
    ])
    proxy.tamper = (call, result) => (call.params[0] === 'latest' ? old : result)
    await eventually(
      'the older head',
      async () => (await chain.head()).blockNumber === (done.blockNumber ?? 1) - 1,
    )
    const health = await chain.health()
    expect(health.follower).to.include({ rollbacks: 0, blockNumber: done.blockNumber })
    expect((await chain.events.after(0, 10)).length).to.equal(1)
  })
})
