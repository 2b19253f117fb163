import { expect } from 'chai'
import { addressOf } from '../../server/chain/chain-keys.ts'
import { signTransaction } from '../../server/chain/transactions.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import {
  anchorCall,
  chainPid,
  createWorld,
  type Node,
  type OpenedChain,
  onboardBrand,
  random32,
  revokeCall,
  SETTLE_MS,
  startNode,
  type World,
  write,
} from './fixture.ts'
import { eventually, rejection } from './support.ts'

/*
 * chain writes
 * ├── on the embedded chain
 * │   ├── a call that fits ────────── final, in a block
 * │   ├── the same id again ───────── one transaction
 * │   ├── refused by the contract ─── failed with its reason, no nonce used
 * │   ├── done before by the brand ── final without a transaction
 * │   └── chain killed ────────────── what was lost is sent again, in order
 * └── on a node elsewhere
 *     ├── not final yet ───────────── included, then final
 *     ├── gateway stopped between ─── goes on with the same bytes
 *     ├── dropped by the node ─────── sent again
 *     ├── fees too low ────────────── replaced under the same nonce
 *     ├── nonce used by somebody else  signed again, and what ran before it in vain runs again after it
 *     └── node down at the start ──── stored, sent when it answers
 */
describe('chain writes on the embedded chain', function () {
  this.timeout(60_000)
  let world: World
  let at: OpenedChain
  let brandId: Hex

  before(async () => {
    world = await createWorld()
    at = await world.open()
    brandId = await onboardBrand(at.chain)
  })

  after(() => world.close())

  const nonce = async (): Promise<number> =>
    Number(await at.rpc.call<string>('eth_getTransactionCount', [at.chain.relayer, 'latest']))

  it('end in a block, with the gas they used', async () => {
    const done = await write(at.chain, anchorCall(brandId, random32()))
    const receipt = await at.rpc.call<{ gasUsed: string; blockNumber: string }>('eth_getTransactionReceipt', [
      done.transactionHash,
    ])
    expect(done).to.deep.include({
      status: 'final',
      error: null,
      gasUsed: Number(receipt.gasUsed),
      blockNumber: Number(receipt.blockNumber),
    })
  })

  it('are made once when submitted twice, also at the same time', async () => {
    const before = await nonce()
    const call = anchorCall(brandId, random32())
    await Promise.all(Array.from({ length: 8 }, () => at.chain.writer.submit('twice', call)))
    const first = await at.chain.writer.settled('twice', SETTLE_MS)
    await at.chain.writer.submit('twice', anchorCall(brandId, random32()))
    expect(await at.chain.writer.settled('twice', SETTLE_MS)).to.deep.equal(first)
    expect(await nonce()).to.equal(before + 1)
  })

  it('are sent in the order they were submitted', async () => {
    const root = random32()
    await at.chain.writer.submit('order:1', anchorCall(brandId, root))
    await at.chain.writer.submit('order:2', revokeCall(root, 3))
    const [first, second] = await Promise.all(
      ['order:1', 'order:2'].map((id) => at.chain.writer.settled(id, SETTLE_MS)),
    )
    expect([first?.status, second?.status]).to.deep.equal(['final', 'final'])
    expect(second?.blockNumber).to.be.greaterThan(first?.blockNumber ?? 0)
  })

  it('fail with the contract’s reason and use no nonce when refused', async () => {
    const before = await nonce()
    const root = random32()
    const refused = await write(at.chain, revokeCall(root, 3))
    expect(refused.status).to.equal('failed')
    expect(refused.error?.code).to.equal('chain.item_registry_unknown_root')
    expect(refused.error?.message).to.include('ItemRegistry.revoke').and.to.include(root)
    expect(await nonce()).to.equal(before)
  })

  it('are refused before they are stored when they do not fit the ABI', async () => {
    const call = { contract: 'ItemRegistry', method: 'anchor', args: ['0x12'] } as const
    expect(await rejection(at.chain.writer.submit('unfit', call))).to.include({ code: 'chain.bad_call' })
    expect(await at.chain.writer.find('unfit')).to.equal(null)
  })

  it('count as done when the brand anchored the same before, and not when something else', async () => {
    const root = random32()
    const first = await write(at.chain, anchorCall(brandId, root, 10))
    const before = await nonce()
    const same = await write(at.chain, anchorCall(brandId, root, 10))
    const other = await write(at.chain, anchorCall(brandId, root, 11))
    expect(same).to.deep.include({ status: 'final', blockNumber: first.blockNumber, error: null })
    expect(other.status).to.equal('failed')
    expect(await nonce()).to.equal(before)
  })

  it('answers for ids it does not know', async () => {
    expect(await at.chain.writer.find('nobody')).to.equal(null)
    expect(await rejection(at.chain.writer.settled('nobody', 10))).to.include({
      code: 'chain.write_not_found',
    })
  })

  it('are all there again after the chain was killed and came back at an older block', async () => {
    await eventually('a saved state', async () => (await at.chain.health()).ready)
    const roots = Array.from({ length: 5 }, random32)
    const done = await Promise.all(roots.map((root) => write(at.chain, anchorCall(brandId, root), root)))
    expect(done.map((w) => w.status)).to.deep.equal(roots.map(() => 'final'))
    process.kill(chainPid(world.folder), 'SIGKILL')
    await eventually(
      'all anchors on the new chain',
      async () => {
        const { states } = await at.chain.reader
          .itemStates(roots.map((root) => ({ root, index: 0, thumbprint: random32() })))
          .catch(() => ({ states: [] }))
        return states.length > 0 && states.every((state) => state.anchor !== null)
      },
      45_000,
    )
    for (const root of roots)
      expect((await at.chain.writer.settled(root, SETTLE_MS)).status).to.equal('final')
  })
})

