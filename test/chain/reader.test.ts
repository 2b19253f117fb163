import { expect } from 'chai'
import fc from 'fast-check'
import { contractInterfaces } from '../../server/chain/contracts.ts'
import { type Head, trackHeads } from '../../server/chain/head.ts'
import { createChainReader } from '../../server/chain/reader.ts'
import { createRpc } from '../../server/chain/rpc.ts'
import { decodeStatuses, encodeStatuses, factsOf } from '../../server/chain/status-words.ts'
import { type Hex, hexOf } from '../../server/kernel/bytes.ts'
import type { ItemChainState } from '../../server/kernel/chain-facts.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { CloseStack } from '../../server/kernel/close-stack.ts'
import { silentLog } from '../../server/kernel/log.ts'
import {
  anchorCall,
  createWorld,
  type Node,
  type OpenedChain,
  onboardBrand,
  random32,
  revokeCall,
  startNode,
  type World,
  write,
} from './fixture.ts'
import { startProxy } from './proxy.ts'
import { eventually, rejection } from './support.ts'

/*
 * item states
 * ├── root unknown ───────────── no anchor, nothing revoked
 * ├── anchored, revoked ──────── told at one block with its confirmations
 * ├── many at once ───────────── few calls, each caller its own answer
 * ├── block reorganised away ─── answered at the newest block
 * ├── anchor reorganised away ── no anchor
 * ├── node down ──────────────── chain.unreachable
 * └── chain begun again ──────── chain.unreachable, and health says why
 */
