import { expect } from 'chai'
import { id, type Signer, ZeroAddress } from 'ethers'
import { network } from 'hardhat'
import { ask, attempt, send } from '../support.ts'
import {
  AMOUNT,
  DAY,
  decide,
  deployVault,
  MARKETPLACE,
  open,
  type People,
  reverse,
  Status,
  statusOf,
  termsOf,
  type Vault,
  withhold,
} from './support.ts'

const { ethers, networkHelpers } = await network.create()
const EVERYBODY = [
  'operator',
  'admin',
  'recorder',
  'otherAdmin',
  'payer',
  'buyer',
  'seller',
  'brand',
  'stranger',
] as const satisfies readonly (keyof People)[]
const ALL = { buyer: 0n, seller: AMOUNT, beneficiary: 0n }

/*
 * an order
 * ├── who may: every step × everybody
 * ├── when: a second before, at and after the window's and the term's end
 * ├── ends: released, refunded, settled, closed (open, disputed, withheld, reversed) ── credits exactly the amount
 * └── money: withdraw, withdrawTo, withdrawFor · tokens that keep a fee, say nothing, block, take more, call back
 */
describe('EscrowVault', () => {
  const fixture = () => deployVault(ethers)
  const load = () => networkHelpers.loadFixture(fixture)
  const creditOf = async (all: Vault, who: Signer, token: unknown = ZeroAddress) =>
    ask(all.vault, 'creditOf', token, who)
  const deadlines = async (all: Vault) => (await ask(all.vault, 'orderOf', all.orderId)).escrow

  it('keeps an order as it was opened, under an id of its own', async () => {
    const all = await load()
    const order = await ask(all.vault, 'orderOf', all.orderId)
    const [buyer, seller, brand] = await Promise.all(
      [all.buyer, all.seller, all.brand].map((s) => s.getAddress()),
    )
    expect([...order].slice(1)).to.deep.equal([
      MARKETPLACE,
      id('item'),
      buyer,
      seller,
      brand,
      ZeroAddress,
      `0x${'0'.repeat(64)}`,
    ])
    expect(order.escrow.amount).to.equal(AMOUNT)
    expect(order.escrow.termEndsAt - order.escrow.windowEndsAt).to.equal(BigInt(76 * DAY))
    expect(await statusOf(all, id('none'))).to.equal(Status.Unknown)
  })

  describe('who may', () => {
    const rows = {
      dispute: { may: ['buyer'], error: 'EscrowVaultNotBuyer' },
      refund: { may: ['seller'], error: 'EscrowVaultNotSeller' },
      withhold: { may: ['admin', 'recorder'], error: 'EscrowVaultNotMarketplace' },
      settle: { may: ['admin', 'recorder'], error: 'EscrowVaultNotMarketplace' },
      release: { may: ['buyer'], error: 'EscrowVaultTooEarly' },
    } as const satisfies Record<string, { may: readonly (keyof People)[]; error: string }>

    for (const [method, { may, error }] of Object.entries(rows)) {
      for (const who of EVERYBODY) {
        const allowed = (may as readonly string[]).includes(who)
        it(`${method}: ${who} ${allowed ? 'may' : 'may not'}`, async () => {
          const all = await load()
          const { vault, orderId } = all
          if (method === 'settle') await send(vault, all.buyer, 'dispute', orderId)
          const args = method === 'settle' ? [ALL] : method === 'withhold' ? [await decide(all, orderId)] : []
          const sent = attempt(vault, all[who], method, orderId, ...args)
          if (allowed) return void expect((await sent).hash).to.match(/^0x/)
          const caller = await all[who].getAddress()
          const refusal = expect(sent).to.be.revertedWithCustomError(vault, error)
          if (error === 'EscrowVaultTooEarly') return refusal
          return refusal.withArgs(error === 'EscrowVaultNotMarketplace' ? MARKETPLACE : orderId, caller)
        })
      }
    }

    it('anybody opens, releases what is due, closes what is over, and pays out for others', async () => {
      for (const who of EVERYBODY) {
        const all = await load()
        const { windowEndsAt, termEndsAt } = await deadlines(all)
        await send(all.vault, all[who], 'open', termsOf(all, { orderRef: id('mine') }), { value: AMOUNT })
        await networkHelpers.time.setNextBlockTimestamp(windowEndsAt)
        await send(all.vault, all[who], 'release', all.orderId)
        const other = await ask(all.vault, 'orderIdOf', MARKETPLACE, all[who], id('mine'))
        await networkHelpers.time.setNextBlockTimestamp(termEndsAt + 10n)
        await send(all.vault, all[who], 'close', other)
        await send(all.vault, all[who], 'withdrawFor', ZeroAddress, all.seller)
        expect(await ask(all.vault, 'owed', ZeroAddress)).to.equal(0n)
      }
    })

    it('a suspended marketplace neither withholds nor settles', async () => {
      const all = await load()
      const { vault, ledger, operator, buyer, admin, orderId } = all
      const decisionId = await decide(all, orderId)
      await send(vault, buyer, 'dispute', orderId)
      await send(ledger, operator, 'suspendMarketplace', MARKETPLACE)
      const { suspendedAt } = await ask(ledger, 'marketplaceOf', MARKETPLACE)
      for (const [method, arg] of [
        ['withhold', decisionId],
        ['settle', ALL],
      ] as const)
        await expect(attempt(vault, admin, method, orderId, arg))
          .to.be.revertedWithCustomError(vault, 'EscrowVaultMarketplaceSuspended')
          .withArgs(MARKETPLACE, suspendedAt)
    })
  })

  describe('a withheld order', () => {
    it('is what it was before once the decision is reversed', async () => {
      const all = await load()
      const decisionId = await withhold(all, all.orderId)
      expect(await statusOf(all)).to.equal(Status.Withheld)
      await reverse(all, decisionId)
      expect(await statusOf(all)).to.equal(Status.Open)
      await send(all.vault, all.buyer, 'release', all.orderId)
      expect(await statusOf(all)).to.equal(Status.Released)
    })

    it('holds no other order of the same seller', async () => {
      const all = await load()
      const other = await open(all, { orderRef: id('other') })
      await withhold(all, all.orderId)
      await send(all.vault, all.buyer, 'release', other)
      expect(await creditOf(all, all.seller)).to.equal(AMOUNT)
    })

    for (const [title, reversed, status] of [
      ['goes to the buyer after the term while the decision stands', false, Status.Refunded],
      ['goes to the seller after the term when the decision was reversed', true, Status.Released],
    ] as const)
      it(title, async () => {
        const all = await load()
        const decisionId = await withhold(all, all.orderId)
        if (reversed) await reverse(all, decisionId)
        const { termEndsAt } = await deadlines(all)
        await networkHelpers.time.setNextBlockTimestamp(termEndsAt)
        await send(all.vault, all.stranger, 'close', all.orderId)
        expect(await statusOf(all)).to.equal(status)
        expect(await creditOf(all, reversed ? all.seller : all.buyer)).to.equal(AMOUNT)
      })
  })

  it('is settled in three shares that make up the amount', async () => {
    const all = await load()
    await withhold(all, all.orderId)
    const shares = { buyer: 600n, seller: 300n, beneficiary: 100n }
    await expect(attempt(all.vault, all.recorder, 'settle', all.orderId, shares))
      .to.emit(all.vault, 'OrderClosed')
      .withArgs(all.orderId, MARKETPLACE, Status.Settled, Object.values(shares))
    for (const [who, share] of [
      [all.buyer, 600n],
      [all.seller, 300n],
      [all.brand, 100n],
    ] as const) {
      expect(await creditOf(all, who)).to.equal(share)
      await expect(attempt(all.vault, all.stranger, 'withdrawFor', ZeroAddress, who)).to.changeEtherBalance(
        ethers,
        who,
        share,
      )
    }
  })
})
