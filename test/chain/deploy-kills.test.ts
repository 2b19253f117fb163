import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { spawnAnvil } from '../../server/chain/anvil-process.ts'
import { addressOf } from '../../server/chain/chain-keys.ts'
import { checkDeployment } from '../../server/chain/deploy.ts'
import { DEPLOYED } from '../../server/chain/deploy-artifacts.ts'
import { createdAddress } from '../../server/chain/deploy-steps.ts'
import { createRpc, type Rpc } from '../../server/chain/rpc.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { freePort } from '../../server/kernel/free-port.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts'
import { tempFolder } from './support.ts'

const CHAIN_ID = 31_337
const DEPLOYER: Hex = `0x${'11'.repeat(32)}`
const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'deploy.ts')
/** Contracts, the functions of two of them, and the deployer as operator. */
const STEPS = DEPLOYED.length + 3
/** More by hand: `DEPLOY_KILLS=20 npm run test:chain -- -- --grep kills`. */
const KILLS = Number(process.env['DEPLOY_KILLS'] ?? 3)
/** Any number repeats its run; without one each run kills elsewhere. */
const SEED = Number(process.env['DEPLOY_KILLS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

describe('deployment by the script', function () {
  this.timeout(60_000 + KILLS * 30_000)
  let folder: Awaited<ReturnType<typeof tempFolder>>
  let anvil: ChildProcess
  let proxy: CountingProxy
  let rpc: Rpc

  beforeEach(async () => {
    folder = await tempFolder()
    const port = await freePort()
    anvil = await spawnAnvil({ folder: folder.path, port, stateFile: null, clock: systemClock })
    const url = `http://127.0.0.1:${port}`
    proxy = await startCountingProxy(url)
    rpc = createRpc({ url, chainId: CHAIN_ID, log: silentLog })
    await rpc.call('anvil_setBalance', [addressOf(DEPLOYER), '0xde0b6b3a7640000'])
  })

  afterEach(async () => {
    await rpc.close()
    await proxy.close()
    anvil.kill('SIGKILL')
    await once(anvil, 'exit')
    await folder.remove()
  })

  /** Runs the script, killed at that request; answers whether it came to its end, and how much it asked. */
  const run = async (out: string, killAt: number, moment: 'asked' | 'answered' | null) => {
    const env = { ...process.env, CHAIN_RPC_URL: proxy.url, CHAIN_DEPLOYER_KEY: DEPLOYER }
    const child = spawn(process.execPath, [SCRIPT, '--out', out], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let [asked, complaint] = [0, '']
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString()
    })
    proxy.onCall = (count, now) => {
      asked = count
      if (count === killAt && now === moment) child.kill('SIGKILL')
    }
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect([code, signal], complaint).to.deep.include(signal === null ? 0 : 'SIGKILL')
    return { asked, isKilled: signal === 'SIGKILL' }
  }

  it(`gives one set of contracts after ${KILLS} kills anywhere (DEPLOY_KILLS_SEED=${SEED})`, async () => {
    const random = randomFrom(SEED)
    const empty = await rpc.call<string>('evm_snapshot', [])
    const { asked } = await run(join(folder.path, 'whole'), 0, null)
    const whole = await factsOf(join(folder.path, 'whole'))
    let [kills, snapshot] = [0, empty]
    for (let deployment = 0; kills < KILLS; deployment++) {
      await rpc.call('evm_revert', [snapshot])
      snapshot = await rpc.call<string>('evm_snapshot', [])
      const out = join(folder.path, `killed-${deployment}`)
      for (let isDone = false; !isDone; ) {
        const moment = random(2) === 0 ? 'asked' : 'answered'
        const { isKilled } = await run(out, kills < KILLS ? 1 + random(asked) : 0, moment)
        if (isKilled) kills += 1
        else isDone = true
      }
      expect(await factsOf(out)).to.deep.equal(whole)
    }
  })

  /** Everything that a second set of contracts, or a step done twice, would show in. */
  const factsOf = async (out: string) => {
    const deployment = await checkDeployment({ rpcUrl: rpc.url, chainId: CHAIN_ID, folder: out })
    const journal = readFileSync(join(out, 'journal.jsonl'), 'utf8').trimEnd().split('\n')
    const nonce = Number(await rpc.call<string>('eth_getTransactionCount', [addressOf(DEPLOYER), 'latest']))
    const created = Array.from({ length: nonce }, (_, i) =>
      createdAddress({ from: addressOf(DEPLOYER), nonce: i }),
    )
    const codes = await Promise.all(
      created.map((address) => rpc.call<Hex>('eth_getCode', [address, 'latest'])),
    )
    expect([nonce, journal.length]).to.deep.equal([STEPS, STEPS])
    return {
      addresses: Object.values(deployment?.contracts ?? {}).map(({ address }) => address),
      contracts: codes.filter((code) => code !== '0x').length,
      steps: journal.map((line) => (JSON.parse(line) as { step: string }).step),
      files: readdirSync(out).sort(),
    }
  }
})

/** Numbers below a bound, the same for the same seed (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
