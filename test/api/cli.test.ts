import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { type App, buildApp } from '../../server/app.ts'
import { type EmbeddedChain, startEmbeddedChain } from '../../server/chain/anvil.ts'
import { runCli } from '../../server/cli/cli.ts'
import { readConfig } from '../../server/config/config.ts'
import { openDb } from '../../server/db/connection.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { silentLog } from '../../server/kernel/log.ts'

/*
 * one road, on a chain that outlives the gateway
 * register FILE → verify URL (receipt, and again against the chain) → bundle saved → gateway closed
 * → verify BUNDLE --rpc: verified; verify URL: no answer; BUNDLE of other bytes: forged; no --rpc: cannot be told
 */

type Ran = { exit: number; out: string; err: string }

async function cli(argv: string[], env: Record<string, string> = {}): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    progress: null,
  }
  return { exit: await runCli(argv, { env, io }), out: out.join('\n'), err: err.join('\n') }
}

describe('the command line on a real service', function () {
  this.timeout(120_000)
  let folder: string
  let chain: EmbeddedChain
  let app: App | null = null
  let env: Record<string, string>
  /** What the service itself was started with. */
  let settings: Record<string, string>
  let file: string

  before(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'cachet-cli-'))
    chain = await startEmbeddedChain({
      dataDir: path.join(folder, 'elsewhere'),
      log: silentLog,
      clock: systemClock,
    })
    const keys = {
      CHAIN_DEPLOYER_KEY: await fundedKey(chain.rpcUrl),
      CHAIN_RELAYER_KEY: await fundedKey(chain.rpcUrl),
    }
    const dataDir = path.join(folder, 'data')
    const base = {
      ...keys,
      CHAIN_RPC_URL: chain.rpcUrl,
      CHAIN_CONFIRMATIONS: '1',
      CACHET_DATA_DIR: dataDir,
      CACHET_DEPLOYMENTS_DIR: path.join(folder, 'deployments'),
      PORT: '0',
      LOG_LEVEL: 'silent',
    }
    settings = base
    const config = readConfig(base)
    app = await buildApp(config, base, silentLog)
    const port = await app.start()
    await loadDemo(app.services, config, () => {})
    env = { CACHET_URL: `http://127.0.0.1:${port}`, CACHET_DATA_DIR: dataDir }
    file = path.join(folder, 'items.csv')
    await fs.writeFile(
      file,
      'gtin,serial,model\n09521234001157,CLI0000000000001,Exemple\n09521234001157,CLI0000000000002,Exemple\n',
    )
  })
  after(async () => {
    await app?.close()
    await chain?.close()
    await fs.rm(folder, { recursive: true, force: true })
  })

  it('registers a file once, however often it is sent', async () => {
    const first = await cli(['register', file, '--json'], env)
    expect(first.exit, first.err).to.equal(0)
    const batch = JSON.parse(first.out)
    expect(batch).to.include({ status: 'anchored', total: 2 })
    expect(JSON.parse((await cli(['register', file, '--json'], env)).out).id).to.equal(batch.id)
  })

  it('verifies a link with its receipt and again on the chain, then a bundle with the gateway off', async () => {
    const link = 'https://id.gs1.org/01/09521234001157/21/CLI0000000000001'
    const asked = await cli(['verify', link, '--rpc', chain.rpcUrl, '--json'], env)
    expect(asked.exit, asked.err).to.equal(0)
    const verdict = JSON.parse(asked.out)
    expect([verdict.verdict, verdict.receiptHolds, verdict.check.verdict]).to.deep.equal([
      'verified',
      true,
      'verified',
    ])
    expect((await cli(['verify', link.replace('0001', '0009')], env)).exit).to.equal(1)
    const bundle = await (await fetch(`${env['CACHET_URL']}/v1/verifications/${verdict.id}/bundle`)).text()
    const saved = path.join(folder, 'bundle.json')
    await fs.writeFile(saved, bundle)
    await app?.close()
    app = null
    const offline = await cli(['verify', saved, '--rpc', chain.rpcUrl], env)
    expect(offline.exit, offline.err).to.equal(0)
    expect(offline.out)
      .to.match(/^✓ verified/)
      .and.include('as the bundle says: give --registry')
    expect((await cli(['verify', link], env)).exit).to.equal(3)
    expect((await cli(['verify', saved], env)).exit).to.equal(3)
    await fs.writeFile(
      saved,
      JSON.stringify({ ...JSON.parse(bundle), proof: { ...JSON.parse(bundle).proof, index: 1 } }),
    )
    expect((await cli(['verify', saved, '--rpc', chain.rpcUrl], env)).exit).to.equal(1)
  })

  it('compares the store with the chain once the service is stopped, down to the items, and repairs it', async () => {
    const run = async (...more: string[]) => {
      const { exit, out, err } = await cli(['fsck', '--json', ...more], settings)
      expect(err).to.equal('')
      return { exit, ...(JSON.parse(out) as { faults: { fact: string; id: string }[]; compared: object }) }
    }
    const first = await run()
    expect(first).to.deep.include({ exit: 0, faults: [] })
    expect(first.compared).to.include.keys('events', 'writes', 'batches', 'items')
    const batch = await changed('batches', {}, { transactionHash: `0x${'ab'.repeat(32)}` })
    expect(await run())
      .to.deep.include({ exit: 1 })
      .and.to.nested.include({ 'faults[0].id': batch['_id'] })
    expect(await run('--repair')).to.deep.include({ exit: 0, left: [] })
    const item = await changed('items', { index: 0 }, { certificate: 'e30.e30.AA' })
    const last = await run('--repair')
    expect(last.exit, 'items are not made up by a repair').to.equal(1)
    expect(last.faults.map(({ fact, id }) => [fact, id])).to.deep.equal([['batch', item['batchId']]])
    const shown = await cli(['fsck'], settings)
    expect(shown.out)
      .to.match(/^✕ batch /)
      .and.to.match(/✕ 1 differences at block \d+: \d+ events/)
  })

  it('does not compare while the service has the store, or the chain does not answer', async () => {
    const held = await openDb({ dataDir: settings['CACHET_DATA_DIR'] ?? '', log: silentLog })
    expect((await cli(['fsck'], settings)).exit).to.equal(3)
    await held.close()
    const dead = { ...settings, CHAIN_RPC_URL: 'http://127.0.0.1:9' }
    expect((await cli(['fsck'], dead)).exit).to.equal(3)
  })

  /** Changes one document of the stopped service's store; tells what it was. */
  async function changed(name: string, filter: object, change: object): Promise<Record<string, unknown>> {
    const db = await openDb({ dataDir: settings['CACHET_DATA_DIR'] ?? '', log: silentLog })
    try {
      const collection = db.connection.collection(name)
      const before = await collection.findOne(filter)
      await collection.updateOne({ _id: before?._id ?? null } as object, { $set: change })
      return { ...before }
    } finally {
      await db.close()
    }
  }
})

async function fundedKey(rpcUrl: string): Promise<string> {
  const wallet = Wallet.createRandom()
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'anvil_setBalance',
    params: [wallet.address, '0xde0b6b3a7640000'],
  })
  await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return wallet.privateKey
}