describe('item states', function () {
  this.timeout(60_000)

  describe('on the embedded chain', () => {
    let world: World
    let at: OpenedChain
    let brandId: Hex

    before(async () => {
      world = await createWorld()
      at = await world.open()
      brandId = await onboardBrand(at.chain)
    })

    after(() => world.close())

    const stateOf = async (root: Hex, index: number): Promise<ItemChainState | undefined> =>
      (await at.chain.reader.itemStates([{ root, index, thumbprint: random32() }])).states[0]

    it('know nothing of an unknown root', async () => {
      const nothing = { anchor: null, revoked: false, recalled: false, key: null, brandSuspendedAtUnix: null }
      expect(await stateOf(random32(), 5)).to.deep.equal({ ...nothing, ownership: null })
    })

    it('tell the anchor and exactly the revoked leaf', async () => {
      const root = random32()
      const anchored = await write(at.chain, anchorCall(brandId, root, 600))
      await write(at.chain, revokeCall(root, 257))
      const indexes = [1, 256, 257, 258]
      const { at: block, states } = await at.chain.reader.itemStates(
        indexes.map((index) => ({ root, index, thumbprint: random32() })),
      )
      expect(states.map((s) => s.revoked)).to.deep.equal([false, false, true, false])
      expect(states[0]?.anchor).to.deep.include({
        brandId,
        leafCount: 600,
        kind: 'items',
        blockNumber: anchored.blockNumber,
        final: true,
      })
      expect(states[0]?.anchor?.confirmations).to.equal(block.blockNumber - (anchored.blockNumber ?? 0) + 1)
      const stamped = await at.rpc.call<{ timestamp: string }>('eth_getBlockByHash', [block.blockHash, false])
      expect(block).to.include({ chainId: 31_337, timeUnix: Number(stamped.timestamp) })
    })

    it('see a write as soon as it is settled', async () => {
      for (let i = 0; i < 10; i++) {
        const root = random32()
        await write(at.chain, anchorCall(brandId, root))
        expect((await stateOf(root, 0))?.anchor?.final).to.equal(true)
      }
    })

    it('of many callers travel in few calls, all at one block each', async () => {
      const opened = new CloseStack()
      const rpc = opened.add(createRpc({ url: at.chain.rpcUrl, chainId: null, log: silentLog }))
      const heads = opened.add(
        trackHeads({ rpc, finality: 1, clock: systemClock, log: silentLog, pollMs: 60_000 }),
      )
      const { addresses } = at.chain.deployment()
      const reader = createChainReader({ rpc, heads, clock: systemClock, addresses: () => addresses })
      const root = random32()
      await write(at.chain, anchorCall(brandId, root, 3_000))
      await write(at.chain, revokeCall(root, 77))
      await heads.fresh(0)
      const before = rpc.counts.calls
      const answers = await Promise.all(
        Array.from({ length: 1_200 }, (_, index) =>
          reader.itemStates([{ root, index, thumbprint: random32() }]),
        ),
      )
      const revoked = answers.flatMap((a, index) => (a.states[0]?.revoked ? [index] : []))
      expect(revoked).to.deep.equal([77])
      // Four groups: each a call, and the two blocks that say whether it was answered from the block it names.
      expect(rpc.counts.calls - before).to.be.at.most(16)
      await opened.closeAll()
    })

    it('are read once a block for the same question', async () => {
      const opened = new CloseStack()
      const rpc = opened.add(createRpc({ url: at.chain.rpcUrl, chainId: null, log: silentLog }))
      const clock = { nowMs: () => 1_000 }
      const heads = opened.add(trackHeads({ rpc, finality: 1, clock, log: silentLog, pollMs: 60_000 }))
      const { addresses } = at.chain.deployment()
      const reader = createChainReader({ rpc, heads, clock, addresses: () => addresses })
      const query = { root: random32(), index: 1, thumbprint: random32() }
      const first = await reader.itemStates([query])
      const before = rpc.counts.calls
      expect(await reader.itemStates([query])).to.deep.equal(first)
      expect(rpc.counts.calls).to.equal(before)
      await opened.closeAll()
    })

    it('are answered at the newest block when the pinned one was reorganised away', async () => {
      const opened = new CloseStack()
      const rpc = opened.add(createRpc({ url: at.chain.rpcUrl, chainId: null, log: silentLog }))
      const clock = { nowMs: () => 1_000 }
      const heads = opened.add(trackHeads({ rpc, finality: 1, clock, log: silentLog, pollMs: 60_000 }))
      const { addresses } = at.chain.deployment()
      const reader = createChainReader({ rpc, heads, clock, addresses: () => addresses })
      const pinned = await reader.head()
      await at.rpc.call('anvil_reorg', [1, []])
      const { at: block } = await reader.itemStates([{ root: random32(), index: 0, thumbprint: random32() }])
      expect(block.blockHash).not.to.equal(pinned.blockHash)
      expect(
        (await at.rpc.call<object | null>('eth_getBlockByHash', [block.blockHash, false])) === null,
      ).to.equal(false)
      await opened.closeAll()
    })
  })

  describe('on a node elsewhere', () => {
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

    const query = (root: Hex) => [{ root, index: 0, thumbprint: random32() }]

    it('are not final before so many blocks stand on the anchor, and have no anchor when it is reorganised away', async () => {
      const { chain } = await world.open(
        { rpcUrls: [node.url], confirmations: 3, ...node.keys },
        { timing: { resendMs: 60_000 } },
      )
      const brandId = await onboardBrand(chain, node)
      const root = random32()
      await chain.writer.submit('one', anchorCall(brandId, root))
      const first = await eventually(
        'the anchor',
        async () => (await chain.reader.itemStates(query(root))).states[0]?.anchor ?? null,
      )
      expect(first).to.include({ confirmations: 1, final: false })
      await node.rpc.call('anvil_mine', ['0x1'])
      const second = await eventually('a second block', async () => {
        const anchor = (await chain.reader.itemStates(query(root))).states[0]?.anchor
        return anchor?.confirmations === 2 && anchor
      })
      expect(second.final).to.equal(false)
      await node.rpc.call('evm_setAutomine', [false])
      await node.rpc.call('anvil_reorg', [2, []])
      await eventually(
        'the anchor gone',
        async () => (await chain.reader.itemStates(query(root))).states[0]?.anchor === null,
      )
      await node.rpc.call('evm_setAutomine', [true])
      await eventually('the anchor back', async () => {
        await node.rpc.call('anvil_mine', ['0x1'])
        return (await chain.reader.itemStates(query(root))).states[0]?.anchor?.final === true
      })
      expect((await chain.writer.settled('one', 5_000)).status).to.equal('final')
    })

    it('cannot be told while the node is down, and can when it is back', async () => {
      const proxy = await startProxy(node.url)
      const { chain } = await world.open({ rpcUrls: [proxy.url], ...node.keys })
      await chain.reader.itemStates(query(random32()))
      proxy.broken = true
      await eventually('no answer', async () => {
        const error = await chain.reader.itemStates(query(random32())).then(
          () => null,
          (e: Error) => e,
        )
        return error !== null && 'code' in error && error.code === 'chain.unreachable'
      })
      proxy.broken = false
      await eventually('an answer', async () =>
        chain.reader.itemStates(query(random32())).then(
          () => true,
          () => false,
        ),
      )
      await proxy.close()
    })

    it('cannot be told from a chain that begins again, whatever it says', async () => {
      const { chain } = await world.open({ rpcUrls: [node.url], ...node.keys })
      const port = Number(new URL(node.url).port)
      await onboardBrand(chain)
      await node.close()
      node = await startNode(world.folder, port)
      const refused = await eventually('a refusal', async () => {
        const error = await chain.reader.itemStates(query(random32())).then(
          () => null,
          (e: Error) => e,
        )
        return error?.message.includes('was final before') && error
      })
      expect(refused).to.include({ code: 'chain.unreachable' })
      await node.rpc.call('anvil_mine', ['0x20'])
      await eventually('the alarm', async () => (await chain.health()).finalityConflict !== null)
      expect(await chain.health()).to.include({ ready: false })
      expect(await rejection(chain.reader.itemStates(query(random32())))).to.include({
        code: 'chain.unreachable',
      })
    })

    it('are final by the node’s own finalized block where that is the rule', async () => {
      const { chain } = await world.open({ rpcUrls: [node.url], confirmations: 'finalized', ...node.keys })
      const brandId = await onboardBrand(chain, node)
      const root = random32()
      await chain.writer.submit('one', anchorCall(brandId, root))
      const anchor = await eventually(
        'the anchor',
        async () => (await chain.reader.itemStates(query(root))).states[0]?.anchor ?? null,
      )
      expect(anchor.final).to.equal(false)
      await node.rpc.call('anvil_mine', ['0x80'])
      await eventually(
        'finality',
        async () => (await chain.reader.itemStates(query(root))).states[0]?.anchor?.final === true,
      )
    })
  })

  describe('in bytes', () => {
    const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hexOf)
    const queries = fc.array(fc.record({ root: word, index: fc.nat(0xffff_ffff), thumbprint: word }), {
      maxLength: 5,
    })

    it('are asked for as ethers would', () => {
      fc.assert(
        fc.property(queries, (list) => {
          const expected = contractInterfaces.ItemRegistry.encodeFunctionData('statuses', [list])
          expect(encodeStatuses(list)).to.equal(expected)
        }),
      )
    })

    it('are refused when there are more or fewer than asked', () => {
      expect(decodeStatuses('0x', 1)).to.equal(null)
      const none = contractInterfaces.ItemRegistry.encodeFunctionResult('statuses', [[]]) as Hex
      expect(decodeStatuses(none, 0)).to.deep.equal([])
      expect(decodeStatuses(none, 1)).to.equal(null)
    })

    it('count confirmations and finality from the block read', () => {
      const anchor = {
        brandId: random32(),
        leafCount: 1,
        kind: 'items',
        anchoredAtUnix: 5,
        blockNumber: 7,
      } as const
      const raw = { anchor, revoked: false, recalled: false, key: null, brandSuspendedAtUnix: null }
      const head = (finalNumber: number): Head => ({
        block: { chainId: 1, blockNumber: 9, blockHash: random32(), timeUnix: 6 },
        parentHash: random32(),
        finalNumber,
        baseFeePerGas: 0n,
      })
      expect(factsOf(raw, head(6)).anchor).to.include({ confirmations: 3, final: false })
      expect(factsOf(raw, head(7)).anchor).to.include({ confirmations: 3, final: true })
    })
  })
})
