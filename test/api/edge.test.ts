import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { expect } from 'chai'
import { startService, type TestService } from '../support/service.ts'

/*
 * caller        none · unknown key · wrong kind · right kind · session cookie, same and other site
 * body          none · no JSON · too large · too deep · unknown field · wrong type
 * key           first · repeated · with another body · while running · malformed
 * address       unknown · known with another method
 */
describe('the HTTP edge', () => {
  let service: TestService

  before(async function () {
    this.timeout(120_000)
    service = await startService()
  })
  after(async () => {
    await service.close()
    expect(service.errors).to.deep.equal([])
  })

  const call = (
    method: string,
    path: string,
    options: { body?: string; headers?: Record<string, string> } = {},
  ) =>
    fetch(service.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...options.headers },
      redirect: 'manual',
      ...(options.body === undefined ? {} : { body: options.body }),
    })
  const problem = async (reply: Response) =>
    (await reply.json()) as { status: number; code: string; detail: string; errors?: { pointer: string }[] }
  const market = () => ({ authorization: `Bearer ${service.credentials.marketplaces[0]?.apiKey}` })
  const brand = () => ({ authorization: `Bearer ${service.credentials.brands[0]?.apiKey}` })
  const listing = (externalId: string, title = 'Plain leather belt') =>
    JSON.stringify({ externalId, sellerId: 'S-001', title })

  it('answers 401 without a key or with one that is unknown, and 403 with a key of another kind', async () => {
    const body = listing('E-1')
    expect(await problem(await call('POST', '/v1/listings', { body }))).to.include({
      status: 401,
      code: 'request.unauthenticated',
    })
    const headers = { authorization: `Bearer ck_marketplace_${'0'.repeat(40)}` }
    expect((await call('POST', '/v1/listings', { body, headers })).status).to.equal(401)
    expect(await problem(await call('POST', '/v1/listings', { body, headers: brand() }))).to.include({
      status: 403,
      code: 'request.forbidden',
    })
    expect((await call('GET', '/v1/batches', { headers: market() })).status).to.equal(403)
  })

  it('names the field of every fault by a pointer', async () => {
    const body = JSON.stringify({
      externalId: 'a b',
      title: 7,
      nonsense: 1,
      price: { amount: -1, currency: 'euro' },
    })
    const faults = await problem(await call('POST', '/v1/listings', { body, headers: market() }))
    expect(faults).to.include({ status: 400, code: 'request.malformed' })
    expect(faults.errors?.map((e) => e.pointer)).to.include.members([
      '/externalId',
      '/title',
      '/nonsense',
      '/price/amount',
      '/price/currency',
      '/sellerId',
    ])
  })

  it('refuses bodies that are no JSON, too large, too deep or of another type, before they reach a service', async () => {
    const post = (body: string, type = 'application/json') =>
      call('POST', '/v1/listings', { body, headers: { ...market(), 'content-type': type } })
    expect((await post('{')).status).to.equal(400)
    expect((await post(JSON.stringify({ title: 'x'.repeat(400_000) }))).status).to.equal(413)
    expect((await post(`${'['.repeat(2_000)}${']'.repeat(2_000)}`)).status).to.equal(400)
    expect((await post('<a/>', 'application/xml')).status).to.equal(415)
    expect((await post('{"__proto__":{"polluted":1},"title":"x"}')).status).to.equal(400)
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined)
  })

  it('answers 404 for unknown addresses and 405 for known ones with another method', async () => {
    expect(await problem(await call('GET', '/v2/nothing'))).to.include({
      status: 404,
      code: 'request.not_found',
    })
    expect(await problem(await call('DELETE', '/v1/listings', { headers: market() }))).to.include({
      status: 405,
      code: 'request.method_not_allowed',
    })
  })

  it('gives the first answer again under the same Idempotency-Key, and refuses the key for another request', async () => {
    const headers = { ...market(), 'idempotency-key': 'edge-1' }
    const first = await call('POST', '/v1/listings', { body: listing('E-2'), headers })
    const again = await call('POST', '/v1/listings', { body: listing('E-2'), headers })
    expect([first.status, again.status]).to.deep.equal([201, 201])
    expect(again.headers.get('idempotent-replayed')).to.equal('true')
    expect(await again.json()).to.deep.equal(await first.json())
    const other = await call('POST', '/v1/listings', { body: listing('E-3'), headers })
    expect(await problem(other)).to.include({ status: 422, code: 'idempotency.mismatch' })
    const bad = await call('POST', '/v1/listings', {
      body: listing('E-4'),
      headers: { ...headers, 'idempotency-key': 'a b' },
    })
    expect(await problem(bad)).to.include({ status: 400 })
  })

  it('does a request once, however many copies of it arrive together', async () => {
    const headers = { ...market(), 'idempotency-key': 'edge-many' }
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => call('POST', '/v1/listings', { body: listing('E-5'), headers })),
    )
    const statuses = replies.map((reply) => reply.status)
    expect(statuses.filter((s) => s !== 201 && s !== 409)).to.deep.equal([])
    expect(statuses).to.include(201)
    const ids = await Promise.all(
      replies.filter((r) => r.status === 201).map(async (r) => ((await r.json()) as { id: string }).id),
    )
    expect(new Set(ids).size).to.equal(1)
  })

  it('takes a session cookie from its own pages only, when something is to change', async () => {
    const caller = { kind: 'marketplace', id: 'rive-gauche', name: 'Rive Gauche Market' } as const
    const cookie = `cachet_session=${await service.services.sessions.issue(caller)}`
    const send = (headers: Record<string, string>) =>
      call('POST', '/v1/listings', { body: listing('E-6'), headers: { cookie, ...headers } })
    expect((await send({ origin: 'https://evil.example' })).status).to.equal(403)
    expect((await send({})).status).to.equal(403)
    expect((await send({ origin: service.url })).status).to.equal(201)
    expect((await call('GET', '/v1/listings/E-6', { headers: { cookie } })).status).to.equal(200)
    expect((await call('GET', '/v1/listings/E-6', { headers: { cookie: `${cookie}x` } })).status).to.equal(
      401,
    )
  })

  it('sends the headers that keep browsers in: policy, no sniffing, no framing', async () => {
    const { headers } = await call('GET', '/', { headers: { accept: 'text/html' } })
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy)
      .to.include("default-src 'none'")
      .and.to.include("frame-ancestors 'none'")
      .and.to.not.include('unsafe-inline')
    expect(headers.get('x-content-type-options')).to.equal('nosniff')
    expect(headers.get('x-powered-by')).to.equal(null)
  })

  it('gives back a request id that is well-formed, and makes one where it is not', async () => {
    const given = await call('GET', '/livez', { headers: { 'x-request-id': 'abc-12345678' } })
    expect(given.headers.get('x-request-id')).to.equal('abc-12345678')
    const made = await call('GET', '/livez', { headers: { 'x-request-id': 'x' } })
    expect(made.headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/)
  })

  it('survives a path that cannot be decoded', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const { port } = new URL(service.url)
      const sent = request({ host: '127.0.0.1', port, path: '/01/%E0%A4%A/21/%' }, (reply) => {
        reply.resume()
        resolve(reply.statusCode ?? 0)
      })
      sent.once('error', reject)
      sent.end()
    })
    expect(status).to.equal(400)
  })

  it('reports health, and describes itself in OpenAPI 3.1 with every documented row and no dangling reference', async () => {
    const health = (await (await call('GET', '/readyz')).json()) as {
      status: string
      checks: Record<string, { ok: boolean }>
    }
    expect(health.status).to.equal('ok')
    expect(Object.keys(health.checks)).to.include.members(['store', 'chain', 'jobs', 'webhooks'])
    const text = await (await call('GET', '/openapi.json')).text()
    const api = JSON.parse(text) as {
      openapi: string
      paths: Record<string, object>
      components: Record<string, Record<string, object>>
    }
    expect(api.openapi).to.equal('3.1.0')
    const { servers: _servers, ...described } = JSON.parse(text) as Record<string, unknown>
    const committed = JSON.parse(
      readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
    ) as object
    expect(described, 'the API changed: run npm run openapi and look at the difference').to.deep.equal(
      committed,
    )
    expect(Object.keys(api.paths)).to.include.members([
      '/v1/batches',
      '/v1/verifications',
      '/v1/listings',
      '/v1/webhooks',
      '/01/{gtin}/21/{serial}',
    ])
    for (const [, reference] of text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)) {
      const [kind = '', name = ''] = (reference ?? '').split('/')
      expect(api.components[kind]?.[name], reference).to.be.an('object')
    }
    expect(await (await call('GET', '/metrics')).text()).to.include('http_requests_total')
    const docs = await (await call('GET', '/docs', { headers: { accept: 'text/html' } })).text()
    expect(docs).to.include('POST /v1/batches')
  })
})

describe('the HTTP edge with limits', () => {
  it('answers 429 with Retry-After once a network has used up its minute', async function () {
    this.timeout(120_000)
    const service = await startService({ REQUESTS_PER_MINUTE: '5' })
    try {
      const statuses: number[] = []
      for (let i = 0; i < 7; i++) statuses.push((await fetch(`${service.url}/livez`)).status)
      expect(statuses).to.deep.equal([200, 200, 200, 200, 200, 429, 429])
      expect(Number((await fetch(`${service.url}/livez`)).headers.get('retry-after'))).to.be.within(1, 60)
    } finally {
      await service.close()
    }
  })
})
