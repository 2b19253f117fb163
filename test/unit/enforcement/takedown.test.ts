import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Db, openDb, ready } from '../../../server/db/connection.ts'
import { parseSerial } from '../../../server/kernel/gs1.ts'
import { silentLog } from '../../../server/kernel/log.ts'
import { caseModel } from '../../../server/modules/enforcement/case.model.ts'
import { caseStore } from '../../../server/modules/enforcement/case.store.ts'
import { createEnforcement, statementFaults } from '../../../server/modules/enforcement/index.ts'
import { createScreening } from '../../../server/modules/screening/index.ts'
import { feedCursorModel, listingModel } from '../../../server/modules/screening/listing.model.ts'
import { feedCursor, listingStore } from '../../../server/modules/screening/listing.store.ts'
import { listing } from '../screening/knowledge.ts'
import { chainEvent, GTIN, world } from '../screening/memory.ts'

const SHOP = 'bazaar'
const RUN = new AbortController().signal

type Told = {
  id: string
  type: string
  accountKind: string
  accountId: string
  data: { readonly [name: string]: unknown }
}

/** Screening and enforcement on a real store; the chain, the items and the webhooks are stood in for. */
async function takedownFixture() {
  const dataDir = await mkdtemp(join(tmpdir(), 'cachet-takedown-'))
  const db: Db = await openDb({ dataDir, log: silentLog })
  await ready([
    listingModel(db.connection),
    feedCursorModel(db.connection),
    caseModel(db.connection),
  ] as never[])
  const w = world()
  const told = new Map<string, Told>()
  const failing = { times: 0 }
  const enforcement = createEnforcement({
    ...w.deps,
    cases: caseStore(db.connection),
    async tell(event) {
      if (event.type === 'listing.taken_down' && failing.times-- > 0) throw new Error('the store went away')
      told.set(event.id, event)
    },
  })
  const stores = { listings: listingStore(db.connection), cursor: feedCursor(db.connection, 'screening') }
  const screening = createScreening({ ...w.deps, ...stores, effects: enforcement.service.effects })
  const close = async () => {
    await db.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { ...w, ...stores, screening, enforcement, told, failing, close }
}

const item = { kind: 'key' as const, gtin: GTIN, serial: parseSerial('A1') }

describe('takedowns', () => {
  let f: Awaited<ReturnType<typeof takedownFixture>>
  const revoke = (sequence: number) => {
    f.verdicts.set('A1', 'revoked')
    f.feed.push(chainEvent({ sequence }))
    return f.screening.job.run(RUN)
  }
  const types = () => [...f.told.values()].map((t) => `${t.accountKind} ${t.type}`)

  beforeEach(async () => {
    f = await takedownFixture()
    f.verdicts.set('A1', 'verified')
    f.leaves.push('A1')
  })
  afterEach(() => f.close())

  it('follow a revocation: listing, case, statement and both notices', async () => {
    await f.screening.service.create(SHOP, listing({ item }))
    await revoke(5)
    const taken = await f.screening.service.find(SHOP, 'L-1')
    expect([taken.status, taken.decision, taken.score]).to.deep.equal(['taken_down', 'reject', 100])
    const [found] = await f.enforcement.service.cases(SHOP, 'L-1')
    expect(found).to.include({ state: 'in_force', measure: 'taken_down', ground: 'item_revoked' })
    expect(found?.pending).to.deep.equal([])
    const statement = await f.enforcement.service.statement({ marketplaceId: SHOP }, 'L-1')
    expect(statementFaults(statement)).to.deep.equal([])
    expect(statement).to.include({
      source_type: 'SOURCE_TYPE_OTHER_NOTIFICATION',
      source_identity: 'Maison Exemple',
    })
    expect(types()).to.deep.equal([
      'marketplace listing.decided',
      'marketplace listing.taken_down',
      'brand item.revoked',
    ])
  })

  it('show their statement to the marketplace, the seller and, without names, to everybody', async () => {
    await f.screening.service.create(
      SHOP,
      listing({ title: 'Maison Exemple superfake replica', sellerId: 'S-9' }),
    )
    const { service } = f.enforcement
    const own = await service.statement({ marketplaceId: SHOP }, 'L-1')
    expect(await service.statement({ sellerId: 'S-9' }, 'L-1')).to.deep.equal(own)
    for (const owner of [{ marketplaceId: 'rival' }, { sellerId: 'S-1' }]) {
      const refused = await service.statement(owner, 'L-1').catch((error: { code?: string }) => error.code)
      expect(refused).to.equal('statement.not_found')
    }
    const { statements } = await service.statements({ limit: 10 })
    expect(statements).to.deep.equal([own])
    expect(JSON.stringify(statements)).to.not.include('S-9').and.not.include(SHOP)
  })

  it('are told of once when the store goes away between the case and its notice', async () => {
    await f.screening.service.create(SHOP, listing({ item }))
    f.told.clear()
    f.failing.times = 2
    await revoke(5)
    expect(types()).to.deep.equal(['brand item.revoked'])
    const [untold] = await f.enforcement.service.cases(SHOP, 'L-1')
    expect(untold?.pending.map((notice) => notice.type)).to.deep.equal(['listing.taken_down'])
    await f.screening.job.run(RUN)
    await f.enforcement.job.run(RUN)
    expect(types().sort()).to.deep.equal(['brand item.revoked', 'marketplace listing.taken_down'])
    expect(await f.enforcement.service.cases(SHOP, 'L-1')).to.have.length(1)
  })

  it('are not doubled when the event is handled again', async () => {
    await f.screening.service.create(SHOP, listing({ item }))
    await revoke(5)
    const before = [...f.told.keys()]
    await f.cursor.write(0)
    await f.screening.job.run(RUN)
    expect([...f.told.keys()]).to.deep.equal(before)
    expect((await f.enforcement.service.cases(SHOP, 'L-1'))[0]?.entries).to.have.length(1)
  })

  it('are lifted when a reorganisation undoes the revocation, and the statement says when', async () => {
    await f.screening.service.create(SHOP, listing({ item }))
    await revoke(5)
    f.verdicts.set('A1', 'verified')
    f.feed.push(chainEvent({ sequence: 6, change: 'removed' }))
    await f.screening.job.run(RUN)
    expect((await f.screening.service.find(SHOP, 'L-1')).status).to.equal('live')
    const [lifted] = await f.enforcement.service.cases(SHOP, 'L-1')
    expect([lifted?.state, lifted?.entries.map((e) => e.action)]).to.deep.equal([
      'lifted',
      ['restrict', 'lift'],
    ])
    const statement = await f.enforcement.service.statement({ marketplaceId: SHOP }, 'L-1')
    expect(statement.end_date_visibility_restriction).to.equal('2026-11-23')
    expect(statementFaults(statement)).to.deep.equal([])
  })

  it('page through all statements once', async () => {
    for (let i = 0; i < 5; i++) {
      f.time.nowMs += i % 2
      await f.screening.service.create(
        SHOP,
        listing({ externalId: `L-${i}`, title: 'Maison Exemple superfake replica' }),
      )
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await f.enforcement.service.statements({ limit: 2, cursor })
      seen.push(...page.statements.map((s) => s.puid))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect([new Set(seen).size, seen.length]).to.deep.equal([5, 5])
  })
})

describe('the store of listings', () => {
  let f: Awaited<ReturnType<typeof takedownFixture>>
  beforeEach(async () => {
    f = await takedownFixture()
    f.verdicts.set('A1', 'verified')
  })
  afterEach(() => f.close())

  it('gives back what was written', async () => {
    const content = listing({
      item,
      images: ['https://shop.example/1.jpg'],
      permit: 'permit',
      description: 'Émeraude 翡翠包 \u200b',
    })
    const written = await f.screening.service.create(SHOP, content)
    expect(await f.screening.service.find(SHOP, 'L-1')).to.deep.equal({ ...written, dispatched: true })
  })

  it('takes one of two listings with one externalId that are sent at once', async () => {
    const sent = [1, 2, 3, 4].map(() =>
      f.screening.service.create(SHOP, listing()).catch((error: { code?: string }) => error.code),
    )
    const results = (await Promise.all(sent)).map((r) => (typeof r === 'object' ? 'created' : r))
    expect(results.sort()).to.deep.equal([
      'created',
      'listing.already_exists',
      'listing.already_exists',
      'listing.already_exists',
    ])
  })

  it('filters by status and decision, and pages', async () => {
    const titles = ['Lamp', 'Maison Exemple superfake replica', 'Bag inspired by Maison Exemple']
    for (let i = 0; i < 9; i++) {
      await f.screening.service.create(SHOP, listing({ externalId: `L-${i}`, title: titles[i % 3] ?? '' }))
    }
    const of = async (filter: object) =>
      (await f.screening.service.list(SHOP, filter, { limit: 100 })).listings.map((l) => l.externalId).sort()
    expect(await of({ decision: 'reject' })).to.deep.equal(['L-1', 'L-4', 'L-7'])
    expect(await of({ status: 'in_review' })).to.deep.equal(['L-2', 'L-5', 'L-8'])
    const first = await f.screening.service.list(SHOP, {}, { limit: 5 })
    const rest = await f.screening.service.list(SHOP, {}, { limit: 5, cursor: first.nextCursor ?? '' })
    expect(new Set([...first.listings, ...rest.listings].map((l) => l.externalId)).size).to.equal(9)
  })
})
