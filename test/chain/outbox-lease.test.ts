import { hostname } from 'node:os'
import { expect } from 'chai'
import { addressOf } from '../../server/chain/chain-keys.ts'
import { chainModels } from '../../server/chain/index.ts'
import { chainLeaseModel } from '../../server/chain/outbox.model.ts'
import { type OutboxStore, outboxStore } from '../../server/chain/outbox.store.ts'
import { createLease, type Lease } from '../../server/chain/outbox-lease.ts'
import { signTransaction } from '../../server/chain/transactions.ts'
import { type Db, openDb, ready } from '../../server/db/connection.ts'
import { type Hex, hexOf } from '../../server/kernel/bytes.ts'
import { silentLog } from '../../server/kernel/log.ts'
import {
  anchorCall,
  createWorld,
  type Node,
  type OpenedChain,
  onboardBrand,
  random32,
  SETTLE_MS,
  startNode,
  type World,
  write,
} from './fixture.ts'
import { eventually, tempFolder } from './support.ts'

const GWEI = 1_000_000_000n
const FEES = { maxFeePerGas: 20n * GWEI, maxPriorityFeePerGas: 2n * GWEI }

/*
 * several gateways on one account
 * ├── two open ─────────────── one sends, the other waits; both see their writes settled
 * ├── the sender closed ────── the other sends at once
 * ├── its lease
 * │   ├── just before the end ─ not taken
 * │   ├── at the end ───────── taken
 * │   └── holder dead here ─── taken at once
 * └── a nonce nobody has
 *     ├── lost by the node ─── filled with an empty transfer, what waited behind it goes on
 *     └── still in the pool ── left alone
 */
describe('several gateways on one account', function () {
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

  const open = (timing = {}): Promise<OpenedChain> =>
    world.open({ rpcUrls: [node.url], ...node.keys }, { timing: { resendMs: 100, hurryMs: 100, ...timing } })
  const relayer = (): Hex => addressOf(node.keys.relayerKey)
  const nonce = async (): Promise<number> =>
    Number(await node.rpc.call<string>('eth_getTransactionCount', [relayer(), 'latest']))

  const foreignTransaction = async (at: number): Promise<Hex> => {
    const unsigned = { chainId: 31_337, nonce: at, to: relayer(), data: '0x', gasLimit: 21_000n } as const
    const { raw, hash } = signTransaction(node.keys.relayerKey, unsigned, { fees: FEES, nowMs: 0 })
    await node.rpc.call('eth_sendRawTransaction', [raw])
    return hash
  }

  it('take turns: one sends what all submit, and the next goes on when it stops', async () => {
    const [first, second] = [await open(), await open()]
    const brandId = await onboardBrand(first.chain)
    const before = await nonce()
    const done = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        write(i % 2 === 0 ? first.chain : second.chain, anchorCall(brandId, random32())),
      ),
    )
    expect(done.map((one) => one.status)).to.deep.equal(done.map(() => 'final'))
    expect(await nonce()).to.equal(before + 10)
    const waiting = await Promise.all(
      [first, second].map(async (g) => (await g.chain.health()).outboxWaitsForLease),
    )
    expect(waiting.toSorted()).to.deep.equal([false, true])
    const [sender, other] = waiting[0] ? [second, first] : [first, second]
    await sender.close()
    expect((await write(other.chain, anchorCall(brandId, random32()))).status).to.equal('final')
    expect((await other.chain.health()).outboxWaitsForLease).to.equal(false)
  })

  it('fill a nonce that the node lost with an empty transfer', async () => {
    const { chain } = await open({ bumpMs: 400 })
    const brandId = await onboardBrand(chain)
    const at = await nonce()
    await node.rpc.call('evm_setAutomine', [false])
    const foreign = await foreignTransaction(at)
    await chain.writer.submit('behind', anchorCall(brandId, random32()))
    await eventually('the broadcast', async () => (await chain.writer.find('behind'))?.status === 'submitted')
    await node.rpc.call('anvil_dropTransaction', [foreign])
    await node.rpc.call('evm_setAutomine', [true])
    const done = await chain.writer.settled('behind', SETTLE_MS)
    expect(done.status).to.equal('final')
    expect(await nonce()).to.equal(at + 2)
  })

  it('leave a nonce alone while somebody else’s transaction has it', async () => {
    const { chain } = await open({ bumpMs: 200 })
    const brandId = await onboardBrand(chain)
    const at = await nonce()
    await node.rpc.call('evm_setAutomine', [false])
    const foreign = await foreignTransaction(at)
    await chain.writer.submit('behind', anchorCall(brandId, random32()))
    const sent = await eventually('a replacement or two', async () => {
      const looked = await node.rpc.call<{ pending: Record<string, Record<string, { hash: string }>> }>(
        'txpool_content',
        [],
      )
      const mine = Object.values(looked.pending)[0] ?? {}
      return Object.keys(mine).length === 2 && mine
    })
    expect(sent[String(at)]?.hash).to.equal(foreign)
    await node.rpc.call('evm_setAutomine', [true])
    await node.rpc.call('anvil_mine', ['0x1'])
    expect((await chain.writer.settled('behind', SETTLE_MS)).status).to.equal('final')
    expect(await node.rpc.call('eth_getTransactionReceipt', [foreign])).to.have.property('status', '0x1')
  })
})

