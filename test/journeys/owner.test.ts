import { expect } from 'chai'
import type { Browser, Page, Response } from 'playwright-core'
import { eventually } from '../support/service.ts'
import { expectAccessible, expectFits, launch, logIn, picture, visit } from './browser.ts'
import { type Phone, phoneOf } from './phone.ts'
import { GTIN, type Item, registered } from './registered.ts'
import { type Service, startService } from './service.ts'

/*
 * an item from the scratch panel on, by passkeys on phones, the relayer paying
 * ├── claim: wrong code (nothing is sent) · right code · code typed with blanks and dashes · already claimed
 * ├── a buyer asks: answered by the passkey, by the code while unclaimed · a listing permitted and redeemed
 * ├── hand over: new owner's code, present owner's signature · by somebody who does not own it
 * ├── reported stolen: seen on the label, no hand-over · taken back
 * ├── a new browser with the same passkey finds the item again
 * └── every page: three languages, 390 and 320 pixels, axe, script off
 */
const NARROW = { width: 320, height: 700 }
const LANGUAGES = ['en', 'fr', 'zh-Hans'] as const
const CLAIM_GAS_MAX = 150_000
const TRANSFER_GAS_MAX = 120_000

type Act = { readonly status: string; readonly gasUsed: number; readonly to: string }

