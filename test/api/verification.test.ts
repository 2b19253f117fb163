import { expect } from 'chai'
import { memoryRateLimits } from '../../server/http/limits.ts'
import { buildHttp, type HttpEdge } from '../../server/http/server.ts'
import { digitalLinkPath } from '../../server/kernel/gs1.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { createVerification } from '../../server/modules/verification/index.ts'
import { verificationRoutes } from '../../server/modules/verification/verification.routes.ts'
import {
  batchAnswerSchema,
  bundleSchema,
  verdictSchema,
} from '../../server/modules/verification/verification.schema.ts'
import {
  draws,
  isOwnLink,
  mutantCertificate,
  mutantLink,
  SEED,
  twoHouses,
} from '../unit/verification/mutants.ts'
import { firstItem, makeWorld, PUBLIC_URL, type World } from '../unit/verification/world.ts'

/*
 * POST /v1/verifications           anybody · 200 for every verdict · 400 with a pointer for what cannot be understood
 * POST /v1/verifications/batch     marketplaces only · order kept · a fault in its place · at most 1,000
 * GET  /v1/verifications/{id}      as it was given · 404 for others
 * GET  /v1/verifications/{id}/bundle
 */

const MARKET_KEY = 'ck_marketplace_TEST'

describe('the verification API', () => {
  let world: World
  let edge: HttpEdge
  let base: string
  const logged: string[] = []

  before(async () => {
    world = await makeWorld()
    const market = { kind: 'marketplace', id: 'bazaar', name: 'Bazaar' } as const
    edge = buildHttp(verificationRoutes(createVerification(world.deps)), {
      authenticator: {
        byApiKey: async (key) => (key === MARKET_KEY ? market : null),
        bySession: async () => null,
      },
      idempotency: {
        begin: async () => ({ state: 'mine' }),
        finish: async () => {},
        abandon: async () => {},
      },
      limits: memoryRateLimits({ public: 0, account: 0 }),
      clock: world.deps.clock,
      log: { ...silentLog, error: (_data, message) => void logged.push(message) },
      errorPage: null,
      trustedProxies: 0,
      observe: (_req, _res, next) => next(),
    })
    base = `http://127.0.0.1:${await edge.listen(0, '127.0.0.1')}`
  })
  after(() => edge.close())
  afterEach(() => expect(logged).to.deep.equal([]))

  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }
    const response = await fetch(`${base}${path}`, init)
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }

  it('answers anybody with 200 and a verdict of the documented shape, in the language asked for', async () => {
    const { record } = firstItem(world)
    const bodies = [
      { gtin: record.gtin, serial: record.serial, nonce: 'n' },
      { url: `${PUBLIC_URL}${digitalLinkPath(record)}`, location: { latitude: 1, longitude: 2 } },
      { certificate: record.certificate },
      { gtin: '9506000134352', serial: 'NOBODY' },
      { certificate: 'a.b.c' },
    ]
    const verdicts: unknown[] = []
    for (const body of bodies) {
      const { status, json } = await post('/v1/verifications', body, { 'accept-language': 'fr' })
      expect(status).to.equal(200)
      verdicts.push(verdictSchema.parse(json).verdict)
      expect(json['advice']).to.match(/[éêà]|vous/)
    }
    expect(verdicts).to.deep.equal(['verified', 'verified', 'verified', 'not_registered', 'forged'])
  })

  it('answers 400 with a pointer to the fault', async () => {
    const cases: [unknown, string][] = [
      [{ url: 'https://x.example', colour: 'red' }, '/colour'],
      [{ url: 7 }, '/url'],
      [{ gtin: '9506000134352' }, ''],
      [{ url: 'https://x.example/01/9506000134352/21/A', certificate: 'a.b.c' }, ''],
      [{ gtin: '9506000134352', serial: 'A', nonce: 'n'.repeat(129) }, '/nonce'],
      [
        { gtin: '9506000134352', serial: 'A', location: { latitude: 91, longitude: 0 } },
        '/location/latitude',
      ],
      [{ certificate: 'not one' }, '/certificate'],
    ]
    for (const [body, pointer] of cases) {
      const { status, json } = await post('/v1/verifications', body)
      expect([status, (json['errors'] as { pointer: string }[])[0]?.pointer]).to.deep.equal([400, pointer])
    }
    expect((await post('/v1/verifications', { gtin: '9506000134353', serial: 'A' })).json['code']).to.equal(
      'gs1.bad_gtin',
    )
  })

  it('answers a batch for marketplaces only, in order, with each fault in its place', async () => {
    const { record } = firstItem(world)
    const entries = [
      { gtin: '1', serial: 'A' },
      { gtin: record.gtin, serial: record.serial },
      { url: 'nonsense' },
    ]
    expect((await post('/v1/verifications/batch', { entries })).status).to.equal(401)
    const { status, json } = await post(
      '/v1/verifications/batch',
      { entries },
      { authorization: `Bearer ${MARKET_KEY}` },
    )
    expect(status).to.equal(200)
    const answers = batchAnswerSchema
      .parse(json)
      .results.map((r) => ('error' in r ? r.error.code : r.verdict))
    expect(answers).to.deep.equal(['gs1.bad_gtin', 'verified', 'gs1.bad_link'])
    const many = { entries: Array.from({ length: 1_001 }, () => ({ gtin: '1', serial: 'A' })) }
    expect(
      (await post('/v1/verifications/batch', many, { authorization: `Bearer ${MARKET_KEY}` })).status,
    ).to.equal(400)
  })

  it('gives a verdict and its bundle again by id, and 404 for ids nobody was given', async () => {
    const { record } = firstItem(world)
    const { json } = await post('/v1/verifications', { gtin: record.gtin, serial: record.serial })
    const again = await fetch(`${base}/v1/verifications/${json['id']}`)
    expect(await again.json()).to.deep.equal(json)
    const bundle = await fetch(`${base}/v1/verifications/${json['id']}/bundle`)
    expect(bundleSchema.parse(await bundle.json()).certificate).to.equal(record.certificate)
    for (const path of ['', '/bundle']) {
      expect((await fetch(`${base}/v1/verifications/ver_${'0'.repeat(26)}${path}`)).status).to.equal(404)
    }
  })

  it(`answers 3,000 mutated certificates and links without a verified or a 5xx, seed ${SEED}`, async function () {
    this.timeout(120_000)
    const houses = twoHouses(world)
    const originals = new Set(world.houses.flatMap((h) => h.records.map((r) => r.certificate)))
    const certificates = draws(2_000).map((d) => mutantCertificate(d, houses))
    const links = draws(1_000).map((d) => mutantLink(d, houses))
    const bodies = [
      ...certificates
        .filter((certificate) => !originals.has(certificate))
        .map((certificate) => ({ certificate })),
      ...links.filter((url) => !isOwnLink(url, houses)).map((url) => ({ url })),
    ]
    for (const body of bodies) {
      const { status, json } = await post('/v1/verifications', body)
      expect(status, JSON.stringify(body)).to.be.oneOf([200, 400])
      expect(json['verdict'], JSON.stringify(body)).not.to.equal('verified')
    }
    expect(bodies.length).to.be.greaterThan(2_800)
  })
})
