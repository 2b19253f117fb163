import { expect } from 'chai'
import { trackHeads } from '../../server/chain/head.ts'
import { createRpc } from '../../server/chain/rpc.ts'
import type { Clock } from '../../server/kernel/clock.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { type FakeNode, fakeNode } from './fake-node.ts'
import { rejection } from './support.ts'

describe('JSON-RPC client', () => {
  let node: FakeNode
  const closing: { close(): Promise<void> }[] = []
  const connect = (chainId: number | null = null, timeoutMs = 300) => {
    const rpc = createRpc({ url: node.url, chainId, log: silentLog, timeoutMs })
    closing.push(rpc)
    return rpc
  }

  beforeEach(async () => {
    node = await fakeNode()
  })

  afterEach(async () => {
    for (const one of closing.splice(0).toReversed()) await one.close()
    node.server.closeAllConnections()
    node.server.close()
  })

  it('sends the calls of one turn in one request and gives each its own answer', async () => {
    const rpc = connect()
    const answers = await Promise.all(['a', 'b', 'c'].map((text) => rpc.call('echo', [text])))
    expect(answers).to.deep.equal(['a', 'b', 'c'])
    expect(node.requests.map((calls) => calls.map((c) => c.method))).to.deep.equal([
      ['eth_chainId', 'echo', 'echo', 'echo'],
    ])
  })

  it('splits more than a hundred calls', async () => {
    const rpc = connect()
    await rpc.chainId()
    await Promise.all(Array.from({ length: 150 }, (_, i) => rpc.call('echo', [i])))
    expect(node.requests.slice(1).map((calls) => calls.length)).to.deep.equal([100, 52])
  })

  it('asks for the chain id with every request, and believes nothing else of an answer without it', async () => {
    const rpc = connect()
    await rpc.call('echo', ['a'])
    await rpc.call('echo', ['b'])
    node.reply = (text) =>
      JSON.stringify((JSON.parse(text) as { id: number }[]).filter((one) => one.id !== 0))
    expect((await rejection(rpc.call('echo', ['c']))).code).to.equal('chain.unreachable')
    const asked = node.requests.map((calls) => calls[0]?.method)
    expect(asked).to.deep.equal(['eth_chainId', 'eth_chainId', 'eth_chainId'])
  })

  it('refuses another chain than expected, at the start and at any time later', async () => {
    const first = await rejection(connect(5).call('echo', ['a']))
    expect(first).to.include({ code: 'chain.wrong_network' })
    expect(first.data).to.deep.equal({ expected: 5, got: 1 })
    const rpc = connect()
    await rpc.call('echo', ['a'])
    node.chainId = '0x2'
    expect((await rejection(rpc.call('echo', ['b']))).data).to.deep.equal({ expected: 1, got: 2 })
  })

  it('passes on the endpoint’s own error with its data', async () => {
    const error = await rejection(connect().call('eth_fails', []))
    expect(error).to.include({ code: 'chain.rejected', message: 'eth_fails: execution reverted' })
    expect(error.data).to.include({ rpcCode: 3, rpcData: '0x1234' })
  })

  it('is unreachable when nothing listens, when no answer comes, and when an answer is cut off', async () => {
    const rpc = connect()
    node.reply = () => null
    expect((await rejection(rpc.call('echo', []))).code).to.equal('chain.unreachable')
    node.reply = (text) => text.slice(0, -5)
    expect((await rejection(rpc.call('echo', []))).code).to.equal('chain.unreachable')
    node.server.closeAllConnections()
    node.server.close()
    expect((await rejection(rpc.call('echo', []))).code).to.equal('chain.unreachable')
  })

  it('is unreachable for the one call of a batch that got no answer', async () => {
    const rpc = connect()
    await rpc.chainId()
    node.reply = (text) => JSON.stringify((JSON.parse(text) as unknown[]).slice(1))
    const [first, second] = await Promise.allSettled([rpc.call('echo', ['a']), rpc.call('echo', ['b'])])
    expect(first?.status).to.equal('fulfilled')
    expect(second?.status).to.equal('rejected')
  })

  describe('newest block', () => {
    const manual = { ms: 1_000_000 }
    const clock: Clock = { nowMs: () => manual.ms }
    const track = (finality: number | 'finalized') => {
      const heads = trackHeads({ rpc: connect(), finality, clock, log: silentLog, pollMs: 60_000 })
      closing.push(heads)
      return heads
    }

    it('counts confirmations from the newest block, itself counted', async () => {
      expect((await track(1).fresh(250)).finalNumber).to.equal(16)
      expect((await track(12).fresh(250)).finalNumber).to.equal(5)
      expect((await track('finalized').fresh(250)).finalNumber).to.equal(12)
    })

    it('is asked for again only when older than wanted', async () => {
      const heads = track(1)
      await heads.fresh(250)
      const before = node.requests.length
      manual.ms += 250
      await heads.fresh(250)
      expect(node.requests.length).to.equal(before)
      manual.ms += 1
      await heads.fresh(250)
      expect(node.requests.length).to.equal(before + 1)
    })

    it('serves for five seconds of an outage, and no longer', async () => {
      const heads = track(1)
      const head = await heads.fresh(250)
      node.reply = () => 'down'
      manual.ms += 5_000
      expect(await heads.fresh(250)).to.equal(head)
      manual.ms += 1
      expect((await rejection(heads.fresh(250))).code).to.equal('chain.unreachable')
    })

    it('asks a dead endpoint at most four times a second', async () => {
      const heads = track(1)
      node.reply = () => 'down'
      await rejection(heads.fresh(250))
      const before = node.requests.length
      manual.ms += 249
      await rejection(heads.fresh(250))
      expect(node.requests.length).to.equal(before)
      manual.ms += 1
      await rejection(heads.fresh(250))
      expect(node.requests.length).to.equal(before + 1)
    })

    it('tells listeners of a new block, not of the same again', async () => {
      const heads = track(1)
      await heads.fresh(0)
      const told: number[] = []
      heads.onChange((head) => told.push(head.block.blockNumber))
      manual.ms += 1
      await heads.fresh(0)
      node.block = { ...node.block, number: '0x11', hash: `0x${'ef'.repeat(32)}` }
      manual.ms += 1
      await heads.fresh(0)
      expect(told).to.deep.equal([17])
    })
  })
})
