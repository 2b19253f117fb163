import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { buildWeb } from '../../../scripts/build-web.ts'
import { memoryRateLimits } from '../../../server/http/limits.ts'
import type { Caller } from '../../../server/http/route.ts'
import { buildHttp, type HttpEdge } from '../../../server/http/server.ts'
import { silentLog } from '../../../server/kernel/log.ts'
import { type Assets, assetRoutes, loadAssets } from '../../../server/web/assets.ts'
import { errorPages } from '../../../server/web/pages/error.page.ts'
import { verdictPage } from '../../../server/web/pages/verdict.page.ts'
import { publicPages } from '../../../server/web/public.pages.ts'
import { pageContext, THROUGH_US, verdictOf } from './fixtures.ts'

const KEY = 'ck_brand_TEST'
const BRAND: Caller = { kind: 'brand', id: 'maison-exemple.com', name: 'Maison Exemple' }
const GTIN = '09506000134352'

describe('public pages over HTTP', () => {
  let folder: string
  let assets: Assets
  let edge: HttpEdge
  let base: string

  before(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'cachet-web-'))
    await buildWeb(path.join(folder, 'dist'))
    assets = loadAssets(path.join(folder, 'dist'))
    edge = buildHttp([...assetRoutes(assets), ...publicPages(depsOf(assets))], {
      authenticator: { byApiKey: async () => null, bySession: async () => null },
      idempotency: {
        begin: async () => ({ state: 'mine' }),
        finish: async () => {},
        abandon: async () => {},
      },
      limits: memoryRateLimits({ public: 0, account: 0 }),
      clock: { nowMs: () => 0 },
      log: silentLog,
      errorPage: errorPages(assets),
      trustedProxies: 0,
      observe: (_req, _res, next) => next(),
    })
    base = `http://127.0.0.1:${await edge.listen(0, '127.0.0.1')}`
  })
  after(async () => {
    await edge.close()
    await fs.rm(folder, { recursive: true })
  })

  const get = (address: string, headers: Record<string, string> = {}) =>
    fetch(`${base}${address}`, { redirect: 'manual', headers })
  const logIn = (apiKey: string, headers: Record<string, string> = {}) =>
    fetch(`${base}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers,
      body: new URLSearchParams({ apiKey }),
    })

  it('answer in the language of the browser, and in the one chosen by hand before it', async () => {
    const french = await (await get('/', { 'Accept-Language': 'fr-CH, en;q=0.5' })).text()
    const chosen = await (await get('/?lang=zh-Hans', { 'Accept-Language': 'fr' })).text()
    expect([/<html lang="(.+)">/.exec(french)?.[1], /<html lang="(.+)">/.exec(chosen)?.[1]]).to.deep.equal([
      'fr',
      'zh-Hans',
    ])
  })

  it('lead from a code to the item’s page on this site, and keep the language', async () => {
    const answer = await get(
      `/check?lang=fr&code=${encodeURIComponent(`https://id.gs1.org/01/${GTIN}/21/A%2FB`)}`,
    )
    expect([answer.status, answer.headers.get('location')]).to.deep.equal([
      303,
      `/01/${GTIN}/21/A%2FB?lang=fr`,
    ])
  })

  it('refuse a link to a site that is neither ours nor the brand’s, without a link to it', async () => {
    const answer = await get(`/check?code=${encodeURIComponent(`https://evil.example/01/${GTIN}/21/A`)}`)
    const text = await answer.text()
    expect([answer.status, answer.headers.get('location')]).to.deep.equal([200, null])
    expect(text)
      .to.include('evil.example')
      .and.not.to.match(/(?:href|src|action)="(?:https?:)?\/\//)
  })

  it('show what was typed as text when it names no item', async () => {
    const answer = await get(`/check?code=${encodeURIComponent('"><script>alert(1)</script>')}`)
    expect(answer.status).to.equal(400)
    expect(await answer.text())
      .to.include('value="&quot;&gt;&lt;script&gt;')
      .and.not.to.include('<script>alert')
  })

  it('exchange a key for a session that scripts and other sites cannot use', async () => {
    const answer = await logIn(KEY, { Origin: base })
    expect([answer.status, answer.headers.get('location')]).to.deep.equal([303, '/brand'])
    expect(answer.headers.get('set-cookie')).to.equal(
      'cachet_session=token; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure',
    )
  })

  it('give no session for a wrong key or to a form of another site', async () => {
    const wrong = await logIn('ck_brand_OTHER')
    const foreign = await logIn(KEY, { Origin: 'https://evil.example' })
    expect([wrong.status, foreign.status]).to.deep.equal([422, 403])
    expect([wrong.headers.get('set-cookie'), foreign.headers.get('set-cookie')]).to.deep.equal([null, null])
  })

  it('have a page for what is not there, in HTML for browsers', async () => {
    const answer = await get('/nowhere', { Accept: 'text/html', 'Accept-Language': 'fr' })
    expect(answer.status).to.equal(404)
    expect(await answer.text()).to.include('Il n’y a rien ici')
  })

  it('serve files under hashed names for a year, compressed where asked, and 304 for what is kept', async () => {
    const address = assets.url('styles.css')
    const plain = await get(address, { 'Accept-Encoding': 'identity' })
    expect(address).to.match(/^\/assets\/styles-[0-9A-F]{8}\.css$/)
    expect(plain.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable')
    expect(plain.headers.get('content-type')).to.equal('text/css; charset=utf-8')
    const packed = assets.find(address.replace('/assets/', ''))
    expect(gunzipSync(packed?.gzip ?? '').toString()).to.equal(await plain.text())
    const again = await get(address, { 'If-None-Match': plain.headers.get('etag') ?? '' })
    expect([again.status, (await get('/assets/manifest.json')).status]).to.deep.equal([304, 404])
  })

  it('keep the verdict page with its stylesheet under 15 kB sent compressed, and the plain HTML under 8 kB', () => {
    const page = pageContext({ assets })
    const text = verdictPage({ page, verdict: verdictOf('verified'), endpoints: THROUGH_US })
    const css = assets.find(assets.url('styles.css').replace('/assets/', ''))
    expect(Buffer.byteLength(text)).to.be.lessThan(8_000)
    expect(Buffer.byteLength(text) + (css?.gzip.length ?? Number.POSITIVE_INFINITY)).to.be.lessThan(15_000)
  })
})

function depsOf(assets: Assets): Parameters<typeof publicPages>[0] {
  return {
    publicUrl: 'https://scan.cachet.example',
    publicRpcUrls: [],
    assets,
    brands: { byGtin: async () => null },
    accounts: { byApiKey: async (key) => (key === KEY ? BRAND : null) },
    sessions: { issue: async () => 'token' },
    sessionSeconds: 60,
    demo: async () => [],
  }
}
