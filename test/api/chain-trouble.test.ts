import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { addressOf } from '../../server/chain/chain-keys.ts'
import { hexOf } from '../../server/kernel/bytes.ts'
import { startAnvil, type TestAnvil } from '../support/anvil.ts'
import { eventually, startService, type TestService } from '../support/service.ts'
import { type TempDir, tempDir } from '../support/temp-dir.ts'

/*
 * chain             not final · reorganised away · final · another in the place of what was final · gone
 * registered item   pending · pending · verified · unverifiable · unverifiable
 * unknown item      not_registered throughout: that is a statement about this service's records
 */
describe('verdicts while the chain is in trouble', function () {
  this.timeout(180_000)
  let anvil: TestAnvil
  let service: TestService
  let deployments: TempDir
  const item = { gtin: '09521234001157', serial: `TROUBLE${randomBytes(4).toString('hex').toUpperCase()}` }

  const rpc = async (method: string, params: unknown[]) => {
    const reply = await fetch(anvil.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const answer = (await reply.json()) as { result?: unknown; error?: { message: string } }
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`)
    return answer.result
  }

  const verdict = async (body: object) => {
    const reply = await fetch(`${service.url}/v1/verifications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(reply.status).to.equal(200)
    return (await reply.json()) as { verdict: string; findings: { check: string; result: string }[] }
  }
  const becomes = (wanted: string) =>
    eventually(`the verdict ${wanted}`, async () => (await verdict(item)).verdict === wanted, 60_000)

  before(async () => {
    anvil = await startAnvil()
    deployments = await tempDir()
    const keys = [randomBytes(32), randomBytes(32)].map(hexOf)
    for (const key of keys) await rpc('anvil_setBalance', [addressOf(key), '0x56bc75e2d63100000'])
    const mining = setInterval(() => void rpc('evm_mine', []).catch(() => {}), 250)
    try {
      service = await startService({
        CHAIN_RPC_URL: anvil.url,
        CHAIN_CONFIRMATIONS: '3',
        CHAIN_DEPLOYER_KEY: keys[0] ?? '',
        CHAIN_RELAYER_KEY: keys[1] ?? '',
        CACHET_DEPLOYMENTS_DIR: deployments.path,
      })
    } finally {
      clearInterval(mining)
    }
  })
  after(async () => {
    await service?.close()
    await anvil.stop()
    await deployments.remove()
  })

  it('says pending while too few blocks stand on the anchor', async () => {
    const reply = await fetch(`${service.url}/v1/batches`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${service.credentials.brands[0]?.apiKey}`,
        'content-type': 'text/csv',
      },
      body: `gtin,serial,model\n${item.gtin},${item.serial},Parfum\n`,
    })
    expect(reply.status).to.equal(202)
    await becomes('pending')
    const before = (await rpc('eth_blockNumber', [])) as string
    await eventually(
      'the anchor in a block',
      async () => ((await rpc('eth_blockNumber', [])) as string) !== before,
      30_000,
    )
    expect((await verdict(item)).verdict).to.equal('pending')
    await rpc('anvil_mine', ['0x1'])
    expect((await verdict(item)).verdict).to.equal('pending')
  })

  it('stays pending when the anchor’s block is reorganised away, and says verified once another holds it', async () => {
    await rpc('anvil_reorg', [2, []])
    await becomes('pending')
    await eventually(
      'the anchor to be sent again and to become final',
      async () => {
        await rpc('evm_mine', [])
        return (await verdict(item)).verdict === 'verified'
      },
      60_000,
    )
  })

  it('says unverifiable and is not ready once other blocks are in the place of final ones', async () => {
    await rpc('anvil_reorg', [4, []])
    await becomes('unverifiable')
    const ready = await fetch(`${service.url}/readyz`)
    expect(ready.status).to.equal(503)
    const { checks } = (await ready.json()) as {
      checks: { chain: { ok: boolean; finalityConflict: unknown } }
    }
    expect(checks.chain.ok).to.equal(false)
    expect(checks.chain.finalityConflict).to.include.keys('number', 'was', 'is')
    expect(service.errors).to.include('blocks that were final were replaced; nothing is answered')
  })

  it('says unverifiable, never forged or not_registered, while no endpoint answers', async () => {
    const certificate = await (
      await fetch(`${service.url}/01/${item.gtin}/21/${item.serial}/certificate`)
    ).text()
    await anvil.stop()
    await becomes('unverifiable')
    const answer = await verdict(item)
    expect(answer.findings.find((f) => f.check === 'anchor')?.result).to.equal('unknown')
    expect((await verdict({ certificate })).verdict).to.equal('unverifiable')
    expect((await verdict({ gtin: item.gtin, serial: 'NOBODYKNOWS' })).verdict).to.equal('not_registered')
  })
})
