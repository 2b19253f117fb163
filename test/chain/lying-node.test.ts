import { expect } from 'chai'
import type { Result } from 'ethers'
import { eventDigest, nextRunningHash } from '../../server/chain/abi/running-hash.ts'
import { readContractHeads } from '../../server/chain/brand-chain.ts'
import { contractInterfaces } from '../../server/chain/contracts.ts'
import type { RpcLog } from '../../server/chain/event-codec.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import {
  anchorCall,
  createWorld,
  type Node,
  onboardBrand,
  random32,
  revokeCall,
  startNode,
  type World,
  write,
} from './fixture.ts'
import { type LyingProxy, startProxy } from './proxy.ts'
import { eventually, rejection, rootOf } from './support.ts'

/*
 * an endpoint that lies
 * ├── withholds a log ────────── nothing is told beyond it; the gap is named in health, and closes by itself
 * ├── alters a log ──────────── the same
 * ├── cuts an answer short ───── no answer
 * ├── serves another chain ──── no answer, and the reason
 * └── hides the newest blocks ── no answer, and nothing is taken back
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

  const open = () => world.open({ rpcUrls: [proxy.url], ...node.keys }, { timing: { hurryMs: 100 } })

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
    const counted = `${brandId}: the contract counts`
    expect(gaps).to.have.length(1)
    expect(gaps[0]).to.be.oneOf([
      `${brandId}: after event 1 came 3`,
      ...[2, 3].map((count) => `${counted} ${count} events, 1 were told`),
    ])
    expect((await chain.events.after(0, 10)).map(rootOf)).to.deep.equal([roots[0]])
    proxy.tamper = (_call, result) => result
    await eventually('all events', async () => (await chain.events.after(0, 10)).length === 3)
    expect((await chain.events.after(0, 10)).map((e) => `${e.change} ${rootOf(e)}`)).to.deep.equal(
      roots.map((root) => `added ${root}`),
    )
    await eventually('no gap', async () => (await chain.health()).follower.gaps.length === 0)
  })

  it('is found out when it withholds the last log, and what was missed is told once it is there', async () => {
    const { chain } = await open()
    const brandId = await onboardBrand(chain)
    const roots = [random32(), random32()]
    await write(chain, anchorCall(brandId, roots[0] ?? '0x'))
    await eventually('the first event', async () => (await chain.events.after(0, 10)).length === 1)
    proxy.tamper = (call, result) => (call.method === 'eth_getLogs' ? [] : result)
    const last = await write(chain, anchorCall(brandId, roots[1] ?? '0x'))
    const gaps = await eventually('the gap', async () => {
      const { follower } = await chain.health()
      return follower.gaps.length > 0 && follower.gaps
    })
    expect(gaps).to.deep.equal([`${brandId}: the contract counts 2 events, 1 were told`])
    proxy.tamper = (_call, result) => result
    await eventually('health', async () => {
      const { follower } = await chain.health()
      return follower.blockNumber === last.blockNumber && follower.gaps.length === 0
    })
    const standing = new Map<string, number>()
    for (const event of await chain.events.after(0, 50))
      standing.set(rootOf(event), (standing.get(rootOf(event)) ?? 0) + (event.change === 'added' ? 1 : -1))
    expect([...standing.values()]).to.deep.equal([1, 1])
  })

  it('is found out when it alters a log together with its running hash, by the contract’s storage', async () => {
    const { chain } = await open()
    const brandId = await onboardBrand(chain)
    const root = random32()
    await write(chain, anchorCall(brandId, root))
    const { ItemRegistry: registry } = chain.deployment().addresses
    const [before] =
      (await readContractHeads(node.rpc, { registry, ...(await chain.head()) }, [brandId])) ?? []
    proxy.tamper = (call, result) =>
      call.method === 'eth_getLogs' ? revokedOther(result as RpcLog[], before?.runningHash ?? '0x') : result
    await write(chain, revokeCall(root, 3))
    const gaps = await eventually('the alteration', async () => {
      const { follower } = await chain.health()
      return follower.gaps.length > 0 && follower.gaps
    })
    expect(gaps).to.deep.equal([`${brandId}: event 2 is not what the contract has hashed`])
    proxy.tamper = (_call, result) => result
    await eventually('the true event', async () =>
      JSON.stringify((await chain.events.after(0, 50)).at(-1)).includes('8"}]'),
    )
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

  it('gives no answer from an older block than before, and nothing is taken back', async () => {
    const { chain } = await open()
    const brandId = await onboardBrand(chain)
    const done = await write(chain, anchorCall(brandId, random32()))
    await eventually('the event', async () => (await chain.events.after(0, 10)).length === 1)
    const old = await node.rpc.call('eth_getBlockByNumber', [
      `0x${((done.blockNumber ?? 1) - 1).toString(16)}`,
      false,
    ])
    proxy.tamper = (call, result) => (call.params[0] === 'latest' ? old : result)
    const error = await eventually('a refusal', async () => chain.head().then(() => null, asError))
    expect(error).to.include({ code: 'chain.unreachable' })
    expect(error.message).to.include('was final before')
    const health = await chain.health()
    expect(health.follower).to.include({ rollbacks: 0, blockNumber: done.blockNumber })
    expect((await chain.events.after(0, 10)).length).to.equal(1)
    proxy.tamper = (_call, result) => result
    await eventually('an answer', async () =>
      chain.head().then(
        () => true,
        () => false,
      ),
    )
  })
})

const asError = (error: { code?: string; message: string }) => error

/** The same logs, with another leaf revoked and the running hash that this would have given. */
function revokedOther(logs: RpcLog[], before: Hex): RpcLog[] {
  const registry = contractInterfaces.ItemRegistry
  return logs.map((log) => {
    const parsed = registry.parseLog({ topics: [...log.topics], data: log.data })
    if (parsed?.name !== 'Revoked') return log
    const { fragment, args } = parsed
    const values = [args[0], args[1], [[0, 1n << 9n]], args[3], args[4]] as unknown[]
    const named = Object.fromEntries(values.map((value, i) => [fragment.inputs[i]?.name ?? '', value]))
    const digest = eventDigest({ fragment, args: named as unknown as Result })
    const forged = registry.encodeEventLog(fragment, [...values, nextRunningHash(before, digest)])
    return { ...log, data: forged.data as Hex, topics: forged.topics as Hex[] }
  })
}
