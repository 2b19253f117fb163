import { expect } from 'chai'
import { createBreaker } from '../../server/chain/breaker.ts'
import { createQuorum, type Quorum } from '../../server/chain/quorum.ts'
import type { Clock } from '../../server/kernel/clock.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { type FakeNode, fakeNode } from './fake-node.ts'
import { eventually, rejection } from './support.ts'

const call = [{ to: `0x${'11'.repeat(20)}`, data: '0x' }, { blockHash: `0x${'22'.repeat(32)}` }]
const blockAt = (number: number, hash = 'ab') => ({
  number: `0x${number.toString(16)}`,
  hash: `0x${hash.repeat(32)}`,
  parentHash: `0x${'cd'.repeat(32)}`,
  timestamp: '0x5',
})

/*
 * three endpoints, two must agree
 * ├── one lies, is dead, refuses, stalls ── the answer is that of the others
 * ├── all say something else ───────────── no answer
 * ├── two dead ─────────────────────────── no answer
 * ├── refused alike by two ─────────────── refused
 * ├── logs in another order, more fields ─ the same answer
 * ├── newest block
 * │   ├── one stale, one ahead ─────────── the highest that two have
 * │   └── all on different forks ───────── the block below, on which two agree
 * ├── numbers ──────────────────────────── the highest that two have reached
 * ├── a transaction ────────────────────── handed to all, taken when one takes it
 * └── chain id
 *     ├── one of another chain ─────────── left out
 *     └── all of different chains ──────── no answer
 */
