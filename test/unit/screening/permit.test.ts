import { expect } from 'chai'
import type { OwnershipChange } from '../../../server/kernel/chain-facts.ts'
import { parseGtin, parseSerial } from '../../../server/kernel/gs1.ts'
import { badgeOf, createScreening } from '../../../server/modules/screening/index.ts'
import { permitFacts, permitSignals } from '../../../server/modules/screening/permit.ts'
import type { PermitReader } from '../../../server/modules/screening/ports.ts'
import type { ListingContent } from '../../../server/modules/screening/types.ts'
import { assessment, GTIN, world } from './memory.ts'

/*
 * permit named by a listing   none · of this listing, by state · of another listing, marketplace or item · unreadable
 * its signal                  counts only where it was redeemed and the item is verified
 * two listings                the permitted one stays, though it was sent later
 * event of the owner's        known item, added and taken back: decided on again · unknown item: nothing
 */
const PLACE = { marketplaceId: 'bazaar', itemKey: `${GTIN}/A1` }
const LISTING = { permit: 'prm_1', externalId: 'L-1' }
type Found = Exclude<Awaited<ReturnType<PermitReader['standing']>>, null | 'unreadable'>

const permit = (more: Partial<Found> = {}): Found => ({
  item: { gtin: parseGtin(GTIN), serial: parseSerial('A1') },
  marketplace: 'bazaar',
  listing: 'L-1',
  state: 'redeemed',
  ...more,
})
const reading = (found: Awaited<ReturnType<PermitReader['standing']>>): PermitReader => ({
  standing: async () => found,
})

describe('the permit that a listing names', () => {
  it('is looked at only where one is named, and must be for this listing of this marketplace and this item', async () => {
    const facts = (found: Awaited<ReturnType<PermitReader['standing']>>) =>
      permitFacts(LISTING, PLACE, reading(found))
    expect(await permitFacts({ ...LISTING, permit: null }, PLACE, reading(permit()))).to.equal(null)
    for (const state of ['redeemed', 'open', 'void', 'expired'] as const)
      expect(await facts(permit({ state }))).to.deep.equal({ kind: state })
    const item = { gtin: parseGtin(GTIN), serial: parseSerial('B2') }
    for (const other of [
      null,
      permit({ marketplace: 'rival' }),
      permit({ listing: 'L-2' }),
      permit({ item }),
    ])
      expect(await facts(other)).to.deep.equal({ kind: 'other' })
    expect(await facts('unreadable')).to.deep.equal({ kind: 'unreadable' })
  })

  it('speaks for the listing only where it was redeemed and the item’s record holds', () => {
    const weightOf = (...given: Parameters<typeof permitSignals>) =>
      permitSignals(...given).map(({ kind, weight }) => [kind, weight])
    const verified = assessment('verified', 'A1')
    expect(weightOf(null, verified)).to.deep.equal([])
    expect(weightOf({ kind: 'redeemed' }, verified)).to.deep.equal([['permit_redeemed', -100]])
    for (const verdict of ['suspected_clone', 'reported_stolen', 'pending', 'unverifiable'] as const)
      expect(weightOf({ kind: 'redeemed' }, assessment(verdict, 'A1'))).to.deep.equal([
        ['permit_redeemed', 0],
      ])
    expect(weightOf({ kind: 'open' }, verified)).to.deep.equal([['permit_not_redeemed', 0]])
    expect(weightOf({ kind: 'void' }, verified)).to.deep.equal([['permit_void', 40]])
    expect(weightOf({ kind: 'expired' }, verified)).to.deep.equal([['permit_expired', 40]])
    expect(weightOf({ kind: 'other' }, verified)).to.deep.equal([['permit_rejected', 45]])
    expect(weightOf({ kind: 'unreadable' }, verified)).to.deep.equal([['permit_not_checked', 0]])
  })

  it('gives a badge to a live listing alone', () => {
    const signals = permitSignals({ kind: 'redeemed' }, assessment('verified', 'A1'))
    expect(badgeOf({ status: 'live', signals })).to.equal('owner_permit')
    for (const status of ['in_review', 'refused', 'taken_down'] as const)
      expect(badgeOf({ status, signals })).to.equal(null)
    const weightless = permitSignals({ kind: 'redeemed' }, assessment('pending', 'A1'))
    expect(badgeOf({ status: 'live', signals: weightless })).to.equal(null)
  })
})

describe('listings of an item whose owner permits one, or changes', () => {
  const TOKEN = `0x${'7'.repeat(64)}` as const
  const RUN = new AbortController().signal
  const moved = (sequence: number, more: Partial<OwnershipChange> = {}): OwnershipChange => ({
    sequence,
    change: 'added',
    kind: 'transferred',
    tokenId: TOKEN,
    origin: null,
    at: { chainId: 31337, blockNumber: 9, blockHash: `0x${'22'.repeat(32)}`, timeUnix: 1_764_000_000 },
    transactionHash: `0x${'33'.repeat(32)}`,
    ...more,
  })

  const offer = (externalId: string, named: string | null): ListingContent => ({
    externalId,
    permit: named,
    sellerId: 'S-1',
    channel: 'shop',
    title: 'Maison Exemple bag',
    description: '',
    price: null,
    origin: null,
    images: [],
    item: { kind: 'key', ...permit().item },
  })

  it('give way to the one that the owner permitted, though it was sent later', async () => {
    const w = world()
    w.verdicts.set('A1', 'verified')
    const { service } = createScreening(w.deps)
    const first = await service.create('rival', offer('R-1', null))
    expect(first.status).to.equal('live')
    w.time.nowMs += 1000
    w.permits.set('prm_1', permit())
    expect(badgeOf(await service.create('bazaar', offer('L-1', 'prm_1')))).to.equal('owner_permit')
    const after = await service.find('rival', 'R-1')
    expect([after.status, after.cause.kind]).to.deep.equal(['in_review', 'double_listing'])
    expect((await service.find('bazaar', 'L-1')).status).to.equal('live')
  })

  it('are decided on again, and once more when a reorganisation takes the change back', async () => {
    const w = world()
    w.verdicts.set('A1', 'verified')
    w.permits.set('prm_1', permit())
    w.owned.set(TOKEN, permit().item)
    const { service, job } = createScreening(w.deps)
    const sent = await service.create('bazaar', offer('L-1', 'prm_1'))
    expect(badgeOf(sent)).to.equal('owner_permit')
    w.permits.set('prm_1', permit({ state: 'void' }))
    w.feed.push(moved(5))
    await job.run(RUN)
    const after = await service.find('bazaar', 'L-1')
    expect([after.decision, after.cause.kind, badgeOf(after)]).to.deep.equal(['review', 'chain_event', null])
    w.permits.set('prm_1', permit())
    w.feed.push(moved(6, { change: 'removed' }))
    await job.run(RUN)
    expect(badgeOf(await service.find('bazaar', 'L-1'))).to.equal('owner_permit')
    const { sequence } = await service.find('bazaar', 'L-1')
    w.feed.push(moved(7, { tokenId: `0x${'8'.repeat(64)}` }))
    await job.run(RUN)
    expect((await service.find('bazaar', 'L-1')).sequence).to.equal(sequence)
    expect(w.state.cursor).to.equal(7)
  })
})
