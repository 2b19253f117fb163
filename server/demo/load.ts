import { createReadStream, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Services } from '../app.ts'
import type { Config } from '../config/config.ts'
import { pause } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { writePrivateFile } from '../kernel/files.ts'
import { DEMO_BRAND } from './cast.ts'
import { writeCredentials } from './credentials.ts'
import { DEMO_FILE, WITHDRAWN } from './items.ts'
import { DEMO_LISTINGS } from './listings.ts'

const WAIT_MS = 60_000
const POLL_MS = 50

/**
 * Loads the demonstration on the first start: a brand with a few dozen items, two marketplaces, sellers, and listings
 * that show each decision. Every step may be repeated, so a start that was cut off is completed by the next.
 */
export async function loadDemo(
  services: Services,
  config: Config,
  say: (line: string) => void,
): Promise<void> {
  const done = join(resolve(config.dataDir), 'demo.json')
  await writeCredentials(services.accounts, config.dataDir)
  if (existsSync(done)) return
  say('Loading the demonstration: brand …')
  await services.brands.service.onboard(DEMO_BRAND)
  await activeBrand(services)
  say('Loading the demonstration: items …')
  await registerItems(services)
  say('Loading the demonstration: listings …')
  for (const { marketplaceId, content } of DEMO_LISTINGS)
    await services.screening.service.put(marketplaceId, content)
  await withdrawItems(services)
  writePrivateFile(done, `${JSON.stringify({ brand: DEMO_BRAND.id })}\n`)
}

async function activeBrand({ brands }: Services): Promise<void> {
  const brand = await brands.service.whenReady(DEMO_BRAND.id, WAIT_MS)
  if (brand.status !== 'active')
    throw notReady(`the brand is ${brand.status} (${brand.failure ?? 'no reason given'})`)
  await until(
    'the brand is not listed as active',
    async () => (await brands.reader.byId(DEMO_BRAND.id))?.status === 'active',
  )
}

async function registerItems({ brands, items }: Services): Promise<void> {
  const brand = await brands.reader.byId(DEMO_BRAND.id)
  if (!brand) throw notReady('the brand is gone')
  const source = createReadStream(DEMO_FILE)
  const batch = await items.submission.submit({
    brand,
    source,
    format: 'csv',
    idempotencyKey: 'demonstration-1',
  })
  await until('the items are not anchored', async () => {
    const now = await items.reader.batch(batch.id)
    if (now?.status === 'failed') throw notReady(`the items were refused: ${JSON.stringify(now.errors)}`)
    return now?.status === 'anchored'
  })
}

/** One item is revoked and one recalled while a listing shows it: the listing is taken down as it would be any day. */
async function withdrawItems({ items }: Services): Promise<void> {
  const order = { brandId: DEMO_BRAND.id }
  await items.events.order({ ...order, key: WITHDRAWN.revoked, kind: 'revocation', reason: 'counterfeit' })
  await items.events.order({ ...order, key: WITHDRAWN.recalled, kind: 'recall', reason: 'safety' })
}

async function until(failure: string, check: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += POLL_MS) {
    if (await check()) return
    await pause(POLL_MS)
  }
  throw notReady(`${failure} after ${WAIT_MS / 1000} s`)
}

function notReady(reason: string): AppError {
  return new AppError(
    'demo.not_ready',
    `The demonstration could not be loaded: ${reason}. Start again, or start with --no-demo.`,
  )
}
