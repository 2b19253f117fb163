import { spawn } from 'node:child_process'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type EmbeddedChain, startEmbeddedChain } from '../../server/chain/anvil.ts'
import { addressOf } from '../../server/chain/chain-keys.ts'
import { createRpc, type Rpc } from '../../server/chain/rpc.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { eventually, recordingLog, rejection, tempFolder } from './support.ts'

/** EIP-7951. */
const P256_PRECOMPILE = `0x${'100'.padStart(40, '0')}`

/*
 * embedded chain
 * ├── P-256 precompile ────── answers 1 for a signature, nothing for another's
 * ├── started twice in turn ── keeps blocks and keys
 * ├── killed ──────────────── is started again on the kept state, same address
 * ├── gateway killed ──────── the next start ends the orphan, and keeps what it had
 * ├── other gateway alive ─── refused
 * └── state file damaged ──── starts empty, the damaged file is set aside
 */
describe('embedded chain', function () {
  this.timeout(60_000)
  let folder: Awaited<ReturnType<typeof tempFolder>>
  let open: { close(): Promise<void> }[] = []

  beforeEach(async () => {
    folder = await tempFolder()
  })

  afterEach(async () => {
    for (const one of open.toReversed()) await one.close()
    open = []
    await folder.remove()
  })

  const start = async (log = silentLog): Promise<{ chain: EmbeddedChain; rpc: Rpc }> => {
    const chain = await startEmbeddedChain({ dataDir: folder.path, log, clock: systemClock })
    const rpc = createRpc({ url: chain.rpcUrl, chainId: null, log: silentLog })
    open.push(chain, rpc)
    return { chain, rpc }
  }

  const height = async (rpc: Rpc): Promise<number> => Number(await rpc.call<string>('eth_blockNumber', []))

  it('has the P-256 precompile, which passkeys are checked with', async () => {
    const { rpc } = await start()
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const signature = sign('sha256', Buffer.from('a message'), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const digest = createHash('sha256').update('a message').digest()
    const key = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
    const ask = (hash: Buffer): Promise<string> => {
      const data = `0x${Buffer.concat([hash, signature, ...key]).toString('hex')}`
      return rpc.call('eth_call', [{ to: P256_PRECOMPILE, data }, 'latest'])
    }
    expect(await ask(digest)).to.equal(`0x${'1'.padStart(64, '0')}`)
    expect(await ask(Buffer.alloc(32))).to.equal('0x')
  })

  it('keeps blocks, balances and keys from one start to the next', async () => {
    const first = await start()
    await first.rpc.call('anvil_mine', ['0x5'])
    const hash = (await first.rpc.call<{ hash: string }>('eth_getBlockByNumber', ['0x5', false])).hash
    await first.chain.close()
    const second = await start()
    const block = await second.rpc.call<{ hash: string }>('eth_getBlockByNumber', ['0x5', false])
    expect(block.hash).to.equal(hash)
    expect(second.chain.keys).to.deep.equal(first.chain.keys)
    const balance = await second.rpc.call<string>('eth_getBalance', [
      addressOf(second.chain.keys.relayerKey),
      'latest',
    ])
    expect(BigInt(balance)).to.equal(10n ** 24n)
  })

  it('keeps its keys in a file that only the owner may read', async () => {
    const { chain } = await start()
    expect(statSync(join(folder.path, 'chain', 'keys.json')).mode & 0o777).to.equal(0o600)
    expect(chain.keys.deployerKey).not.to.equal(chain.keys.relayerKey)
  })

  it('answers at the same address after it was killed, with the blocks that were kept', async () => {
    const { chain, rpc } = await start(recordingLog())
    await rpc.call('anvil_mine', ['0x3'])
    await chain.save()
    const pid = chain.pid()
    const restarted = new Promise<void>((resolve) => chain.onRestart(resolve))
    process.kill(pid ?? 0, 'SIGKILL')
    await restarted
    expect(chain.pid()).not.to.equal(pid)
    expect(await height(rpc)).to.equal(3)
  })

  it('ends the chain a killed gateway left behind and keeps all of its blocks', async () => {
    const script = `
      import { startEmbeddedChain } from ${JSON.stringify(new URL('../../server/chain/anvil.ts', import.meta.url).href)}
      import { systemClock } from ${JSON.stringify(new URL('../../server/kernel/clock.ts', import.meta.url).href)}
      import { silentLog } from ${JSON.stringify(new URL('../../server/kernel/log.ts', import.meta.url).href)}
      const chain = await startEmbeddedChain({ dataDir: process.argv[1], log: silentLog, clock: systemClock })
      process.stdout.write(JSON.stringify({ url: chain.rpcUrl, pid: chain.pid() }))`
    const gateway = spawn(process.execPath, ['--input-type=module', '-e', script, folder.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said] = (await once(gateway.stdout, 'data')) as [Buffer]
    const { url, pid } = JSON.parse(said.toString()) as { url: string; pid: number }
    const refused = await rejection(
      startEmbeddedChain({ dataDir: folder.path, log: silentLog, clock: systemClock }),
    )
    gateway.kill('SIGKILL')
    await once(gateway, 'exit')
    const left = createRpc({ url, chainId: null, log: silentLog })
    open.push(left)
    await left.call('anvil_mine', ['0x7'])
    const { rpc } = await start()
    expect(refused.code).to.equal('chain.in_use')
    expect(await height(rpc)).to.equal(7)
    expect(
      existsSync(`/proc/${pid}/cmdline`) &&
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder.path),
    ).to.equal(false)
  })

  it('does not touch a process that only has the recorded number', async () => {
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    const first = await start()
    await first.chain.close()
    const record = { pid: bystander.pid, startedAt: '', port: 1, gatewayPid: 1 }
    writeFileSync(join(folder.path, 'chain', 'anvil.json'), JSON.stringify(record))
    await start()
    expect(bystander.exitCode).to.equal(null)
    expect(bystander.signalCode).to.equal(null)
    bystander.kill('SIGKILL')
  })

  it('starts empty on a damaged state file and sets the file aside', async () => {
    const first = await start()
    await first.rpc.call('anvil_mine', ['0x2'])
    await first.chain.close()
    const file = join(folder.path, 'chain', 'state.json.gz')
    writeFileSync(file, readFileSync(file).subarray(0, 100))
    const log = recordingLog()
    const { rpc } = await start(log)
    expect(await height(rpc)).to.equal(0)
    expect(existsSync(`${file}.damaged`)).to.equal(true)
    expect(log.lines.filter((l) => l.level === 'error')).to.have.length(1)
  })

  it('writes its state by itself while blocks come', async () => {
    const { rpc } = await start()
    await rpc.call('anvil_mine', ['0x1'])
    await eventually('a state file', async () => existsSync(join(folder.path, 'chain', 'state.json.gz')))
  })
})