describe('an item and its owners', function () {
  this.timeout(240_000)
  let service: Service
  let browser: Browser
  let alice: Phone
  let bob: Phone
  let items: readonly Item[]

  before(async () => {
    service = await startService()
    browser = await launch()
    alice = await phoneOf(browser, service.url)
    bob = await phoneOf(browser, service.url)
    items = await registered(service, 2)
  })
  after(async () => {
    await browser?.close()
    await service?.close()
  })

  const bag = (): Item => items[0] as Item
  const label = () => `/01/${GTIN}/21/${bag().serial}`
  const own = (part = '') => `/own/${GTIN}/${bag().serial}${part}`
  const ownership = async (): Promise<Record<string, unknown>> =>
    (await (await fetch(`${service.url}/v1/items/${GTIN}/${bag().serial}/ownership`)).json()) as never
  const title = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()
  /** What the service answered to an act, and what became of it in the end. */
  const actOf = async (answer: Promise<Response>): Promise<Act> => {
    const { id } = (await (await answer).json()) as { id: string }
    return eventually('the act is final', async () => {
      const act = (await (await fetch(`${service.url}/v1/ownership-acts/${id}`)).json()) as Act
      return act.status === 'final' && act
    })
  }
  /** Puts a buyer's question on a screen: its link, and the scan that is made once it was answered. */
  const askedBy = async ({ page }: Phone, path: string) => {
    await page.goto(path)
    await title(page, 'Ask for proof')
    const scanned = sending(page, '/v1/verifications')
    await page.getByRole('button', { name: 'Show the question' }).click()
    const link = page.getByRole('link', { name: 'Link for whoever offers it' })
    await link.waitFor()
    await page.getByRole('button', { name: 'Show the question' }).waitFor({ state: 'hidden' })
    await page
      .locator('[data-picture]')
      .evaluate((image) => (image as unknown as { decode(): Promise<void> }).decode())
    await expectAccessible(page)
    const done = scanned.then(async (answer) => (await answer.json()) as { assurance: string })
    return { link: (await link.getAttribute('href')) ?? '', done }
  }
  const sending = (page: Page, path: string) =>
    page.waitForResponse((answer) => new URL(answer.url()).pathname.endsWith(path))

  it('is reached from the label, unclaimed', async () => {
    const { page } = alice
    await page.goto(label())
    await page.getByRole('link', { name: 'Owner' }).click()
    await page.getByText('Nobody has claimed it yet.').waitFor()
    await expectAccessible(page)
    await picture(page, 'own-unclaimed')
    await page.getByRole('link', { name: 'Claim it' }).click()
    await title(page, 'Claim this item')
  })

  it('is not claimed with the code of another item, and nothing is sent', async () => {
    const { page, sent } = alice
    await page.getByLabel('Code under the scratch panel').fill(items[1]?.code ?? '')
    await page.getByRole('button', { name: 'Claim with a passkey' }).click()
    await page.getByText('That is not the code of this item').waitFor()
    await picture(page, 'own-claim-wrong-code')
    expect(sent.filter((one) => one.includes('/v1/claims'))).to.deep.equal([])
    expect(await ownership()).to.include({ ownership: 'unclaimed' })
  })

  it('is claimed with its code and a passkey, the relayer paying, and the code never leaves the phone', async () => {
    const { page, sent } = alice
    const typed = bag()
      .code.toLowerCase()
      .replace(/(.{4})(?=.)/g, '$1-')
    await page.getByLabel('Code under the scratch panel').fill(`${typed} `)
    const answer = sending(page, '/v1/claims')
    await page.getByRole('button', { name: 'Claim with a passkey' }).click()
    await title(page, 'The item is yours')
    const act = await actOf(answer)
    console.log(`      claim: ${act.gasUsed} gas`)
    expect(act.gasUsed).to.be.below(CLAIM_GAS_MAX)
    expect(await ownership()).to.include({ ownership: 'claimed', owner: act.to })
    const secret = new RegExp([...items.map(({ code }) => code), typed].join('|'), 'i')
    expect(sent.filter((one) => secret.test(one))).to.deep.equal([])
    await expectAccessible(page)
    await picture(page, 'own-claimed')
  })

  it('is in the list of its owner’s phone, and the phone knows it as its own', async () => {
    const { page } = alice
    await page.getByRole('link', { name: 'My items' }).last().click()
    await page.getByRole('main').getByRole('link', { name: 'Parfum N° 12' }).waitFor()
    await expectAccessible(page)
    await picture(page, 'own-list')
    await page.getByRole('main').getByRole('link', { name: 'Parfum N° 12' }).click()
    await page.getByText('This phone holds the passkey that owns it.').waitFor()
    await expectAccessible(page)
    await picture(page, 'own-item')
  })

  it('cannot be claimed again by somebody who knows the code', async () => {
    const { page } = bob
    await page.goto(own('/claim'))
    await page.getByText('This item has an owner already.').waitFor()
    expect(await page.locator('form[data-act]').count()).to.equal(0)
    await picture(page, 'own-claim-taken')
  })

  it('is shown to be its owner’s, to a buyer who asks', async () => {
    const { link, done } = await askedBy(bob, own('/ask'))
    await picture(bob.page, 'own-ask')
    const { page } = alice
    await page.goto(link)
    await title(page, 'Show that it is yours')
    await expectAccessible(page)
    await picture(page, 'own-prove')
    await page.getByRole('button', { name: 'Answer with my passkey' }).click()
    await title(page, 'Answered')
    await picture(page, 'own-proved')
    await title(bob.page, 'Registered item, its holder answered')
    await expectAccessible(bob.page)
    await picture(bob.page, 'own-ask-answered')
    expect((await done).assurance).to.equal('holder')
    await page.goto(link)
    await page.getByText('This question has expired or was answered.').waitFor()
    expect(await page.locator('form[data-act]').count()).to.equal(0)
    await picture(page, 'own-prove-gone')
  })

  it('is vouched for by its code while nobody has claimed it, which stays on the phone', async () => {
    const other = items[1] as Item
    const { link, done } = await askedBy(bob, `/own/${GTIN}/${other.serial}/ask`)
    const { page, sent } = alice
    await page.goto(link)
    await picture(page, 'own-prove-code')
    await page.getByLabel('Code under the scratch panel').fill(bag().code)
    await page.getByRole('button', { name: 'Answer with the code' }).click()
    await page.getByText('That is not the code of this item.').waitFor()
    await page.getByLabel('Code under the scratch panel').fill(other.code)
    await page.getByRole('button', { name: 'Answer with the code' }).click()
    await title(page, 'Answered')
    await title(bob.page, 'Registered item, its holder answered')
    expect((await done).assurance).to.equal('holder')
    expect(sent.filter((one) => one.includes(other.code))).to.deep.equal([])
  })

  it('is permitted for one listing by its passkey, which the marketplace redeems and shows', async () => {
    const { page } = alice
    await page.goto(own())
    await page.getByRole('link', { name: 'Permit a listing' }).click()
    await title(page, 'Permit a listing')
    await page.getByLabel('Marketplace').selectOption('Rive Gauche Market')
    await page.getByLabel('Number of the listing').fill('RG-PASSKEY')
    await expectAccessible(page)
    await picture(page, 'own-permit')
    await page.getByRole('button', { name: 'Sign the permit with my passkey' }).click()
    await title(page, 'Permit signed')
    await expectAccessible(page)
    await picture(page, 'own-permit-signed')
    const permit = (await page.locator('[data-permit]').textContent()) ?? ''
    const [shop, rival] = service.credentials.marketplaces
    const send = (key: string | undefined, path: string, body: object) =>
      fetch(`${service.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const redeem = (key: string | undefined) =>
      send(key, `/v1/permits/${permit}/redeem`, { listing: 'RG-PASSKEY' })
    expect((await redeem(rival?.apiKey)).status).to.equal(422)
    expect((await redeem(shop?.apiKey)).status).to.equal(200)
    const item = { gtin: GTIN, serial: bag().serial }
    const offer = {
      externalId: 'RG-PASSKEY',
      sellerId: 'S-001',
      title: 'Maison Exemple perfume',
      item,
      permit,
    }
    const listed = await send(shop?.apiKey, '/v1/listings', offer)
    expect(await listed.json()).to.include({ decision: 'approve', badge: 'owner_permit' })
    const desk = await visit(browser, service.url)
    await logIn(desk.page, shop?.apiKey ?? '')
    await desk.page.goto('/marketplace/listings/RG-PASSKEY')
    await desk.page.getByText('Owner’s permit').waitFor()
    await expectAccessible(desk.page)
    await picture(desk.page, 'desk-permit')
    await desk.context.close()
  })

  it('is handed over to the passkey of another phone, by the owner’s signature', async () => {
    await bob.page.goto('/own/receive')
    await bob.page.getByRole('button', { name: 'Show my code' }).click()
    const link = await bob.page.getByRole('link', { name: 'Link for the present owner' }).getAttribute('href')
    const words = await bob.page.locator('[data-words]').textContent()
    await bob.page
      .locator('[data-picture]')
      .evaluate((image) => (image as unknown as { decode(): Promise<void> }).decode())
    await expectAccessible(bob.page)
    await picture(bob.page, 'own-receive')
    const { page } = alice
    await page.goto(link ?? '')
    await picture(page, 'own-give')
    await page.getByRole('main').getByRole('link', { name: 'Parfum N° 12' }).click()
    await title(page, 'Hand over this item')
    expect(await page.locator('.words').textContent()).to.equal(words)
    await expectAccessible(page)
    await picture(page, 'own-transfer')
    const answer = sending(page, '/v1/transfers')
    await page.getByRole('button', { name: 'Hand it over with my passkey' }).click()
    await title(page, 'Handed over')
    const act = await actOf(answer)
    console.log(`      transfer: ${act.gasUsed} gas`)
    expect(act.gasUsed).to.be.below(TRANSFER_GAS_MAX)
    expect(await ownership()).to.include({ owner: act.to, nonce: 1 })
    await picture(page, 'own-transferred')
    await page.goto('/own')
    await page.getByText('None yet on this phone.').waitFor()
  })

  it('is no longer the former owner’s to report', async () => {
    const { page } = alice
    await page.goto(own('/report'))
    await page.getByRole('button', { name: 'Report it stolen with my passkey' }).click()
    await page.getByText('This passkey does not own the item.').waitFor()
    await expectAccessible(page)
    await picture(page, 'own-report-refused')
  })

  it('is reported stolen by its owner, and then cannot be handed over', async () => {
    const { page } = bob
    await page.goto(own())
    await page.getByText('This phone holds the passkey that owns it.').waitFor()
    await page.getByRole('link', { name: 'Report it stolen' }).click()
    await page.getByRole('button', { name: 'Report it stolen with my passkey' }).click()
    await title(page, 'Reported stolen')
    await picture(page, 'own-reported')
    expect((await ownership())['stolen']).to.include({ by: 'owner' })
    await page.goto(own())
    await page.getByText('Reported stolen by its owner on').waitFor()
    await expectAccessible(page)
    await picture(page, 'own-stolen')
    await page.goto(own('/transfer'))
    expect(await page.locator('main form').count()).to.equal(0)
  })

  it('is reported found again', async () => {
    const { page } = bob
    await page.goto(own('/report'))
    await title(page, 'Report this item found again')
    await page.getByRole('button', { name: 'Report it found with my passkey' }).click()
    await title(page, 'Report taken back')
    expect((await ownership())['stolen']).to.equal(null)
  })

  it('is found again by a new browser that has the same passkey', async () => {
    const { page, forget } = bob
    await forget()
    await page.goto(own())
    await page.getByText('Its owner’s passkey is not known to this browser.').waitFor()
    await page.getByRole('button', { name: 'I own it: use my passkey' }).click()
    await page.getByText('This phone holds the passkey that owns it.').waitFor()
    await page.goto('/own')
    await page.getByRole('main').getByRole('link', { name: 'Parfum N° 12' }).waitFor()
  })

  it('has pages that fit 320 pixels in three languages, and no fault that axe finds where the code is typed', async () => {
    const { page } = bob
    await page.setViewportSize(NARROW)
    const other = `/own/${GTIN}/${items[1]?.serial}`
    const to = 'A'.repeat(86)
    const paths = [
      '/own',
      '/own/receive',
      '/own/give',
      own(),
      own('/transfer'),
      own(`/transfer?to=${to}`),
      own('/report'),
      own('/permit'),
      own('/ask'),
      `${other}/ask`,
      other,
      `${other}/claim`,
    ]
    for (const lang of LANGUAGES) {
      for (const path of paths) {
        await page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`)
        await expectFits(page)
        expect(await page.locator('html').getAttribute('lang')).to.equal(lang)
        expect(await page.locator('main').textContent()).not.to.match(/\{\w+\}|\b(?:undefined|null)\b/)
      }
      await expectAccessible(page)
      await picture(page, `own-claim-320-${lang}`)
    }
  })

  it('explains with script off what a passkey needs', async () => {
    const { page, context } = await visit(browser, service.url, { javaScriptEnabled: false })
    const claim = `/own/${GTIN}/${items[1]?.serial}/claim`
    for (const path of ['/own', '/own/receive', own('/report'), own('/permit'), own('/ask'), claim]) {
      await page.goto(path)
      expect(await page.locator('noscript p').isVisible(), path).to.equal(true)
      expect(await page.locator('main :is(form, button):visible').count(), path).to.equal(0)
    }
    await picture(page, 'own-claim-no-script')
    await context.close()
  })

  it('asked no other site for anything, and no page has run into its own policy', () => {
    for (const { strayed, complaints } of [alice, bob]) {
      expect(strayed).to.deep.equal([])
      expect(complaints).to.deep.equal([])
    }
  })
})
