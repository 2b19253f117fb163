import { expect } from 'chai'
import { encodeStatuses } from '../../server/chain/status-words.ts'
import { policyWith } from '../../server/http/policy.ts'
import { startService, type TestService } from '../support/service.ts'

/*
 * what a page asks of the chain through the service
 * ├── chain id, blocks, our registry at a block named by its hash ...... answered, one by one or together
 * ├── other methods, contracts, selectors, blocks, sizes ............... refused by JSON-RPC, each alone
 * └── what is no JSON-RPC, or too much of it ........................... 400
 */
describe('the chain as a page may ask it', () => {
  let service: TestService
  let registry: string
  let blockHash: string
  before(async () => {
    service = await startService()
    registry = service.services.chain.deployment().addresses.ItemRegistry
    const { result } = (await ask('eth_getBlockByNumber', ['latest', false])) as { result: { hash: string } }
    blockHash = result.hash
  })
  after(() => service.close())

  const post = (body: unknown) =>
    fetch(`${service.url}/v1/chain/rpc`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  const call = (method: string, params: unknown[], id = 1) => ({ jsonrpc: '2.0', id, method, params })
  const ask = async (method: string, params: unknown[]) => (await post(call(method, params))).json()
  const none = `0x${'0'.repeat(64)}` as const
  const data = encodeStatuses([{ root: none, index: 0, thumbprint: none }])
  const at = () => ({ blockHash, requireCanonical: true })

  it('answers what the check of an item takes, in one request too', async () => {
    const calls = [call('eth_chainId', [], 7), call('eth_call', [{ to: registry, data }, at()], 8)]
    const [id, read] = (await (await post(calls)).json()) as { id: number; result: string }[]
    expect([id?.id, id?.result, read?.id]).to.deep.equal([7, '0x7a69', 8])
    expect(read?.result).to.have.length(2 + 64 * 15)
  })

  it('refuses everything else by name, and goes on with the rest', async () => {
    const refused: [string, unknown[]][] = [
      ['eth_sendRawTransaction', ['0x00']],
      ['eth_getLogs', [{}]],
      ['anvil_setBalance', [registry, '0x1']],
      ['debug_traceTransaction', [none]],
      ['eth_chainId', [1]],
      ['eth_getBlockByNumber', ['latest', true]],
      ['eth_getBlockByNumber', ['pending', false]],
      ['eth_call', [{ to: registry, data }, 'latest']],
      [
        'eth_call',
        [
          { to: registry, data },
          { blockHash, requireCanonical: false },
        ],
      ],
      ['eth_call', [{ to: registry, data: '0x12345678' }, at()]],
      ['eth_call', [{ to: registry, data: `${data}${'0'.repeat(1_024)}` }, at()]],
      ['eth_call', [{ to: `0x${'1'.repeat(40)}`, data }, at()]],
      ['eth_call', [{ to: registry, data, gas: '0xffffffff' }, at()]],
    ]
    for (const [method, params] of refused) {
      const { error } = (await ask(method, params)) as { error: { code: number } }
      expect(error?.code, `${method} ${JSON.stringify(params)}`).to.equal(-32_601)
    }
    const mixed = (await (
      await post([call('eth_sendTransaction', []), call('eth_chainId', [], 2)])
    ).json()) as {
      result?: string
    }[]
    expect(mixed.map((one) => one.result)).to.deep.equal([undefined, '0x7a69'])
  })

  it('takes no nonsense and no more than a page asks at once', async () => {
    expect((await post({ method: 'eth_chainId' })).status).to.equal(400)
    expect((await post([])).status).to.equal(400)
    expect((await post(Array.from({ length: 17 }, (_, i) => call('eth_chainId', [], i)))).status).to.equal(
      400,
    )
  })

  it('is reached from every page under the one policy, which is helmet’s', async () => {
    const answer = await fetch(`${service.url}/`)
    expect(answer.headers.get('content-security-policy')).to.equal(policyWith([]))
  })

  it('keeps endpoints only for a form of this site, and leads back to the item', async () => {
    const send = (headers: Record<string, string>, back = '/01/09506000134352/21/A') =>
      fetch(`${service.url}/settings/endpoints`, {
        method: 'POST',
        redirect: 'manual',
        headers,
        body: new URLSearchParams({ endpoints: 'https://a.example https://user@b.example', back }),
      })
    const kept = await send({ 'Sec-Fetch-Site': 'same-origin' })
    expect([kept.status, kept.headers.get('location')]).to.deep.equal([303, '/01/09506000134352/21/A'])
    expect(kept.headers.get('set-cookie')).to.equal(
      'cachet_endpoints=https%3A%2F%2Fa.example; Path=/01/; HttpOnly; SameSite=Lax; Max-Age=31536000',
    )
    expect((await send({ 'Sec-Fetch-Site': 'cross-site' })).status).to.equal(403)
    expect((await send({ 'Sec-Fetch-Site': 'same-origin' }, '//evil.example/01/')).status).to.equal(400)
    expect(service.errors).to.deep.equal([])
  })
})