describe('the lease of an account', () => {
  const account = { chainId: 1, address: hexOf(Buffer.alloc(20, 0xaa)) }
  const key = `outbox:1:${account.address}`
  let folder: Awaited<ReturnType<typeof tempFolder>>
  let db: Db
  let store: OutboxStore
  let nowMs: number

  before(async () => {
    folder = await tempFolder()
    db = await openDb({ dataDir: folder.path, log: silentLog })
    await ready(chainModels(db.connection))
  })

  beforeEach(async () => {
    nowMs = 1_000_000
    store = outboxStore(db.connection)
    await chainLeaseModel(db.connection).deleteMany({})
  })

  after(async () => {
    await db.close()
    await folder.remove()
  })

  const lease = (): Lease =>
    createLease({ store, clock: { nowMs: () => nowMs }, log: silentLog }, account.address)
  const heldBy = (holder: string): Promise<boolean> =>
    store.lease(key, { holder, nowMs, untilMs: nowMs + 10_000, deadHolder: () => false })

  it('is refused just before its end and given at its end', async () => {
    const [first, second] = [lease(), lease()]
    expect(await first.isHeld(account)).to.equal(true)
    nowMs += 9_999
    expect([await second.isHeld(account), second.isElsewhere()]).to.deep.equal([false, true])
    nowMs += 1
    expect([await second.isHeld(account), second.isElsewhere()]).to.deep.equal([true, false])
    expect([await first.isHeld(account), first.isElsewhere()]).to.deep.equal([false, true])
  })

  it('is renewed in its second half', async () => {
    const [first, second] = [lease(), lease()]
    await first.isHeld(account)
    nowMs += 6_000
    expect(await first.isHeld(account)).to.equal(true)
    nowMs += 9_999
    expect(await second.isHeld(account)).to.equal(false)
  })

  it('is free at once when released, by its holder alone', async () => {
    const [first, second] = [lease(), lease()]
    await first.isHeld(account)
    await second.release()
    expect(await second.isHeld(account)).to.equal(false)
    await first.release()
    expect(await second.isHeld(account)).to.equal(true)
  })

  it('is taken from a dead process of this machine, not from one of another', async () => {
    await heldBy(`${hostname()}:999999999:gone`)
    expect(await lease().isHeld(account)).to.equal(true)
    await chainLeaseModel(db.connection).deleteMany({})
    await heldBy('another-host:999999999:gone')
    expect(await lease().isHeld(account)).to.equal(false)
  })

  it('is won by one of many who ask at once', async () => {
    const won = await Promise.all(Array.from({ length: 20 }, () => lease().isHeld(account)))
    expect(won.filter((one) => one)).to.have.length(1)
  })
})
