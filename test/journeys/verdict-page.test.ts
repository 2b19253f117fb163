import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { expectAccessible, launch, picture, type Visitor, visit } from './browser.ts'
import { type Service, startService } from './service.ts'

/*
 * the answer to a scan, on a phone
 * ├── limits: bytes of HTML and CSS, other origins, axe in three languages, script off, time to paint on a slow phone
 * └── checked again by the phone
 *     ├── through the service; against an endpoint that the visitor enters .......... confirmed
 *     ├── a service that changes its answer, its proof, its page .................... withdrawn
 *     └── chain, bundle or keys not to be had ....................................... said, and the answer left alone
 */
const BYTES_MAX = 15_000
/** Far above what is measured: the figure is printed, and only a breakdown fails. */
const PAINT_MS_MAX = 10_000
/** Lighthouse's slow 4G: 150 ms, 1.6 and 0.75 Mbit/s; and a processor four times slower than this one. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 204_800, uploadThroughput: 96_000 }
const CPU_SLOWDOWN = 4
const LANGUAGES = ['en', 'fr', 'zh-Hans'] as const

describe('the answer to a scan on a phone', function () {
  this.timeout(240_000)
  let service: Service
  let browser: Browser
  let visitor: Visitor
  let item: string

  before(async () => {
    service = await startService()
    browser = await launch()
    visitor = await visit(browser, service.url)
    item = /href="(\/01\/[^"]+)"/.exec(await (await fetch(`${service.url}/`)).text())?.[1] ?? ''
  })
  after(async () => {
    await browser?.close()
    await service?.close()
  })

  const again = (page: Page) => page.locator('[data-recheck]')
  /** The phone's own word on the page that is open, once it has one. */
  const wordOf = async (page: Page): Promise<string> => {
    await page.locator('section h2', { hasText: 'Checked again on this phone' }).waitFor()
    return (await page.locator('.verdict').textContent()) ?? ''
  }

  it(`takes at most ${BYTES_MAX} bytes of HTML and CSS before any script, in every language`, async () => {
    for (const language of LANGUAGES) {
      const html = await (await fetch(`${service.url}${item}?lang=${language}`, asBrowser)).text()
      const sheets = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((m) => m[1] ?? '')
      const css = await Promise.all(sheets.map(async (path) => (await fetch(service.url + path)).text()))
      const bytes = [html, ...css].map((text) => Buffer.byteLength(text))
      console.log(`      ${language}: HTML ${bytes[0]} + CSS ${bytes.slice(1).join(' + ')} bytes`)
      expect(sheets).to.have.length(1)
      expect(bytes.reduce((a, b) => a + b, 0)).to.be.at.most(BYTES_MAX)
      expect(html).not.to.match(/<script(?! type="module" src="\/assets\/)| style=/)
    }
  })

  it('is painted soon on a slow phone, before any script', async () => {
    const { page, context } = await visit(browser, service.url)
    const cdp = await context.newCDPSession(page)
    await cdp.send('Network.enable')
    await cdp.send('Network.emulateNetworkConditions', SLOW_4G)
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN })
    const times: number[] = []
    for (let i = 0; i < 3; i++) {
      await cdp.send('Network.clearBrowserCache')
      await page.goto(item)
      await again(page).filter({ hasText: 'the same answer' }).waitFor({ timeout: 60_000 })
      times.push(await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`))
    }
    console.log(`      painted after ${times.map((ms) => Math.round(ms)).join(', ')} ms`)
    expect(Math.min(...times)).to.be.below(PAINT_MS_MAX)
    await context.close()
  })

  for (const language of LANGUAGES) {
    it(`has no fault that axe finds, checked again and opened up, in ${language}`, async () => {
      const { page } = visitor
      await page.goto(`${item}?lang=${language}`)
      await page.locator('form[action="/settings/endpoints"]').waitFor({ state: 'attached' })
      await page.locator('details').evaluateAll((all) => {
        for (const one of all) one.setAttribute('open', '')
      })
      await expectAccessible(page)
      await picture(page, `verdict-rechecked-${language}`)
    })
  }

  it('says the same with script off, and nothing of a check that was not made', async () => {
    const { page, context } = await visit(browser, service.url, { javaScriptEnabled: false })
    await page.goto(item)
    expect(await page.locator('h1').textContent()).to.equal('Registered label')
    expect(await again(page).isVisible()).to.equal(false)
    expect(await page.locator('main').textContent()).not.to.include('on this phone')
    await context.close()
  })

  it('is confirmed through the service, and says whom the phone asked', async () => {
    const { page } = visitor
    await page.goto(item)
    expect(await wordOf(page)).to.include('against this service’s chain access: the same answer')
    expect(await page.locator('main').textContent()).to.include('The chain was asked through this service')
  })

  it('is confirmed against an endpoint that the visitor enters, and only that host may be asked', async () => {
    const endpoint = await forwarder(service.url)
    const { page, context, complaints } = await visit(browser, service.url)
    const policyOf = async () => (await page.goto(item))?.headers()['content-security-policy'] ?? ''
    expect(await policyOf()).to.include("connect-src 'self';")
    await page.getByText('Ask another chain endpoint').click()
    await page.getByLabel('JSON-RPC endpoints').fill(`${endpoint.url}\nhttp://evil.example/\nnonsense`)
    await page.getByRole('button', { name: 'Save and check again' }).click()
    const host = new URL(endpoint.url).host
    await again(page)
      .filter({ hasText: `against ${host}: the same answer` })
      .waitFor()
    expect(await policyOf()).to.include(`connect-src 'self' ${endpoint.url};`)
    expect(endpoint.asked()).to.include('eth_call')
    await wordOf(page)
    await page.getByText('Ask another chain endpoint').click()
    await picture(page, 'verdict-own-endpoint')
    await page.getByLabel('JSON-RPC endpoints').fill('')
    await page.getByRole('button', { name: 'Save and check again' }).click()
    await again(page).filter({ hasText: 'this service’s chain access' }).waitFor()
    expect(complaints).to.deep.equal([])
    await context.close()
    await endpoint.close()
  })

  const lies: readonly [string, string, (body: Answer) => unknown, string][] = [
    ['another model', '/v1/verifications/', (a) => ({ ...a, item: { ...a.item, model: 'X' } }), 'Model'],
    [
      'another claim key',
      '/v1/verifications/',
      (a) => ({ ...a, proof: { ...a.proof, claimKey: `0x${'1'.repeat(40)}` } }),
      'Record',
    ],
    ['a verdict of its own', '/v1/verifications/', (a) => ({ ...a, verdict: 'revoked' }), 'Registered label'],
    [
      'a registry of its own',
      '/bundle',
      (a) => ({ ...a, contracts: { ...a.contracts, itemRegistry: `0x${'2'.repeat(40)}` } }),
      'registry',
    ],
  ]
  for (const [what, at, lie, named] of lies) {
    it(`is taken back where the service answers with ${what}`, async () => {
      const { page, context } = await visit(browser, service.url)
      await page.goto(item)
      await again(page).filter({ hasText: 'the same answer' }).waitFor()
      await page.route(
        (url) =>
          url.pathname.startsWith('/v1/verifications/') &&
          (at === '/bundle') === url.pathname.endsWith('/bundle'),
        async (route) => {
          const answer = await route.fetch()
          await route.fulfill({ response: answer, json: lie((await answer.json()) as Answer) })
        },
      )
      await page.goto(item)
      await page.getByRole('heading', { name: 'Answer withdrawn' }).waitFor()
      expect(await page.locator('.advice').textContent()).to.include(named)
      await expectAccessible(page)
      await picture(page, `verdict-withdrawn-${what.replaceAll(' ', '-')}`)
      await context.close()
    })
  }

  const silences: readonly [string, RegExp, string][] = [
    ['the chain does not answer', /\/v1\/chain\/rpc$/, 'no chain endpoint answered'],
    [
      'the service does not send its answer again',
      /\/v1\/verifications\/ver_\w+$/,
      'did not send what that takes',
    ],
    ['the keys of the receipts are not there', /jwks\.json$/, 'did not send what that takes'],
  ]
  for (const [what, path, says] of silences) {
    it(`is left alone, and the page says so, where ${what}`, async () => {
      const { page, context } = await visit(browser, service.url)
      await page.route(path, (route) => route.abort())
      await page.goto(item)
      await again(page).filter({ hasText: says }).waitFor()
      expect(await page.locator('h1').textContent()).to.equal('Registered label')
      await context.close()
    })
  }

  it('has asked no other site for anything, and has not run into its own policy', () => {
    expect(visitor.strayed).to.deep.equal([])
    expect(visitor.complaints).to.deep.equal([])
  })
})

type Answer = { readonly [member: string]: object | undefined }
const asBrowser = { headers: { Accept: 'text/html' } }

/** An endpoint on another port that answers as the service's own chain does, for any site. */
async function forwarder(service: string): Promise<{ url: string; asked(): string; close(): Promise<void> }> {
  const asked: string[] = []
  const server: Server = createServer(async (request, response) => {
    const allow = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'content-type' }
    if (request.method !== 'POST') return response.writeHead(204, allow).end()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    asked.push(body)
    const headers = { 'Content-Type': 'application/json' }
    const answer = await fetch(`${service}/v1/chain/rpc`, { method: 'POST', headers, body })
    return response.writeHead(200, { ...allow, ...headers }).end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked.join('\n'),
    close,
  }
}