describe('several endpoints', () => {
  let nodes: FakeNode[]
  let quorum: Quorum
  const manual = { ms: 1_000_000 }
  const clock: Clock = { nowMs: () => manual.ms }
  const connect = (needed: number | null = null): Quorum => {
    const urls = nodes.map(({ url }) => url)
    return createQuorum({ urls, needed, clock, log: silentLog, timeoutMs: 2_000 })
  }
  const say = (method: string, ...results: unknown[]): void => {
    for (const [i, result] of results.entries()) {
      const node = nodes[i]
      if (node) node.says[method] = () => result
    }
  }
  const asked = (method: string): number[] =>
    nodes.map((node) => node.requests.flat().filter((one) => one.method === method).length)

  beforeEach(async () => {
    nodes = await Promise.all([fakeNode(), fakeNode(), fakeNode()])
    quorum = connect()
  })

  afterEach(async () => {
    await quorum.close()
    for (const node of nodes) node.close()
  })

  it('give the answer of two when one lies, and name the liar in health', async () => {
    say('eth_call', '0xaa', '0xbb', '0xAA')
    expect(await quorum.call('eth_call', call)).to.equal('0xaa')
    await eventually('the third answer', async () => quorum.endpoints()[1]?.outvoted === 1)
    expect(quorum.endpoints()).to.deep.equal([
      { origin: nodes[0]?.url, state: 'ok', failures: 0, outvoted: 0, lastError: null },
      {
        origin: nodes[1]?.url,
        state: 'failing',
        failures: 1,
        outvoted: 1,
        lastError: 'the other endpoints agree on another answer to eth_call',
      },
      { origin: nodes[2]?.url, state: 'ok', failures: 0, outvoted: 0, lastError: null },
    ])
  })

  it('give the answer of two when one is dead, refuses, or never answers', async () => {
    say('eth_call', '0xaa', new Error('header not found'), '0xaa')
    expect(await quorum.call('eth_call', call)).to.equal('0xaa')
    const [, second] = nodes
    if (second) second.reply = () => null
    expect(await quorum.call('eth_call', call)).to.equal('0xaa')
    second?.close()
    expect(await quorum.call('eth_call', call)).to.equal('0xaa')
    expect(quorum.endpoints().map((one) => one.outvoted)).to.deep.equal([0, 0, 0])
  })

  it('give no answer when all differ, and none when two of three are dead', async () => {
    say('eth_call', '0xaa', '0xbb', '0xcc')
    const error = await rejection(quorum.call('eth_call', call))
    expect(error).to.include({ code: 'chain.unreachable' })
    expect(error.message).to.include('do not agree on eth_call')
    expect(quorum.endpoints().map((one) => one.outvoted)).to.deep.equal([0, 0, 0])
    for (const node of nodes.slice(0, 2)) node.close()
    expect(await rejection(quorum.call('eth_call', call))).to.include({ code: 'chain.unreachable' })
  })

  it('refuse when two refuse alike, and not when one does', async () => {
    say('eth_call', new Error('header not found'), '0xaa', new Error('unknown block'))
    expect(await rejection(quorum.call('eth_call', call))).to.include({ code: 'chain.rejected' })
    say('eth_call', new Error('header not found'), '0xaa', '0xbb')
    expect(await rejection(quorum.call('eth_call', call))).to.include({ code: 'chain.unreachable' })
  })

  it('agree on logs in any order and with fields of their own, and on nothing when one is left out', async () => {
    const log = (index: number, more = {}) => ({
      address: '0xAB',
      topics: ['0x01'],
      data: '0x',
      blockNumber: '0x5',
      blockHash: '0x22',
      transactionHash: '0x33',
      logIndex: `0x${index.toString(16)}`,
      ...more,
    })
    say('eth_getLogs', [log(1), log(2)], [log(1)], [log(2, { blockTimestamp: '0x9' }), log(1)])
    expect(await quorum.call('eth_getLogs', [{}])).to.deep.equal([
      { ...log(1), address: '0xab' },
      { ...log(2), address: '0xab' },
    ])
    say('eth_getLogs', [log(1), log(2)], [log(1)], [log(2)])
    expect(await rejection(quorum.call('eth_getLogs', [{}]))).to.include({ code: 'chain.unreachable' })
  })

  it('have as newest block the highest that two of them have', async () => {
    const chain = (newest: number) => (params: unknown[]) => {
      const number = params[0] === 'latest' ? newest : Number(params[0])
      return number > newest ? null : blockAt(number)
    }
    const at = async (...newest: number[]): Promise<unknown> => {
      for (const [i, node] of nodes.entries()) node.says['eth_getBlockByNumber'] = chain(newest[i] ?? 0)
      const block = await quorum.call<{ number: string }>('eth_getBlockByNumber', ['latest', false])
      return Number(block.number)
    }
    expect(await at(16, 16, 3)).to.equal(16)
    expect(await at(16, 15, 3)).to.equal(15)
    expect(await at(1_000_000, 16, 16)).to.equal(16)
  })

  it('have as newest block the one below where they are on different forks, and none where they never meet', async () => {
    const fork = (own: string, from: number) => (params: unknown[]) => {
      const number = params[0] === 'latest' ? 16 : Number(params[0])
      return blockAt(number, number >= from ? own : 'ab')
    }
    const forkAll = (from: number): void => {
      for (const [i, node] of nodes.entries()) node.says['eth_getBlockByNumber'] = fork(`1${i}`, from)
    }
    forkAll(15)
    expect(await quorum.call('eth_getBlockByNumber', ['latest', false])).to.deep.equal(blockAt(14))
    forkAll(3)
    expect(await rejection(quorum.call('eth_getBlockByNumber', ['latest', false]))).to.include({
      code: 'chain.unreachable',
    })
  })

  it('have no final block where two know none', async () => {
    for (const node of nodes.slice(0, 2)) node.says['eth_getBlockByNumber'] = () => null
    expect(await quorum.call('eth_getBlockByNumber', ['finalized', false])).to.equal(null)
  })

  it('have as a count the highest that two have reached', async () => {
    say('eth_getTransactionCount', '0x5', '0xffff', '0x4')
    expect(await quorum.call('eth_getTransactionCount', ['0x', 'latest'])).to.equal('0x5')
    say('eth_getTransactionCount', '0x5', '0x0', '0x5')
    expect(await quorum.call('eth_getTransactionCount', ['0x', 'latest'])).to.equal('0x5')
    say('eth_estimateGas', new Error('execution reverted'), '0x5208', new Error('execution reverted'))
    expect(await rejection(quorum.call('eth_estimateGas', [{}]))).to.include({ code: 'chain.rejected' })
  })

  it('are all handed a transaction, and one that takes it is enough', async () => {
    say('eth_sendRawTransaction', new Error('already known'), '0x77', new Error('already known'))
    expect(await quorum.call('eth_sendRawTransaction', ['0x'])).to.equal('0x77')
    expect(asked('eth_sendRawTransaction')).to.deep.equal([1, 1, 1])
    say('eth_sendRawTransaction', new Error('a'), new Error('b'), new Error('c'))
    expect(await rejection(quorum.call('eth_sendRawTransaction', ['0x']))).to.include({
      code: 'chain.rejected',
    })
  })

  it('leave out one of another chain, from the start and when it changes', async () => {
    const [first, second] = nodes as [FakeNode, FakeNode]
    second.chainId = '0x3e7'
    say('eth_call', '0xaa', '0xaa', '0xaa')
    expect(await quorum.chainId()).to.equal(1)
    expect(await quorum.call('eth_call', call)).to.equal('0xaa')
    await eventually('the refusal', async () => quorum.endpoints()[1]?.lastError?.includes('999') ?? false)
    second.chainId = '0x1'
    first.chainId = '0x2'
    expect(await quorum.call('eth_call', call)).to.equal('0xaa')
  })

  it('give no answer while no two are of one chain', async () => {
    for (const [i, node] of nodes.entries()) node.chainId = `0x${i + 1}`
    expect(await rejection(quorum.chainId())).to.include({ code: 'chain.unreachable' })
    for (const node of nodes) node.chainId = '0x1'
    expect(await quorum.chainId()).to.equal(1)
  })

  it('need as many as they are told to, and never fewer than more than half', async () => {
    say('eth_call', '0xaa', '0xbb', '0xaa')
    const strict = connect(3)
    expect(await rejection(strict.call('eth_call', call))).to.include({ code: 'chain.unreachable' })
    await strict.close()
    const loose = connect(1)
    expect([strict.needed, loose.needed]).to.deep.equal([3, 2])
    await loose.close()
  })

  it('ask an endpoint that fails again and again only from time to time', async () => {
    const [, second] = nodes as [FakeNode, FakeNode, FakeNode]
    say('eth_call', '0xaa', '0xaa', '0xaa')
    second.reply = () => 'busy'
    for (let i = 0; i < 10; i++) {
      const failures = quorum.endpoints()[1]?.failures
      await quorum.call('eth_call', call)
      await eventually('all answers', async () => {
        const one = quorum.endpoints()[1]
        return one?.state === 'open' || one?.failures !== failures
      })
    }
    expect(quorum.endpoints()[1]).to.include({ state: 'open', failures: 3 })
    const before = second.requests.length
    await quorum.call('eth_call', call)
    expect(second.requests.length).to.equal(before)
    second.reply = null
    manual.ms += 250
    await quorum.call('eth_call', call)
    await eventually('its return', async () => quorum.endpoints()[1]?.state === 'ok')
  })

  it('are one endpoint asked in one request where there is one', async () => {
    const [only] = nodes as [FakeNode]
    const single = createQuorum({ urls: [only.url], needed: null, clock, log: silentLog })
    await Promise.all([single.chainId(), single.call('echo', ['a']), single.call('echo', ['b'])])
    await single.call('echo', ['c'])
    expect(only.requests).to.have.length(2)
    expect(single.endpoints()).to.have.length(1)
    await single.close()
  })
})

describe('a circuit breaker', () => {
  const manual = { ms: 0 }
  const clock: Clock = { nowMs: () => manual.ms }

  it('opens at the third failure in a row, for twice as long each time, up to five seconds', () => {
    const breaker = createBreaker(clock)
    breaker.bad()
    breaker.bad()
    expect(breaker.isOpen()).to.equal(false)
    const lengths = Array.from({ length: 7 }, () => {
      breaker.bad()
      const from = manual.ms
      while (breaker.isOpen()) manual.ms += 1
      return manual.ms - from
    })
    expect(lengths).to.deep.equal([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000])
  })

  it('counts from the start again after a success, and nothing while it is open', () => {
    const breaker = createBreaker(clock)
    for (let i = 0; i < 10; i++) breaker.bad()
    manual.ms += 250
    expect(breaker.isOpen()).to.equal(false)
    breaker.good()
    breaker.bad()
    breaker.bad()
    expect(breaker.isOpen()).to.equal(false)
  })
})
