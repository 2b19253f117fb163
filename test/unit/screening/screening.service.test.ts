import { expect } from 'chai'
import { AppError, isAppError } from '../../../server/kernel/errors.ts'
import { parseSerial } from '../../../server/kernel/gs1.ts'
import { createScreening } from '../../../server/modules/screening/index.ts'
import { listing } from './knowledge.ts'
import { chainEvent, GTIN, world } from './memory.ts'

// listing of an item × what happens
// ├── sent            → decided at once, told once, invisible to other marketplaces
// ├── sent again      → POST refuses, PUT decides anew
// ├── offered twice   → the later listing is held
// ├── item revoked    → live → taken_down, also after a crash, also when it happens while the listing is being written
// ├── revocation undone (reorganisation) → taken_down → live
// └── chain away      → in_review, decided again later

const SHOP = 'bazaar'
const RUN = new AbortController().signal

function item(serial: string) {
  return { kind: 'key' as const, gtin: GTIN, serial: parseSerial(serial) }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
  return 'nothing thrown'
}

describe('listings', () => {
  it('approves the resale of a registered item without an origin, and tells of it once', async () => {
    const { deps, verdicts, told } = world()
    verdicts.set('A1', 'verified')
    const { service, job } = createScreening(deps)
    const decided = await service.create(SHOP, listing({ item: item('A1'), origin: null }))
    expect([decided.decision, decided.status, decided.itemKey]).to.deep.equal([
      'approve',
      'live',
      `${GTIN}/A1`,
    ])
    await job.run(RUN)
    expect(told).to.have.length(1)
  })

  it('refuses a second listing under an externalId and replaces it by put', async () => {
    const { deps } = world()
    const { service } = createScreening(deps)
    await service.create(SHOP, listing())
    expect(await codeOf(service.create(SHOP, listing({ title: 'Other' })))).to.equal('listing.already_exists')
    const replaced = await service.put(SHOP, listing({ title: 'Maison Exemple replica AAA mirror quality' }))
    expect([replaced.created, replaced.listing.decision, replaced.listing.status]).to.deep.equal([
      false,
      'reject',
      'taken_down',
    ])
    expect((await service.put(SHOP, listing({ externalId: 'L-2' }))).created).to.equal(true)
  })

  it('hides a listing from other marketplaces', async () => {
    const { deps } = world()
    const { service } = createScreening(deps)
    await service.create(SHOP, listing())
    expect(await codeOf(service.find('rival', 'L-1'))).to.equal('listing.not_found')
    expect((await service.list('rival', {}, { limit: 10 })).listings).to.deep.equal([])
    expect((await service.create('rival', listing())).marketplaceId).to.equal('rival')
  })

  it('pages through all listings once, newest first', async () => {
    const { deps, time } = world()
    const { service } = createScreening(deps)
    for (let i = 0; i < 7; i++) {
      time.nowMs += i % 2
      await service.create(SHOP, listing({ externalId: `L-${i}` }))
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await service.list(SHOP, {}, { limit: 3, cursor })
      seen.push(...page.listings.map((l) => l.externalId))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(new Set(seen).size).to.equal(7)
    expect(seen).to.have.length(7)
    expect(await codeOf(service.list(SHOP, {}, { limit: 3, cursor: 'bm9wZQ' }))).to.equal(
      'listing.bad_cursor',
    )
  })

  it('holds the later of two listings of one item, wherever the first is', async () => {
    const { deps, verdicts, time } = world()
    verdicts.set('A1', 'verified')
    const { service } = createScreening(deps)
    const first = await service.create(SHOP, listing({ item: item('A1') }))
    time.nowMs += 1000
    const second = await service.create('rival', listing({ externalId: 'R-1', item: item('A1') }))
    expect([first.decision, second.decision]).to.deep.equal(['approve', 'review'])
    const signal = second.signals.find((s) => s.kind === 'double_listing')
    expect(signal?.evidence).to.deep.equal({ listings: 1, sameMarketplace: false })
    expect((await service.find(SHOP, 'L-1')).decision).to.equal('approve')
  })

  it('holds one of two listings of one item that are sent at once', async () => {
    const { deps, verdicts } = world()
    verdicts.set('A1', 'verified')
    const { service } = createScreening(deps)
    const both = [listing({ item: item('A1') }), listing({ externalId: 'L-2', item: item('A1') })]
    await Promise.all(both.map((content) => service.create(SHOP, content)))
    const decisions = await Promise.all(
      ['L-1', 'L-2'].map(async (id) => (await service.find(SHOP, id)).decision),
    )
    expect(decisions.sort()).to.deep.equal(['approve', 'review'])
  })

  it('gives each entry of a batch its own answer', async () => {
    const { deps } = world()
    const { service } = createScreening(deps)
    const contents = Array.from({ length: 50 }, (_, i) =>
      listing({ externalId: `L-${i}`, title: i % 2 ? 'Maison Exemple superfake replica' : 'Lamp' }),
    )
    const refused = new AppError('gs1.bad_gtin', 'no GTIN')
    const [first, ...results] = await service.putMany(SHOP, [refused, ...contents])
    expect(first).to.equal(refused)
    expect(results.map((r) => ('decision' in r ? `${r.externalId} ${r.decision}` : r.code))).to.deep.equal(
      contents.map((c, i) => `${c.externalId} ${i % 2 ? 'reject' : 'approve'}`),
    )
  })
})

describe('listings when the chain changes', () => {
  async function live() {
    const w = world()
    w.verdicts.set('A1', 'verified').set('B2', 'verified')
    w.leaves.push('A1', 'B2')
    const screening = createScreening(w.deps)
    await screening.service.create(SHOP, listing({ item: item('A1') }))
    await screening.service.create(SHOP, listing({ externalId: 'L-2', item: item('B2') }))
    w.told.length = 0
    return { ...w, ...screening }
  }

  it('takes the listing of a revoked item down and no other, and tells the brand', async () => {
    const { service, job, verdicts, feed, told, changes, state } = await live()
    verdicts.set('A1', 'revoked')
    feed.push(chainEvent({ sequence: 5 }))
    await job.run(RUN)
    const taken = await service.find(SHOP, 'L-1')
    expect([taken.decision, taken.status, taken.cause.kind, taken.sequence]).to.deep.equal([
      'reject',
      'taken_down',
      'chain_event',
      2,
    ])
    expect((await service.find(SHOP, 'L-2')).status).to.equal('live')
    expect(told.map((l) => [l.externalId, l.status])).to.deep.equal([['L-1', 'taken_down']])
    expect(changes).to.have.length(1)
    expect(state.cursor).to.equal(5)
  })

  it('brings the listing back when a reorganisation undoes the revocation', async () => {
    const { service, job, verdicts, feed } = await live()
    verdicts.set('A1', 'revoked')
    feed.push(chainEvent({ sequence: 5 }))
    await job.run(RUN)
    verdicts.set('A1', 'verified')
    feed.push(chainEvent({ sequence: 6, change: 'removed' }))
    await job.run(RUN)
    expect((await service.find(SHOP, 'L-1')).status).to.equal('live')
  })

  it('handles an event again after a crash before the cursor was stored, without a second effect', async () => {
    const { service, job, verdicts, feed, told, state } = await live()
    verdicts.set('A1', 'revoked')
    feed.push(chainEvent({ sequence: 5 }))
    await job.run(RUN)
    state.cursor = 0
    await job.run(RUN)
    expect((await service.find(SHOP, 'L-1')).sequence).to.equal(2)
    expect(told).to.have.length(1)
  })

  it('tells of a decision that was stored before a crash', async () => {
    const { job, listings, told } = await live()
    const [first] = [...listings.all.values()]
    if (first) listings.all.set(first.id, { ...first, dispatched: false })
    await job.run(RUN)
    await job.run(RUN)
    expect(told.map((l) => l.id)).to.deep.equal([first?.id])
  })

  it('takes a listing down that was being written while its item was revoked', async () => {
    const w = world()
    w.verdicts.set('A1', 'verified')
    w.leaves.push('A1')
    const { service, job } = createScreening(w.deps)
    const insert = w.listings.insert
    const slow = {
      ...w.deps,
      listings: {
        ...w.listings,
        insert: async (l: Parameters<typeof insert>[0]) => {
          w.verdicts.set('A1', 'revoked')
          w.feed.push(chainEvent({ sequence: 5 }))
          await raced.job.run(RUN)
          return insert(l)
        },
      },
    }
    const raced = createScreening(slow)
    const decided = await raced.service.create(SHOP, listing({ item: item('A1') }))
    expect([decided.decision, decided.status]).to.deep.equal(['reject', 'taken_down'])
    await job.run(RUN)
    expect((await service.find(SHOP, 'L-1')).status).to.equal('taken_down')
  })

  it('holds a listing whose item cannot be checked and decides it when it can', async () => {
    const { deps, verdicts, time } = world()
    verdicts.set('A1', 'unverifiable')
    const { service, job } = createScreening(deps)
    const held = await service.create(SHOP, listing({ item: item('A1') }))
    expect([held.decision, held.status]).to.deep.equal(['review', 'in_review'])
    verdicts.set('A1', 'verified')
    await job.run(RUN)
    expect((await service.find(SHOP, 'L-1')).status).to.equal('in_review')
    time.nowMs = held.recheckAtMs ?? 0
    await job.run(RUN)
    expect((await service.find(SHOP, 'L-1')).status).to.equal('live')
  })
})
