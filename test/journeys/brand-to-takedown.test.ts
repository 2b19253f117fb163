import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { DESKTOP, expectAccessible, launch, logIn, picture, type Visitor, visit } from './browser.ts'
import { type Service, startService } from './service.ts'

const GTIN = '09521234001003'
const ITEMS = 12
const ANCHORED_MS = 60_000
const TAKEN_DOWN_MS = 15_000

describe('from a brand’s file to a marketplace’s takedown', function () {
  this.timeout(180_000)
  const run = randomBytes(4).toString('hex').toUpperCase()
  const serial = (n: number) => `J${run}${n}`
  let service: Service
  let browser: Browser
  let brand: Visitor
  let market: Visitor
  let buyer: Visitor

  before(async () => {
    service = await startService()
    browser = await launch()
    brand = await visit(browser, service.url, { viewport: DESKTOP })
    market = await visit(browser, service.url, { viewport: DESKTOP })
    buyer = await visit(browser, service.url, { javaScriptEnabled: false })
  })
  after(async () => {
    await browser?.close()
    await service?.close()
  })

  it('shows the faults of a wrong file by line and field, and registers nothing of it', async () => {
    const { page } = brand
    await logIn(page, service.credentials.brands[0]?.apiKey ?? '')
    await upload(
      page,
      `gtin,serial,model\n${GTIN},${serial(0)},Sac\n09521234001004,X1,<script>alert(1)</script>\n`,
    )
    await page.getByRole('heading', { name: 'Nothing was registered' }).waitFor()
    const cells = await page.locator('tbody td').allTextContents()
    expect(cells.slice(0, 2)).to.deep.equal(['3', 'gtin'])
    expect(cells).to.have.length(3)
    await expectAccessible(page)
    await picture(page, 'register-refused')
  })

  it('follows a good file until its items are anchored', async () => {
    const { page } = brand
    const rows = Array.from(
      { length: ITEMS },
      (_, n) => `${GTIN},${serial(n)},Sac Émeraude 28 <b>${n}</b>,EUR,3900`,
    )
    await upload(page, `gtin,serial,model,currency,retail_price\n${rows.join('\n')}\n`)
    await page.getByRole('heading', { name: `Batch of ${ITEMS} items` }).waitFor()
    await picture(page, 'batch-under-way')
    await page.getByRole('link', { name: 'Download labels (PDF)' }).waitFor({ timeout: ANCHORED_MS })
    await expectAccessible(page)
    await picture(page, 'batch-anchored')
  })

  it('hands out claim codes once', async () => {
    const { page } = brand
    await page.getByLabel('I have understood').check()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download claim codes' }).click()
    expect((await download).suggestedFilename()).to.match(/claim-codes\.csv$/)
    await until(page, () => page.getByText('were handed out and erased').isVisible(), ANCHORED_MS)
  })

  it('shows a buyer with script off that the label is registered, and the model’s markup as text', async () => {
    const { page } = buyer
    await page.goto(`/01/${GTIN}/21/${serial(7)}`)
    expect(await page.locator('h1').textContent()).to.equal('Registered label')
    expect(await page.locator('dd').allTextContents()).to.include('Sac Émeraude 28 <b>7</b>')
    await picture(page, 'verdict-registered')
  })

  it('shows a marketplace its listing of the item as live', async () => {
    const { page } = market
    const key = service.credentials.marketplaces[0]?.apiKey ?? ''
    expect(await sendListing(service.url, key, { externalId: `J-${run}`, serial: serial(7) })).to.equal(
      'approve',
    )
    await logIn(page, key)
    expect(await statusOf(page, `J-${run}`)).to.equal('Live')
    await picture(page, 'listings')
  })

  it('revokes the item when the brand orders it', async () => {
    const { page } = brand
    await page.goto('/brand/items')
    await page.getByLabel('GTIN, or GTIN and serial').fill(`${GTIN} ${serial(7)}`)
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('Revoke the certificate').click()
    await page.getByLabel('Reason').first().selectOption('counterfeit')
    await page.getByLabel('I have checked').first().check()
    await picture(page, 'item-before-revocation')
    await page.getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('The order to the chain').waitFor()
    await until(page, () => page.getByText('✕ Revoked').isVisible(), TAKEN_DOWN_MS)
    await expectAccessible(page)
    await picture(page, 'item-revoked')
  })

  it('shows the marketplace its listing as taken down, with the evidence and a statement of reasons', async () => {
    const { page } = market
    await page.goto('/marketplace')
    await until(page, async () => (await statusOf(page, `J-${run}`)) === 'Taken down', TAKEN_DOWN_MS)
    await picture(page, 'listings-taken-down')
    await page.goto(`/marketplace/listings/J-${run}`)
    expect(await page.locator('main').textContent())
      .to.include('The brand revoked the certificate of this item.')
      .and.include('Decided again after an event on the chain')
    await page.getByRole('heading', { name: 'Statement of reasons' }).waitFor()
    await expectAccessible(page)
    await picture(page, 'listing-taken-down')
  })

  it('tells the buyer that the certificate was revoked', async () => {
    const { page } = buyer
    await page.reload()
    expect(await page.locator('h1').textContent()).to.equal('Revoked')
    await picture(page, 'verdict-revoked')
  })

  it('has asked no other site for anything, and no page has run into its own policy', () => {
    const all = [brand, market, buyer]
    expect(all.flatMap(({ strayed }) => strayed)).to.deep.equal([])
    expect(all.flatMap(({ complaints }) => complaints)).to.deep.equal([])
  })
})

async function upload(page: Page, csv: string): Promise<void> {
  await page.goto('/brand/register')
  await page
    .getByLabel('File with items')
    .setInputFiles({ name: 'items.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  await page.getByRole('button', { name: 'Check and register' }).click()
}

async function sendListing(
  url: string,
  key: string,
  { externalId, serial }: { externalId: string; serial: string },
): Promise<string> {
  const listing = {
    externalId,
    sellerId: 'S-001',
    channel: 'shop',
    title: 'Maison Exemple Sac Émeraude 28, first owner',
    description: 'Box, dust bag and certificate.',
    price: { amount: 2900, currency: 'EUR' },
    origin: { country: 'FR', channel: 'first owner', proof: 'receipt' },
    item: { gtin: GTIN, serial },
  }
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
  const response = await fetch(`${url}/v1/listings`, {
    method: 'POST',
    headers,
    body: JSON.stringify(listing),
  })
  const answer = (await response.json()) as { decision: string }
  return answer.decision
}

/** The status in the desk's table, as it is read there. */
async function statusOf(page: Page, externalId: string): Promise<string | null> {
  return page.locator('tr', { hasText: externalId }).locator('td[data-name=Status]').textContent()
}

/** Loads the page again until it shows what is expected; fails after the bound. */
async function until(page: Page, isSo: () => Promise<boolean>, withinMs: number): Promise<void> {
  const tries = Math.ceil(withinMs / 250)
  for (let i = 0; i < tries; i++) {
    if (await isSo()) return
    await page.waitForTimeout(250)
    await page.reload()
  }
  throw new Error(`${page.url()} did not change within ${withinMs} ms`)
}
