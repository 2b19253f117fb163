import { expect } from 'chai'
import { addressOf } from '../../server/chain/chain-keys.ts'
import { signTransaction } from '../../server/chain/transactions.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import type { BlockRef, ItemChainState, ItemQuery } from '../../server/kernel/chain-facts.ts'
import { pause } from '../../server/kernel/clock.ts'
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
} from './fixture.ts'
import { Oracle, registryEvents } from './oracle.ts'
import { eventually, generator, recordingLog, rootOf } from './support.ts'

/** Deep enough that a reorganisation of 64 blocks takes nothing back that is final. */
const CONFIRMATIONS = 65
const DEPTH_MAX = 64
/** A few in every run of the tests; fifty and more by `REORG_CASES=50`, any of them again by `REORG_SEED`. */
const CASES = Number(process.env['REORG_CASES'] ?? 4)
const SEED = Number(process.env['REORG_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const FEES = { maxFeePerGas: 50_000_000_000n, maxPriorityFeePerGas: 2_000_000_000n }

type Answer = { at: BlockRef; queries: ItemQuery[]; states: ItemChainState[] }
type Plan = { depth: number; kept: number; isReplaced: boolean; anchors: number }
/** A transaction for `anvil_reorg`: its signed bytes, and which of the new blocks holds it. */
type Placed = [Hex, number]

/*
 * a reorganisation of 1 to 64 blocks, while states are read and writes are under way
 * ├── of the transactions in those blocks the first are moved, one replaced, the others dropped
 * ├── each answer given meanwhile ─── true at the block it names
 * ├── each registration ───────────── once on the chain, settled as final
 * └── feed and store ──────────────── those that a gateway with an empty store rebuilds
 * a reorganisation beyond finality ── refused: no answer, nothing taken back, not ready, logged as an error
 */
describe('reorganisations', function () {
  this.timeout(Math.max(180_000, CASES * 30_000))
  const log = recordingLog()
  let world: World
  let node: Node
  let at: OpenedChain
  let oracle: Oracle
  let brandId: Hex

  before(async () => {
    world = await createWorld(log)
    node = await startNode(world.folder)
    const config = { rpcUrls: [node.url], confirmations: CONFIRMATIONS, pollMs: 50, ...node.keys }
    at = await world.open(config, { timing: { resendMs: 50, bumpMs: 600_000, hurryMs: 0 } })
    brandId = await onboardBrand(at.chain, node)
    await mine(CONFIRMATIONS)
    // From here on blocks come from the test alone, so that each is known before it can be gone.
    await node.rpc.call('evm_setAutomine', [false])
    oracle = new Oracle(node.rpc, () => at.chain.deployment().addresses)
    await oracle.scan()
  })

  after(async () => {
    await world.close()
    await node.close()
  })

  const mine = (count: number): Promise<unknown> => node.rpc.call('anvil_mine', [`0x${count.toString(16)}`])
  const blockNumber = async (): Promise<number> => Number(await node.rpc.call('eth_blockNumber', []))

  it(`leave ${CASES} random cases without a wrong answer, and each registration once (seed ${SEED})`, async () => {
    const random = generator(SEED)
    const roots: Hex[] = []
    const done = { answers: 0, refusals: 0, moved: 0, replaced: 0, dropped: 0 }
    for (let round = 0; round < CASES; round++) {
      const what = `REORG_SEED=${SEED}, case ${round}`
      const depth = ([1, DEPTH_MAX, 2, 33] as const)[round] ?? 1 + Math.floor(random() * DEPTH_MAX)
      const plan = {
        depth,
        kept: random(),
        isReplaced: random() < 0.5,
        anchors: 1 + Math.floor(random() * 5),
      }
      const one = await runCase(random, plan)
      for (const answer of one.answers) {
        const answers = answer.queries.map((query, i) => ({
          query,
          state: answer.states[i] as ItemChainState,
        }))
        const fault = oracle.fault(answer.at, answers, CONFIRMATIONS)
        if (fault !== null) throw new Error(`${what}: ${fault}`)
      }
      roots.push(...one.roots)
      for (const key of ['moved', 'replaced', 'dropped', 'refusals'] as const) done[key] += one[key]
      done.answers += one.answers.length
      await expectOnce(roots, what)
    }
    console.log(`      ${CASES} reorganisations (seed ${SEED}): ${JSON.stringify(done)}`)
    expect(done.answers).to.be.greaterThan(CASES)
    await expectRebuilt()
  })

  it('beyond finality are refused: no answer, nothing taken back, health not ready', async () => {
    const query = { root: random32(), index: 0, thumbprint: random32() }
    // Empty blocks that are made again are the same: the first to be replaced needs a transaction that the new has not.
    await node.rpc.call('eth_sendRawTransaction', [await payment()])
    await mine(CONFIRMATIONS + 2)
    await eventually('the newest block, and all that is final below it', async () => {
      const { follower, finalNumber } = await at.chain.health()
      const newest = await blockNumber()
      return follower.blockNumber === newest && finalNumber === newest - CONFIRMATIONS + 1
    })
    const before = await at.chain.events.after(0, 1_000)
    await node.rpc.call('anvil_reorg', [CONFIRMATIONS + 5, []])
    await mine(1)
    const health = await eventually('the alarm', async () => {
      const one = await at.chain.health()
      return one.finalityConflict !== null && one
    })
    expect(health.ready).to.equal(false)
    const refused = await at.chain.reader.itemStates([query]).then(
      () => null,
      (error: { code: string }) => error.code,
    )
    expect(refused).to.equal('chain.unreachable')
    await at.chain.writer.submit('beyond', anchorCall(brandId, random32()))
    await mine(3)
    expect((await at.chain.health()).ready).to.equal(false)
    expect(await at.chain.writer.find('beyond')).to.include({ status: 'planned' })
    expect(await at.chain.events.after(0, 1_000)).to.deep.equal(before)
    expect(
      log.lines.some(({ level, message }) => level === 'error' && /final were replaced/.test(message)),
    ).to.equal(true)
  })

  /** Somebody else's transaction. */
  async function payment(): Promise<Hex> {
    const from = addressOf(node.keys.deployerKey)
    const nonce = Number(await node.rpc.call<string>('eth_getTransactionCount', [from, 'latest']))
    const unsigned = { chainId: 31_337, nonce, to: from, data: '0x', gasLimit: 21_000n } as const
    return signTransaction(node.keys.deployerKey, unsigned, { fees: FEES, nowMs: 0 }).raw
  }

  /** Writes, mines, reorganises while states are read, and mines on until everything is final. */
  async function runCase(random: () => number, plan: Plan) {
    const roots = Array.from({ length: plan.anchors }, random32)
    const queries = roots.flatMap((root) => [0, 3].map((index) => ({ root, index, thumbprint: random32() })))
    const reading = { isOn: true, answers: [] as Answer[], refusals: 0 }
    const reads = readOn(queries, reading)
    for (const root of roots) {
      await at.chain.writer.submit(`anchor:${root}`, anchorCall(brandId, root))
      if (random() < 0.5) await at.chain.writer.submit(`revoke:${root}`, revokeCall(root, 3))
      if (random() < 0.6) await sent()
      await mine(1 + Math.floor(random() * 3))
    }
    await sent()
    await mine(Math.max(1, Math.floor(random() * plan.depth)))
    await oracle.scan()
    const { placed, ...counts } = await arrange(random, plan)
    await node.rpc.call('anvil_reorg', [plan.depth, placed])
    await oracle.scan()
    await settleAll()
    reading.isOn = false
    await reads
    return { roots, answers: reading.answers, refusals: reading.refusals, ...counts }
  }

  async function readOn(
    queries: ItemQuery[],
    reading: { isOn: boolean; answers: Answer[]; refusals: number },
  ) {
    while (reading.isOn) {
      try {
        reading.answers.push({ queries, ...(await at.chain.reader.itemStates(queries)) })
      } catch {
        reading.refusals += 1
      }
      await pause(2)
    }
  }

  /** Until nothing is only planned, or what is planned waits for something else to be mined. */
  async function sent(): Promise<void> {
    for (let i = 0; i < 25 && (await at.chain.health()).outbox.planned > 0; i++) await pause(10)
  }

  /** Which transactions of the lost blocks come again, in which of the new ones: the nonces have to go on. */
  async function arrange(random: () => number, { depth, kept, isReplaced }: Plan) {
    const relayer = addressOf(node.keys.relayerKey)
    const top = await blockNumber()
    const lost: { hash: Hex; nonce: string }[] = []
    for (let number = top - depth + 1; number <= top; number++) {
      const block = await node.rpc.call<{ transactions: { from: Hex; hash: Hex; nonce: string }[] }>(
        'eth_getBlockByNumber',
        [`0x${number.toString(16)}`, true],
      )
      lost.push(...block.transactions.filter(({ from }) => from.toLowerCase() === relayer))
    }
    const moved = lost.slice(0, Math.floor(lost.length * kept))
    const places = moved.map(() => Math.floor(random() * depth)).toSorted((a, b) => a - b)
    const raws = await Promise.all(
      moved.map(({ hash }) => node.rpc.call<Hex>('eth_getRawTransactionByHash', [hash])),
    )
    const placed = raws.map((raw, i): Placed => [raw, places[i] ?? 0])
    const next = lost[moved.length]
    if (!isReplaced || next === undefined)
      return { placed, moved: moved.length, replaced: 0, dropped: lost.length - moved.length }
    const unsigned = {
      chainId: 31_337,
      nonce: Number(next.nonce),
      to: relayer,
      data: '0x',
      gasLimit: 21_000n,
    } as const
    const foreign = signTransaction(node.keys.relayerKey, unsigned, { fees: FEES, nowMs: 0 })
    placed.push([foreign.raw, places.at(-1) ?? 0])
    return { placed, moved: moved.length, replaced: 1, dropped: lost.length - moved.length - 1 }
  }

  /** Mines on until every write is final. */
  async function settleAll(): Promise<void> {
    await eventually(
      'all writes final',
      async () => {
        await mine(5)
        await oracle.scan()
        const { outbox } = await at.chain.health()
        return outbox.planned + outbox.submitted + outbox.included === 0
      },
      60_000,
    )
  }

  async function expectOnce(roots: readonly Hex[], what: string): Promise<void> {
    const events = await registryEvents(node.rpc, at.chain.deployment().addresses)
    const anchored = events.filter(({ kind }) => kind === 'anchored').map(({ root }) => root)
    expect(anchored.toSorted(), what).to.deep.equal(roots.toSorted())
    expect((await at.chain.health()).outbox, what).to.include({ failed: 0, planned: 0, submitted: 0 })
  }

  /** A gateway that begins with an empty store, on the same chain, comes to the same. */
  async function expectRebuilt(): Promise<void> {
    const other = await createWorld()
    try {
      const config = { rpcUrls: [node.url], confirmations: CONFIRMATIONS, pollMs: 50 }
      const { folder } = world
      const rebuilt = await other.open({ ...config, deploymentsDir: `${folder}/deployments` })
      const head = await blockNumber()
      for (const chain of [at.chain, rebuilt.chain])
        await eventually(
          'the newest block',
          async () => (await chain.health()).follower.blockNumber === head,
          60_000,
        )
      const [ours, theirs] = [await standingFeed(at), await standingFeed(rebuilt)]
      const onChain = await registryEvents(node.rpc, at.chain.deployment().addresses)
      expect(ours).to.deep.equal(theirs)
      expect(ours).to.deep.equal(onChain.map(({ kind, root, blockHash }) => `${kind} ${root} ${blockHash}`))
      expect((await at.chain.health()).follower)
        .to.include({ finalBlocksLost: 0 })
        .and.to.deep.include({ gaps: [] })
    } finally {
      await other.close()
    }
  }
})

/** What stands in the feed after all additions and removals. */
async function standingFeed({ chain }: OpenedChain): Promise<string[]> {
  const standing: string[] = []
  let sequence = 0
  for (;;) {
    const page = await chain.events.after(sequence, 500)
    for (const event of page) {
      sequence += 1
      expect(event.sequence).to.equal(sequence)
      const text = `${event.kind} ${rootOf(event)} ${event.at.blockHash}`
      if (event.change === 'added') standing.push(text)
      else expect(standing.pop()).to.equal(text)
    }
    if (page.length === 0) return standing
  }
}
