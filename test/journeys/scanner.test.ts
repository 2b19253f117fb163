import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import qrcode from 'qrcode'
import { expectAccessible, launch, picture, type Visitor, visit } from './browser.ts'
import { type Service, startService } from './service.ts'

/*
 * way × code
 * ├── photo: code of an item here → its page; code of a look-alike site → refused; no code → said
 * ├── camera: code of an item here → its page
 * └── typed, script off: GTIN and serial → its page; nonsense → said
 */
describe('the scanner', function () {
  this.timeout(120_000)
  let service: Service
  let browser: Browser
  let folder: string
  let item: string
  let visitor: Visitor

  before(async () => {
    service = await startService()
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'cachet-scanner-'))
    item = await demoItem(service.url)
    const film = path.join(folder, 'camera.y4m')
    await fs.writeFile(film, filmOf(`${service.url}${item}`))
    browser = await launch([
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ])
    visitor = await visit(browser, service.url, { permissions: ['camera'] })
  })
  after(async () => {
    await browser?.close()
    await service?.close()
    await fs.rm(folder, { recursive: true, force: true })
  })

  it('reads a photo of a label and opens the item’s page', async () => {
    const { page } = visitor
    await page.goto('/scan')
    await expectAccessible(page)
    await picture(page, 'scan')
    await choosePhoto(visitor, `${service.url}${item}`)
    await page.waitForURL(`**${item}`)
    expect(await page.locator('h1').textContent()).to.equal('Registered label')
  })

  it('reads the camera’s picture and opens the item’s page', async () => {
    const { page } = visitor
    await page.goto('/scan')
    await page.getByRole('button', { name: 'Start the camera' }).click()
    await page.waitForURL(`**${item}`)
    expect(await page.locator('h1').textContent()).to.equal('Registered label')
  })

  it('does not follow a code that leads to a look-alike site, and says where it leads', async () => {
    const { page } = visitor
    await page.goto('/scan')
    await choosePhoto(visitor, `https://maison-exempIe.com${item}`)
    await page.getByRole('heading', { name: 'This link leads to another site' }).waitFor()
    expect(await page.locator('main').textContent()).to.include('maison-exempie.com')
    expect(new URL(page.url()).origin).to.equal(service.url)
    await expectAccessible(page)
    await picture(page, 'scan-refused')
  })

  it('says so when a code names no item', async () => {
    const { page } = visitor
    await page.goto('/scan')
    await choosePhoto(visitor, 'https://example.com/menu')
    await page.getByText('This code does not name an item').waitFor()
  })

  it('takes a typed number with script off, and explains one that cannot be right', async () => {
    const { page, context } = await visit(browser, service.url, { javaScriptEnabled: false })
    const [gtin, serial] = item.split('/').filter((part) => part.length > 2)
    await page.goto('/scan')
    await page.getByLabel('Link, or GTIN and serial').fill(`${gtin} ${serial}`)
    await page.getByRole('button', { name: 'Check' }).click()
    expect(await page.locator('h1').textContent()).to.equal('Registered label')
    await page.goto('/check?code=09521234001004+X')
    expect(await page.locator('main').textContent()).to.include('wrong check digit')
    await context.close()
  })

  it('has asked no other site for anything', () => {
    expect(visitor.strayed).to.deep.equal([])
    expect(visitor.complaints).to.deep.equal([])
  })
})

/** An item that the first page of the demonstration points at. */
async function demoItem(url: string): Promise<string> {
  const home = await (await fetch(`${url}/`)).text()
  const found = /href="(\/01\/[^"]+)"/.exec(home)?.[1]
  if (found === undefined) throw new Error('the first page points at no item')
  return found
}

async function choosePhoto({ page }: Visitor, text: string): Promise<void> {
  const buffer = await qrcode.toBuffer(text, { scale: 6, margin: 4 })
  await page
    .getByLabel('Read a photo instead')
    .setInputFiles({ name: 'label.png', mimeType: 'image/png', buffer })
}

const FILM = { width: 640, height: 480, modulePixels: 8 }

/** One frame of the code on white, as a camera film (YUV4MPEG2, 4:2:0) that Chromium plays again and again. */
function filmOf(text: string): Buffer {
  const { width, height, modulePixels } = FILM
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' })
  const left = Math.floor((width - modules.size * modulePixels) / 2)
  const top = Math.floor((height - modules.size * modulePixels) / 2)
  const luma = Buffer.alloc(width * height, 235)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [row, column] = [Math.floor((y - top) / modulePixels), Math.floor((x - left) / modulePixels)]
      const inside = row >= 0 && column >= 0 && row < modules.size && column < modules.size
      if (inside && modules.get(row, column)) luma[y * width + x] = 16
    }
  }
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\nFRAME\n`)
  return Buffer.concat([header, luma, Buffer.alloc((width * height) / 2, 128)])
}
