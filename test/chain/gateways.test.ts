import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import { addressOf } from '../../server/chain/chain-keys.ts'
import { outboxStore } from '../../server/chain/outbox.store.ts'
import { type EmbeddedStore, startEmbedded } from '../../server/db/embedded/start.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import { pause } from '../../server/kernel/clock.ts'
import { silentLog } from '../../server/kernel/log.ts'
import {
  anchorCall,
  createWorld,
  type Node,
  onboardBrand,
  random32,
  revokeCall,
  startNode,
} from './fixture.ts'
import type { GatewaySettings, WriteOrder } from './gateway-process.ts'
import { registryEvents } from './oracle.ts'
import { eventually, generator, tempFolder } from './support.ts'

/** A few in every run of the tests; a thousand by `GATEWAY_WRITES=1000`, the same kills again by `GATEWAY_SEED`. */
const WRITES = Number(process.env['GATEWAY_WRITES'] ?? 40)
const SEED = Number(process.env['GATEWAY_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const GATEWAYS = 4
const OPEN_MAX = 30
const SETTLE_MS = 60_000

/*
 * four gateway processes with one relayer key and one store, killed at random while they write
 * ├── each registration and revocation ── on the chain once, settled as final
 * └── nonces ──────────────────────────── no gap, none waiting, within 60 s of the last kill
 */
describe('four gateways on one relayer key', function () {
  this.timeout(Math.max(180_000, WRITES * 1_500))
  const random = generator(SEED)
  let folder: Awaited<ReturnType<typeof tempFolder>>
  let world: Awaited<ReturnType<typeof createWorld>>
  let store: EmbeddedStore
  let node: Node
  let settings: GatewaySettings
  const gateways: Gateway[] = []

  before(async () => {
    folder = await tempFolder()
    node = await startNode(folder.path)
    store = await startEmbedded({ path: join(folder.path, 'shared.db'), log: silentLog })
    world = await createWorld(silentLog, { uri: store.uri, folder: folder.path })
    settings = { storeUri: store.uri, rpcUrl: node.url, folder: folder.path, keys: node.keys }
  })

  after(async () => {
    await Promise.all(gateways.map((one) => one.kill()))
    await world.close()
    await store.close()
    await node.close()
    await folder.remove()
  })

  it(`write ${WRITES} calls once each while they are killed (seed ${SEED})`, async () => {
    const first = await world.open({ rpcUrls: [node.url], ...node.keys }, { timing: { hurryMs: 100 } })
    const brandId = await onboardBrand(first.chain, node)
    await first.close()
    gateways.push(...Array.from({ length: GATEWAYS }, () => new Gateway(settings)))
    await Promise.all(gateways.map((one) => one.start()))
    const outbox = outboxStore(world.db)
    const working = { isOn: true, kills: 0 }
    const killing = killOn(working)
    const roots: Hex[] = []
    const revoked: Hex[] = []
    for (let i = 0; i < WRITES; i++) {
      const last = roots.at(-1)
      if (i % 4 === 3 && last !== undefined) {
        revoked.push(last)
        await write({ id: `revoke:${last}`, call: revokeCall(last, 3) })
      } else {
        const root = random32()
        roots.push(root)
        await write({ id: `anchor:${root}`, call: anchorCall(brandId, root) })
      }
      await eventually(
        'room',
        async () => {
          const { planned, submitted } = await outbox.counts()
          return planned + submitted < OPEN_MAX
        },
        SETTLE_MS,
      )
    }
    working.isOn = false
    await killing
    await eventually(
      'all writes final, no nonce missing',
      async () => {
        await node.rpc.call('anvil_mine', ['0x1'])
        const { planned, submitted, included } = await outbox.counts()
        return planned + submitted + included === 0
      },
      SETTLE_MS,
    )
    const { failed } = await outbox.counts()
    const account = { chainId: 31_337, address: addressOf(node.keys.relayerKey) }
    const counts = await Promise.all(
      ['latest', 'pending'].map((tag) =>
        node.rpc.call<string>('eth_getTransactionCount', [account.address, tag]),
      ),
    )
    const highest = (await outbox.highestNonce(account)) ?? -1
    console.log(
      `      ${JSON.stringify({ seed: SEED, writes: WRITES, kills: working.kills, nonces: highest + 1 })}`,
    )
    expect(failed).to.equal(0)
    expect(counts.map(Number)).to.deep.equal([highest + 1, highest + 1])
    const events = await registryEvents(node.rpc, first.chain.deployment().addresses)
    const of = (kind: string) => events.filter((one) => one.kind === kind).map(({ root }) => root)
    expect(of('anchored').toSorted()).to.deep.equal(roots.toSorted())
    expect(of('revoked').toSorted()).to.deep.equal(revoked.toSorted())
    expect(working.kills).to.be.greaterThan(0)
  })

  /** Handed to one gateway after another until one that lives acknowledges it. */
  async function write(order: WriteOrder): Promise<void> {
    for (;;) {
      const gateway = gateways[Math.floor(random() * GATEWAYS)]
      if (await gateway?.submit(order)) return
      await pause(20)
    }
  }

  async function killOn(working: { isOn: boolean; kills: number }): Promise<void> {
    do {
      await pause(300 + Math.floor(random() * 900))
      const gateway = gateways[Math.floor(random() * GATEWAYS)]
      await gateway?.kill()
      working.kills += 1
      await gateway?.start()
    } while (working.isOn)
  }
})

class Gateway {
  readonly #settings: GatewaySettings
  #child: ChildProcess | null = null
  #gone: Promise<false> = Promise.resolve(false)
  readonly #waiting = new Map<string, () => void>()

  constructor(settings: GatewaySettings) {
    this.#settings = settings
  }

  async start(): Promise<void> {
    const file = join(import.meta.dirname, 'gateway-process.ts')
    const child = fork(file, [JSON.stringify(this.#settings)], { serialization: 'advanced', stdio: 'ignore' })
    const isReady = new Promise<void>((resolve) => this.#waiting.set('ready', resolve))
    child.on('message', ({ id }: { id: string }) => this.#waiting.get(id)?.())
    this.#gone = once(child, 'exit').then(() => false)
    await Promise.race([isReady, this.#gone])
    this.#child = child
  }

  /** True once it is stored; false when the process ended before it said so. */
  async submit(order: WriteOrder): Promise<boolean> {
    const child = this.#child
    if (child === null || !child.connected) return false
    const done = new Promise<true>((resolve) => this.#waiting.set(order.id, () => resolve(true)))
    const gone = this.#gone
    child.send(order, () => undefined)
    try {
      return await Promise.race([done, gone])
    } finally {
      this.#waiting.delete(order.id)
    }
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await this.#gone
  }
}
