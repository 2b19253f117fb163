import { expect } from 'chai'
import type { Hex } from '../../server/kernel/bytes.ts'
import type { BlockRef, ItemChainState, ItemQuery } from '../../server/kernel/chain-facts.ts'
import { pause } from '../../server/kernel/clock.ts'
import { FAULTS, type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts'
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

/** A few in every run of the tests; five thousand by `CHAIN_FAULTS=5000`, any of them again by `CHAIN_FAULTS_SEED`. */
const COUNT = Number(process.env['CHAIN_FAULTS'] ?? 150)
const SEED = Number(process.env['CHAIN_FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const SHARE = 0.05
const TIMEOUT_MS = 400
const READERS = 3
const CONFIRMATIONS = 3
const OPEN_WRITES_MAX = 10
/** Two logs in one answer, which can change places, are rare. */
const EACH = FAULTS.filter((one) => one !== 'logs reordered')

type Answer = { at: BlockRef; queries: ItemQuery[]; states: ItemChainState[] }

/*
 * an endpoint that does at random what endpoints do wrong, while states are read and writes are under way
 * ├── each answer given ── true at the block it names
 * ├── each event told ──── on the chain, in its order, none left out
 * ├── each write ───────── on the chain once
 * └── rejections ───────── all handled
 */
describe('faults of an endpoint', function () {
  this.timeout(Math.max(120_000, COUNT * 400))
  const log = recordingLog()
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  const random = generator(SEED)
  let world: World
  let node: Node
  let proxy: FaultyProxy
  let at: OpenedChain
  let oracle: Oracle
  let brandId: Hex

  before(async () => {
    process.on('unhandledRejection', note)
    world = await createWorld(log)
    node = await startNode(world.folder)
    proxy = await startFaultyProxy({ target: node.url, random, stallMs: TIMEOUT_MS + 200 })
    const config = { rpcUrls: [proxy.url], confirmations: CONFIRMATIONS, pollMs: 30, ...node.keys }
    const timing = { resendMs: 300, bumpMs: 600_000, hurryMs: 0 }
    at = await world.open(config, { timing, rpcTimeoutMs: TIMEOUT_MS })
    brandId = await onboardBrand(at.chain, node)
    oracle = new Oracle(node.rpc, () => at.chain.deployment().addresses)
    await oracle.scan()
  })

  after(async () => {
    process.off('unhandledRejection', note)
    await world.close()
    await proxy.close()
    await node.close()
  })

  it(`leave ${COUNT} of them without a wrong answer, event or write (seed ${SEED})`, async () => {
    const roots: Hex[] = []
    const reading = { isOn: true, answers: [] as Answer[], refusals: 0 }
    const readers = Array.from({ length: READERS }, () => readOn(roots, reading))
    proxy.share = SHARE
    const found = (): number => log.lines.filter(({ message }) => /missing from the log/.test(message)).length
    const ofEach = (): boolean => EACH.every((fault) => proxy.counts[fault] > 0)
    while (proxy.total() < COUNT || !ofEach() || found() === 0) {
      await writeSome(roots)
      await pause(10 + Math.floor(random() * 40))
    }
    proxy.share = 0
    await settleAll()
    reading.isOn = false
    await Promise.all(readers)
    await oracle.scan()
    for (const { at: block, queries, states } of reading.answers) {
      const answers = queries.map((query, i) => ({ query, state: states[i] as ItemChainState }))
      const fault = oracle.fault(block, answers, CONFIRMATIONS)
      if (fault !== null) throw new Error(`CHAIN_FAULTS_SEED=${SEED}: ${fault}`)
    }
    await expectFeed()
    const { refusals } = reading
    const answers = reading.answers.length
    const seen = { seed: SEED, faults: proxy.total(), ...proxy.counts, answers, refusals, found: found() }
    console.log(`      ${JSON.stringify(seen)}`)
    expect(answers).to.be.greaterThan(COUNT / 2)
    expect(unhandled).to.deep.equal([])
  })

  async function writeSome(roots: Hex[]): Promise<void> {
    const { planned, submitted } = (await at.chain.health()).outbox
    if (planned + submitted > OPEN_WRITES_MAX) return
    const root = random32()
    await at.chain.writer.submit(`anchor:${root}`, anchorCall(brandId, root))
    if (random() < 0.5) await at.chain.writer.submit(`revoke:${root}`, revokeCall(root, 3))
    roots.push(root)
  }

  async function readOn(
    roots: readonly Hex[],
    reading: { isOn: boolean; answers: Answer[]; refusals: number },
  ) {
    while (reading.isOn) {
      const some = [random32(), ...roots.slice(-4)]
      const queries = some.flatMap((root) => [0, 3].map((index) => ({ root, index, thumbprint: random32() })))
      try {
        reading.answers.push({ queries, ...(await at.chain.reader.itemStates(queries)) })
      } catch (error) {
        expect(error).to.include({ code: 'chain.unreachable' })
        reading.refusals += 1
      }
      await pause(5)
    }
  }

  async function settleAll(): Promise<void> {
    await eventually(
      'all writes final',
      async () => {
        await node.rpc.call('anvil_mine', ['0x1'])
        const { outbox } = await at.chain.health()
        return outbox.planned + outbox.submitted + outbox.included === 0
      },
      60_000,
    )
    expect((await at.chain.health()).outbox).to.include({ failed: 0 })
  }

  /** The feed as a reader comes to it: what stands, in order, is what the node itself tells, each event once. */
  async function expectFeed(): Promise<void> {
    const onChain = await registryEvents(node.rpc, at.chain.deployment().addresses)
    const wanted = onChain.map(({ kind, root, blockHash }) => `${kind} ${root} ${blockHash}`)
    const isWhole = async (): Promise<boolean> => {
      const { gaps } = (await at.chain.health()).follower
      return gaps.length === 0 && (await standing()).length >= wanted.length
    }
    await eventually('the whole feed', isWhole, 60_000)
    expect(await standing()).to.deep.equal(wanted)
    const anchored = onChain.filter(({ kind }) => kind === 'anchored').map(({ root }) => root)
    expect(new Set(anchored).size).to.equal(anchored.length)
  }

  async function standing(): Promise<string[]> {
    const all: string[] = []
    for (let sequence = 0; ; ) {
      const page = await at.chain.events.after(sequence, 500)
      for (const event of page) {
        sequence = event.sequence
        const text = `${event.kind} ${rootOf(event)} ${event.at.blockHash}`
        if (event.change === 'added') all.push(text)
        else expect(all.pop()).to.equal(text)
      }
      if (page.length === 0) return all
    }
  }
})
