import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { expectAccessible, expectFits, launch, logIn, picture, type Visitor, visit } from './browser.ts'
import { type Service, startService } from './service.ts'

/** The narrowest window that WCAG 2.2 asks for (1.4.10 Reflow). */
const NARROW = { width: 320, height: 700 }
const PUBLIC = [
  '/',
  '/scan',
  '/login',
  '/check?code=nonsense',
  '/check?code=https://look-alike.example/01/09521234001003/21/A',
  '/nowhere',
  '/01/09521234001003/21/UNKNOWN',
]
const BRAND = [
  '/brand',
  '/brand/register',
  '/brand/items',
  '/brand/items?q=nothing',
  '/webhooks',
  '/marketplace',
]
const MARKETPLACE = ['/marketplace', '/marketplace?status=taken_down', '/webhooks']

/*
 * page × first language, light    axe finds nothing, nothing is wider than 320 pixels
 *      × others, dark             the same for pages with tones; the rest is not wider than 320 pixels
 */
describe('every page', function () {
  this.timeout(240_000)
  let service: Service
  let browser: Browser
  const visitors: Visitor[] = []

  before(async () => {
    service = await startService()
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await service?.close()
  })

  const open = async (apiKey: string | null, colorScheme: 'light' | 'dark'): Promise<Page> => {
    const visitor = await visit(browser, service.url, { viewport: NARROW, colorScheme })
    visitors.push(visitor)
    if (apiKey !== null) await logIn(visitor.page, apiKey)
    return visitor.page
  }
  const walk = async (
    page: Page,
    paths: readonly string[],
    lang: string,
    check = expectAccessible,
  ): Promise<void> => {
    for (const path of paths) {
      await page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`)
      expect(await page.locator('html').getAttribute('lang')).to.equal(lang)
      await check(page)
      await picture(page, `page-${lang}${path.replaceAll(/\W+/g, '-').slice(0, 40)}`)
    }
  }
  const linkIn = (page: Page, selector: string) =>
    page.locator(selector).first().getAttribute('href').then(String)

  it('for everybody is accessible and fits 320 pixels, in light English and dark Chinese', async () => {
    const page = await open(null, 'light')
    await page.goto('/')
    const verdicts = await page
      .locator('main a[href^="/01/"]')
      .evaluateAll((links) => links.map((link) => String(link.getAttribute('href'))))
    expect(verdicts).to.have.length(3)
    await walk(page, [...PUBLIC, ...verdicts], 'en')
    const dark = await open(null, 'dark')
    await walk(dark, verdicts, 'zh-Hans')
    await walk(dark, PUBLIC, 'fr', expectFits)
  })

  it('of a brand’s desk is accessible and fits 320 pixels, in light French and dark English', async () => {
    const key = service.credentials.brands[0]?.apiKey ?? ''
    const page = await open(key, 'light')
    await page.goto('/brand')
    const batch = await linkIn(page, 'tbody a')
    await page.goto('/brand/items')
    const item = await linkIn(page, 'tbody a')
    await walk(page, [...BRAND, batch, item], 'fr')
    const dark = await open(key, 'dark')
    await walk(dark, [batch, item], 'en')
    await walk(dark, BRAND, 'zh-Hans', expectFits)
  })

  it('of a marketplace’s desk is accessible and fits 320 pixels, in light French and dark Chinese', async () => {
    const key = service.credentials.marketplaces[0]?.apiKey ?? ''
    const page = await open(key, 'light')
    const listings = await page
      .locator('tbody a')
      .evaluateAll((links) => links.map((link) => String(link.getAttribute('href'))))
    expect(listings.length).to.be.greaterThan(2)
    await walk(page, [...MARKETPLACE, ...listings.slice(0, 2)], 'fr')
    const dark = await open(key, 'dark')
    await walk(dark, MARKETPLACE.slice(0, 1), 'zh-Hans')
    await walk(dark, listings, 'en', expectFits)
  })

  it('shows a new endpoint’s secret once, a test event on its way, and takes the endpoint away again', async () => {
    const page = await open(service.credentials.marketplaces[0]?.apiKey ?? '', 'light')
    await page.goto('/webhooks')
    await page.getByLabel('Address').fill('http://127.0.0.1:9/hook')
    await page.getByLabel('listing.taken_down').check()
    await page.getByRole('button', { name: 'Add an endpoint' }).click()
    expect(await page.locator('main').textContent()).to.match(/whsec_[A-Za-z0-9+/=]{20,}/)
    await expectAccessible(page)
    await page.getByRole('link', { name: 'http://127.0.0.1:9/hook' }).click()
    await page.getByRole('button', { name: 'Send a test event' }).click()
    await page.getByRole('cell', { name: 'Event webhook.test' }).waitFor()
    await expectAccessible(page)
    expect(await page.locator('main').textContent()).not.to.include('whsec_')
    await page.locator('summary', { hasText: 'Remove' }).click()
    await page.getByLabel('Remove this endpoint').check()
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('None yet.').waitFor()
  })

  it('has asked no other site for anything, and none has run into its own policy', () => {
    expect(visitors.flatMap(({ strayed }) => strayed)).to.deep.equal([])
    expect(visitors.flatMap(({ complaints }) => complaints)).to.deep.equal([])
  })
})
