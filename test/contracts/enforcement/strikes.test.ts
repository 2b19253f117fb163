import { expect } from 'chai'
import { id, ZeroHash } from 'ethers'
import { network } from 'hardhat'
import { ask, attempt, send, timeOf } from '../support.ts'
import {
  COMPLAINANT,
  DAY,
  decide,
  deployLedger,
  type Ledger,
  liveOf,
  MARKETPLACE,
  OTHER_MARKETPLACE,
  reverse,
  rulingOf,
  SELLER,
  STATEMENT,
  standingOf,
  strike,
  WHO,
} from './support.ts'

const { ethers, networkHelpers } = await network.create()

/*
 * decisions and strikes
 * ├── a decision ── kept as it was recorded · once · complete
 * ├── a strike ──── cites a decision that stands · one a decision · counts up to the threshold
 * ├── decay ─────── a second before and at its end · not while the account is terminated
 * ├── reversal ──── lifts the strike, and the termination when too few are left · final · of a suspended marketplace
 * └── apart ─────── sellers and complainants · subjects · marketplaces · policies before and after
 */
describe('EnforcementLedger', () => {
  const fixture = () => deployLedger(ethers)
  const load = () => networkHelpers.loadFixture(fixture)
  const refused = (
    all: Ledger,
    method: string,
    args: readonly unknown[],
    error: string,
    ...values: unknown[]
  ) =>
    expect(attempt(all.ledger, all.recorder, method, MARKETPLACE, ...args))
      .to.be.revertedWithCustomError(all.ledger, `EnforcementLedger${error}`)
      .withArgs(...values)
  const strikeTime = async (all: Ledger, decisionId: string) =>
    timeOf(ethers, await send(all.ledger, all.recorder, 'strike', MARKETPLACE, decisionId))

  it('keeps a decision as it was recorded', async () => {
    const all = await load()
    const ruling = rulingOf({ orderId: id('an order') })
    const sent = attempt(all.ledger, all.recorder, 'recordDecision', MARKETPLACE, id('a'), ruling)
    await expect(sent)
      .to.emit(all.ledger, 'DecisionRecorded')
      .withArgs(MARKETPLACE, id('a'), WHO, Object.values(ruling))
    const receipt = await (await sent).wait()
    if (receipt === null) throw new Error('no receipt')
    const time = BigInt(await timeOf(ethers, receipt))
    const expected = [Object.values({ ...ruling, kind: 0n }), time, 0n, 0n, 0n]
    expect(await ask(all.ledger, 'decisionOf', MARKETPLACE, id('a'))).to.deep.equal(expected)
    expect(await ask(all.ledger, 'stands', MARKETPLACE, id('a'))).to.equal(true)
    expect(await ask(all.ledger, 'stands', OTHER_MARKETPLACE, id('a'))).to.equal(false)
    expect((await ask(all.ledger, 'decisionOf', OTHER_MARKETPLACE, id('a'))).decidedAt).to.equal(0n)
  })

  it('refuses a decision without an id, a statement or a subject, and the same id twice', async () => {
    const all = await load()
    const bad = [
      [ZeroHash, STATEMENT, WHO],
      [id('a'), ZeroHash, WHO],
      [id('a'), STATEMENT, ZeroHash],
    ] as const
    for (const [decisionId, statementDigest, subject] of bad) {
      const ruling = rulingOf({ statementDigest, subject })
      const values = [decisionId, statementDigest, subject]
      await refused(all, 'recordDecision', [decisionId, ruling], 'BadRuling', ...values)
    }
    const decisionId = await decide(all, 'a')
    const { decidedAt } = await ask(all.ledger, 'decisionOf', MARKETPLACE, decisionId)
    await refused(all, 'recordDecision', [decisionId, rulingOf()], 'DecisionExists', decisionId, decidedAt)
  })

  it('strikes on a decision that stands, once', async () => {
    const all = await load()
    await refused(all, 'strike', [id('?')], 'UnknownDecision', id('?'))
    const decisionId = await decide(all, 'a')
    const time = await strikeTime(all, decisionId)
    await refused(all, 'strike', [decisionId], 'AlreadyStruck', decisionId, time)
    const { struckAt, strikeExpiresAt } = await ask(all.ledger, 'decisionOf', MARKETPLACE, decisionId)
    expect([struckAt, strikeExpiresAt]).to.deep.equal([BigInt(time), BigInt(time + 365 * DAY)])
    expect(await standingOf(all)).to.deep.equal({ live: 1, terminatedAt: 0 })
    expect(await liveOf(all)).to.deep.equal([decisionId])
  })

  it('says each strike, and terminates the account with the third', async () => {
    const all = await load()
    const { ledger, recorder } = all
    for (const [place, name] of ['a', 'b'].entries()) {
      const decisionId = await decide(all, name)
      const sent = attempt(ledger, recorder, 'strike', MARKETPLACE, decisionId)
      await expect(sent).to.emit(ledger, 'StrikeRecorded')
      await expect(sent).to.not.emit(ledger, 'AccountTerminated')
      expect(await standingOf(all)).to.deep.equal({ live: place + 1, terminatedAt: 0 })
    }
    const last = await decide(all, 'c')
    const sent = attempt(ledger, recorder, 'strike', MARKETPLACE, last)
    const receipt = await (await sent).wait()
    const time = receipt === null ? 0 : await timeOf(ethers, receipt)
    await expect(sent)
      .to.emit(ledger, 'StrikeRecorded')
      .withArgs(MARKETPLACE, last, WHO, SELLER, 3, time + 365 * DAY)
    await expect(sent).to.emit(ledger, 'AccountTerminated').withArgs(MARKETPLACE, last, WHO, SELLER)
    expect(await standingOf(all)).to.deep.equal({ live: 3, terminatedAt: time })
    const further = await decide(all, 'd')
    await refused(all, 'strike', [further], 'AlreadyTerminated', WHO, time)
  })

  it('lets a strike decay in the second its days are over, not before', async () => {
    const all = await load()
    const [first] = [await strike(all, 'a'), await strike(all, 'b')]
    const { strikeExpiresAt } = await ask(all.ledger, 'decisionOf', MARKETPLACE, first)
    await networkHelpers.time.increaseTo(Number(strikeExpiresAt) - 1)
    expect((await standingOf(all)).live).to.equal(2)
    await networkHelpers.time.increaseTo(Number(strikeExpiresAt))
    expect(await liveOf(all)).to.deep.equal([id('b')])
    await networkHelpers.time.increase(10)
    expect(await liveOf(all)).to.deep.equal([])
    // The next strike is the first again.
    const third = await strike(all, 'c')
    expect(await standingOf(all)).to.deep.equal({ live: 1, terminatedAt: 0 })
    expect(await liveOf(all)).to.deep.equal([third])
    expect(await ask(all.ledger, 'stands', MARKETPLACE, first)).to.equal(true)
  })

  it('keeps what has decayed decayed when its decision is reversed', async () => {
    const all = await load()
    const old = await strike(all, 'a')
    await networkHelpers.time.increase(366 * DAY)
    const fresh = await strike(all, 'b')
    const sent = attempt(all.ledger, all.recorder, 'reverseDecision', MARKETPLACE, old, id('why'))
    await expect(sent).to.emit(all.ledger, 'DecisionReversed').withArgs(MARKETPLACE, old, WHO, id('why'))
    await expect(sent).to.not.emit(all.ledger, 'StrikeLifted')
    expect(await liveOf(all)).to.deep.equal([fresh])
  })

  it('ends no strike of a terminated account by time', async () => {
    const all = await load()
    for (const name of ['a', 'b', 'c']) await strike(all, name)
    await networkHelpers.time.increase(5_000 * DAY)
    expect((await standingOf(all)).live).to.equal(3)
    expect((await liveOf(all)).length).to.equal(3)
    await decide(all, 'unrelated')
    await reverse(all, id('unrelated'))
    expect((await standingOf(all)).terminatedAt).to.not.equal(0)
  })

  it('lifts strike and termination when a decision is reversed on appeal', async () => {
    const all = await load()
    for (const name of ['a', 'b', 'c']) await strike(all, name)
    const sent = attempt(all.ledger, all.recorder, 'reverseDecision', MARKETPLACE, id('b'), id('why'))
    const event = (name: string) => expect(sent).to.emit(all.ledger, name)
    await event('DecisionReversed').withArgs(MARKETPLACE, id('b'), WHO, id('why'))
    await event('StrikeLifted').withArgs(MARKETPLACE, id('b'), WHO, SELLER, 2)
    await event('TerminationLifted').withArgs(MARKETPLACE, id('b'), WHO, SELLER)
    expect(await standingOf(all)).to.deep.equal({ live: 2, terminatedAt: 0 })
    expect(await liveOf(all)).to.deep.equal([id('a'), id('c')].sort())
    expect(await ask(all.ledger, 'stands', MARKETPLACE, id('b'))).to.equal(false)
    await strike(all, 'd')
    expect((await standingOf(all)).terminatedAt).to.not.equal(0)
  })

  it('keeps a termination while enough strikes are left', async () => {
    const all = await load()
    for (const name of ['a', 'b']) await strike(all, name)
    await send(all.ledger, all.admin, 'setPolicy', MARKETPLACE, 2, 365)
    // Judged by the policy of its own time: three strikes against a threshold of two.
    await strike(all, 'c')
    const sent = attempt(all.ledger, all.recorder, 'reverseDecision', MARKETPLACE, id('a'), id('why'))
    await expect(sent).to.emit(all.ledger, 'StrikeLifted').withArgs(MARKETPLACE, id('a'), WHO, SELLER, 2)
    await expect(sent).to.not.emit(all.ledger, 'TerminationLifted')
    expect((await standingOf(all)).terminatedAt).to.not.equal(0)
  })

  it('reverses for good, with a statement of its own', async () => {
    const all = await load()
    await refused(all, 'reverseDecision', [id('?'), id('why')], 'UnknownDecision', id('?'))
    const decisionId = await strike(all, 'a')
    await refused(all, 'reverseDecision', [decisionId, ZeroHash], 'BadStatement', decisionId)
    const time = await timeOf(ethers, await reverse(all, decisionId))
    await refused(all, 'reverseDecision', [decisionId, id('w')], 'DecisionReversed', decisionId, time)
    await refused(all, 'strike', [decisionId], 'DecisionReversed', decisionId, time)
    expect(await standingOf(all)).to.deep.equal({ live: 0, terminatedAt: 0 })
  })

  it('strikes abusive complainants by the same rules, apart from sellers of the same commitment', async () => {
    const all = await load()
    const complainant = { kind: COMPLAINANT }
    for (const name of ['a', 'b', 'c']) await strike(all, name, complainant)
    expect((await standingOf(all, WHO, COMPLAINANT)).live).to.equal(3)
    expect((await standingOf(all, WHO, COMPLAINANT)).terminatedAt).to.not.equal(0)
    expect(await standingOf(all, WHO, SELLER)).to.deep.equal({ live: 0, terminatedAt: 0 })
    await reverse(all, id('a'))
    expect((await standingOf(all, WHO, COMPLAINANT)).terminatedAt).to.equal(0)
    await strike(all, 'd', { ...complainant, subject: id('another') })
    expect((await standingOf(all, id('another'), COMPLAINANT)).live).to.equal(1)
  })

  it('applies a policy to strikes after it, and to none before', async () => {
    const all = await load()
    const first = await strike(all, 'a')
    await send(all.ledger, all.admin, 'setPolicy', MARKETPLACE, 2, 30)
    expect((await standingOf(all)).terminatedAt).to.equal(0)
    const { strikeExpiresAt } = await ask(all.ledger, 'decisionOf', MARKETPLACE, first)
    const time = await strikeTime(all, await decide(all, 'b'))
    expect(await standingOf(all)).to.deep.equal({ live: 2, terminatedAt: time })
    const second = await ask(all.ledger, 'decisionOf', MARKETPLACE, id('b'))
    expect(second.strikeExpiresAt).to.equal(BigInt(time + 30 * DAY))
    const again = await ask(all.ledger, 'decisionOf', MARKETPLACE, first)
    expect(again.strikeExpiresAt).to.equal(strikeExpiresAt)
  })

  it('lets a suspended marketplace reverse and nothing else', async () => {
    const all = await load()
    const decisionId = await strike(all, 'a')
    const other = await decide(all, 'b')
    const since = await timeOf(
      ethers,
      await send(all.ledger, all.operator, 'suspendMarketplace', MARKETPLACE),
    )
    await refused(all, 'recordDecision', [id('c'), rulingOf()], 'MarketplaceSuspended', MARKETPLACE, since)
    await refused(all, 'strike', [other], 'MarketplaceSuspended', MARKETPLACE, since)
    await reverse(all, decisionId)
    expect((await standingOf(all)).live).to.equal(0)
  })
})