describe('chain writes on a node elsewhere', function () {
  this.timeout(60_000)
  let world: World
  let node: Node

  beforeEach(async () => {
    world = await createWorld()
    node = await startNode(world.folder)
  })

  afterEach(async () => {
    await world.close()
    await node.close()
  })

  const open = (confirmations = 1, timing = {}) =>
    world.open(
      { rpcUrls: [node.url], confirmations, ...node.keys },
      { timing: { resendMs: 100, hurryMs: 100, ...timing } },
    )

  it('are included first and final once so many blocks stand on them', async () => {
    const { chain } = await open(3)
    const brandId = await onboardBrand(chain, node)
    await chain.writer.submit('slow', anchorCall(brandId, random32()))
    const included = await eventually('the inclusion', async () => {
      const found = await chain.writer.find('slow')
      return found?.status === 'included' && found
    })
    expect(await rejection(chain.writer.settled('slow', 1))).to.include({ code: 'chain.timeout' })
    await node.rpc.call('anvil_mine', ['0x2'])
    const final = await chain.writer.settled('slow', SETTLE_MS)
    expect(final).to.deep.equal({ ...included, status: 'final' })
  })

  it('go on after the gateway stopped between sending and inclusion, with the same bytes', async () => {
    const first = await open()
    const brandId = await onboardBrand(first.chain, node)
    await node.rpc.call('evm_setAutomine', [false])
    await first.chain.writer.submit('half', anchorCall(brandId, random32()))
    const sent = await eventually('the broadcast', async () => {
      const found = await first.chain.writer.find('half')
      return found?.status === 'submitted' && found
    })
    await first.close()
    await node.rpc.call('anvil_dropAllTransactions', [])
    const second = await open()
    await eventually(
      'the transaction in the pool',
      async () => (await node.rpc.call<{ pending: string }>('txpool_status', [])).pending === '0x1',
    )
    await node.rpc.call('evm_setAutomine', [true])
    await node.rpc.call('anvil_mine', ['0x1'])
    const done = await second.chain.writer.settled('half', SETTLE_MS)
    expect(done).to.include({ status: 'final', transactionHash: sent.transactionHash })
  })

  it('are replaced under the same nonce, with higher fees, when they are stuck', async () => {
    const { chain } = await open(1, { bumpMs: 1_000 })
    const brandId = await onboardBrand(chain, node)
    await node.rpc.call('evm_setAutomine', [false])
    await chain.writer.submit('cheap', anchorCall(brandId, random32()))
    const first = await eventually(
      'the broadcast',
      async () => (await chain.writer.find('cheap'))?.transactionHash ?? null,
    )
    const second = await eventually('a replacement', async () => {
      const hash = (await chain.writer.find('cheap'))?.transactionHash
      return hash !== first && (hash ?? null)
    })
    type Pooled = { nonce: string; maxFeePerGas: string } | null
    const pooled = (hash: string): Promise<Pooled> =>
      node.rpc.call<Pooled>('eth_getTransactionByHash', [hash])
    const b = await eventually('the replacement in the pool', () => pooled(second))
    expect(await pooled(first), 'the first is out of the pool').to.equal(null)
    expect(Number(b.maxFeePerGas)).to.be.greaterThan(10_000_000_000)
    await node.rpc.call('evm_setAutomine', [true])
    await node.rpc.call('anvil_mine', ['0x1'])
    expect((await chain.writer.settled('cheap', SETTLE_MS)).status).to.equal('final')
  })

  it('are not given up as refused while one that they need is in no block, whatever else is', async () => {
    const { chain } = await open(5, { resendMs: 3_000 })
    const brandId = await onboardBrand(chain, node)
    await chain.writer.submit('first', anchorCall(brandId, random32()))
    await eventually('the inclusion', async () => (await chain.writer.find('first'))?.status === 'included')
    await node.rpc.call('evm_setAutomine', [false])
    const root = random32()
    await chain.writer.submit('needed', anchorCall(brandId, root))
    await eventually('the broadcast', async () => (await chain.writer.find('needed'))?.status === 'submitted')
    await node.rpc.call('anvil_dropAllTransactions', [])
    await chain.writer.submit('needs', revokeCall(root, 3))
    await eventually('both in the pool', async () => {
      const { pending } = await node.rpc.call<{ pending: string }>('txpool_status', [])
      return pending === '0x2' || (await chain.writer.find('needs'))?.status === 'failed'
    })
    await node.rpc.call('anvil_mine', ['0x5'])
    expect((await chain.writer.settled('needs', SETTLE_MS)).status).to.equal('final')
  })

  it('sign again when somebody else used their nonce', async () => {
    const { chain } = await open()
    const brandId = await onboardBrand(chain, node)
    const relayer = addressOf(node.keys.relayerKey)
    await node.rpc.call('evm_setAutomine', [false])
    await chain.writer.submit('taken', anchorCall(brandId, random32()))
    await eventually('the broadcast', async () => (await chain.writer.find('taken'))?.status === 'submitted')
    const used = Number(await node.rpc.call<string>('eth_getTransactionCount', [relayer, 'latest']))
    await node.rpc.call('anvil_setNonce', [relayer, `0x${(used + 1).toString(16)}`])
    await node.rpc.call('anvil_dropAllTransactions', [])
    await node.rpc.call('evm_setAutomine', [true])
    await node.rpc.call('anvil_mine', ['0x1'])
    expect((await chain.writer.settled('taken', SETTLE_MS)).status).to.equal('final')
  })

  it('are run again when they reverted because one before them lost its nonce to somebody else', async () => {
    const { chain } = await open()
    const brandId = await onboardBrand(chain, node)
    const relayer = addressOf(node.keys.relayerKey)
    const nonce = Number(await node.rpc.call<string>('eth_getTransactionCount', [relayer, 'latest']))
    const root = random32()
    await node.rpc.call('evm_setAutomine', [false])
    await chain.writer.submit('before', anchorCall(brandId, root))
    await chain.writer.submit('after', revokeCall(root, 3))
    await eventually('both sent', async () => (await chain.writer.find('after'))?.status === 'submitted')
    await node.rpc.call('anvil_dropAllTransactions', [])
    const unsigned = { chainId: 31_337, nonce, to: relayer, data: '0x', gasLimit: 21_000n } as const
    const fees = { maxFeePerGas: 90_000_000_000n, maxPriorityFeePerGas: 9_000_000_000n }
    const foreign = signTransaction(node.keys.relayerKey, unsigned, { fees, nowMs: 0 })
    await node.rpc.call('eth_sendRawTransaction', [foreign.raw])
    await eventually('the second in the pool again', async () => {
      const { pending } = await node.rpc.call<{ pending: string }>('txpool_status', [])
      return pending === '0x2'
    })
    await node.rpc.call('anvil_mine', ['0x1'])
    await node.rpc.call('evm_setAutomine', [true])
    const both = await Promise.all(['before', 'after'].map((id) => chain.writer.settled(id, SETTLE_MS)))
    expect(both.map((one) => [one.status, one.error])).to.deep.equal([
      ['final', null],
      ['final', null],
    ])
  })

  it('are stored while the node is down and sent when it answers', async () => {
    const port = Number(new URL(node.url).port)
    await node.close()
    const { chain } = await open()
    expect(await rejection(Promise.resolve().then(() => chain.deployment()))).to.include({
      code: 'chain.not_ready',
    })
    const call = { contract: 'BrandRegistry', method: 'name', args: [] } as const
    expect(await rejection(chain.writer.submit('bad', call))).to.include({ code: 'chain.bad_call' })
    await chain.writer.submit('early', anchorCall(random32(), random32()))
    node = await startNode(world.folder, port)
    const done = await chain.writer.settled('early', SETTLE_MS)
    expect(done.status).to.be.oneOf(['final', 'failed'])
  })
})
