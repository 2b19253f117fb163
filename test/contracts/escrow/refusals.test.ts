import { expect } from 'chai'
import { type BaseContract, id, ZeroAddress, ZeroHash } from 'ethers'
import { network } from 'hardhat'
import { ask, attempt, send } from '../support.ts'
import {
  AMOUNT,
  DAY,
  decide,
  deployVault,
  MARKETPLACE,
  open,
  reverse,
  Status,
  termsOf,
  type Vault,
  withhold,
} from './support.ts'

const { ethers, networkHelpers } = await network.create()
const UNKNOWN = id('no order')

/*
 * what is refused, each with its values
 * ├── open ── marketplace · parties · deadlines · payment in coin or token · twice
 * ├── steps ── order unknown or closed · decision of another kind, order or fate · shares
 * └── withdraw ── nothing there · nowhere to go · receiver or token refuses
 */
describe('EscrowVault refuses', () => {
  const fixture = () => deployVault(ethers)
  const load = () => networkHelpers.loadFixture(fixture)
  const refused = (vault: BaseContract, sent: Promise<unknown>, error: string, ...args: unknown[]) =>
    expect(sent)
      .to.be.revertedWithCustomError(vault, error)
      .withArgs(...args)
  const opening = (all: Vault, changes: Record<string, unknown>, value = AMOUNT) =>
    attempt(all.vault, all.payer, 'open', termsOf(all, { orderRef: id('new'), ...changes }), { value })

  it('a ledger that is no contract', async () => {
    const { stranger, vault } = await load()
    const factory = await ethers.getContractFactory('EscrowVault')
    await refused(vault, factory.deploy(stranger), 'EscrowVaultBadLedger', await stranger.getAddress())
  })

  it('an order of the same payer and reference again, whatever its terms', async () => {
    const all = await load()
    const terms = termsOf(all, { amount: 5n })
    const sent = attempt(all.vault, all.payer, 'open', terms, { value: 5n })
    await refused(all.vault, sent, 'EscrowVaultOrderExists', all.orderId)
    await send(all.vault, all.stranger, 'open', terms, { value: 5n })
    expect(await ask(all.vault, 'owed', ZeroAddress)).to.equal(AMOUNT + 5n)
  })

  it('a marketplace that is unknown or suspended', async () => {
    const all = await load()
    const { vault, ledger, operator } = all
    await refused(vault, opening(all, { marketplaceId: UNKNOWN }), 'EscrowVaultUnknownMarketplace', UNKNOWN)
    await send(ledger, operator, 'suspendMarketplace', MARKETPLACE)
    const { suspendedAt } = await ask(ledger, 'marketplaceOf', MARKETPLACE)
    await refused(vault, opening(all, {}), 'EscrowVaultMarketplaceSuspended', MARKETPLACE, suspendedAt)
  })

  it('parties that are nobody, the same, or the vault', async () => {
    const all = await load()
    const [buyer, seller, brand] = await Promise.all(
      [all.buyer, all.seller, all.brand].map((one) => one.getAddress()),
    )
    const self = await all.vault.getAddress()
    const bad = [
      [ZeroAddress, seller, brand],
      [buyer, ZeroAddress, brand],
      [buyer, buyer, brand],
      [self, seller, brand],
      [buyer, self, brand],
      [buyer, seller, self],
    ]
    for (const [b, s, other] of bad)
      await refused(
        all.vault,
        opening(all, { buyer: b, seller: s, beneficiary: other }),
        'EscrowVaultBadParties',
        b,
        s,
        other,
      )
  })

  it('deadlines a second outside their bounds, and takes those on them', async () => {
    const all = await load()
    const bad = [
      [DAY - 1, 90 * DAY],
      [90 * DAY + 1, 200 * DAY],
      [DAY, 16 * DAY - 1],
      [DAY, 365 * DAY + 1],
    ]
    for (const [windowSeconds, termSeconds] of bad)
      await refused(
        all.vault,
        opening(all, { windowSeconds, termSeconds }),
        'EscrowVaultBadDeadlines',
        windowSeconds,
        termSeconds,
      )
    await opening(all, { windowSeconds: DAY, termSeconds: 16 * DAY, orderRef: id('short') })
    await opening(all, { windowSeconds: 90 * DAY, termSeconds: 365 * DAY, orderRef: id('long') })
  })

  it('coin that is not the amount, and coin sent with a token', async () => {
    const all = await load()
    const token = await ethers.deployContract('TestToken')
    const address = await token.getAddress()
    const bad = [
      [{ amount: 0 }, 0n, ZeroAddress, 0n],
      [{}, AMOUNT - 1n, ZeroAddress, AMOUNT],
      [{}, AMOUNT + 1n, ZeroAddress, AMOUNT],
      [{ token: address }, 1n, address, AMOUNT],
    ] as const
    for (const [changes, value, money, amount] of bad)
      await refused(all.vault, opening(all, changes, value), 'EscrowVaultBadPayment', money, amount, value)
  })

  it('a token that is no contract, or of which nothing arrives', async () => {
    const all = await load()
    const stranger = await all.stranger.getAddress()
    await refused(all.vault, opening(all, { token: stranger }, 0n), 'EscrowVaultNoToken', stranger)
    const token = await ethers.deployContract('SkewedToken')
    await send(token, all.payer, 'mint', all.payer, AMOUNT)
    await send(token, all.payer, 'approve', all.vault, AMOUNT)
    await send(token, all.payer, 'setSkew', 0, 100)
    const address = await token.getAddress()
    await refused(all.vault, opening(all, { token }, 0n), 'EscrowVaultBadPayment', address, AMOUNT, 0n)
  })

  it('every step on an order that is unknown or closed', async () => {
    const all = await load()
    const { vault, buyer, stranger, orderId } = all
    await send(vault, buyer, 'release', orderId)
    const shares = { buyer: 0, seller: AMOUNT, beneficiary: 0 }
    const steps = { dispute: [], withhold: [ZeroHash], release: [], refund: [], settle: [shares], close: [] }
    for (const [method, args] of Object.entries(steps)) {
      for (const [order, status] of [
        [UNKNOWN, Status.Unknown],
        [orderId, Status.Released],
      ]) {
        const sent = attempt(vault, stranger, method, order, ...args)
        await refused(vault, sent, 'EscrowVaultNotOpen', order, status)
      }
    }
  })

  it('to withhold on a decision that is unknown, reversed, of another order or about a complainant', async () => {
    const all = await load()
    const { vault, recorder, orderId } = all
    const other = await open(all, { orderRef: id('other') })
    const reversed = await decide(all, orderId)
    await reverse(all, reversed)
    const decisions = [UNKNOWN, reversed, await decide(all, other), await decide(all, orderId, 1)]
    for (const decisionId of decisions) {
      const sent = attempt(vault, recorder, 'withhold', orderId, decisionId)
      await refused(vault, sent, 'EscrowVaultBadDecision', orderId, decisionId)
    }
  })

  it('to release or withhold again while withheld, and to dispute twice', async () => {
    const all = await load()
    const { vault, buyer, recorder, stranger, orderId } = all
    const decisionId = await withhold(all, orderId)
    await refused(vault, attempt(vault, buyer, 'release', orderId), 'EscrowVaultWithheld', orderId)
    const again = attempt(vault, recorder, 'withhold', orderId, decisionId)
    await refused(vault, again, 'EscrowVaultWithheld', orderId)
    await send(vault, buyer, 'dispute', orderId)
    await refused(vault, attempt(vault, buyer, 'dispute', orderId), 'EscrowVaultDisputed', orderId)
    await reverse(all, decisionId)
    await refused(vault, attempt(vault, stranger, 'release', orderId), 'EscrowVaultDisputed', orderId)
  })

  it('to settle what nobody disputed, and shares that are not the amount or for nobody', async () => {
    const all = await load()
    const { vault, buyer, recorder, orderId } = all
    const settle = (order: string, b: bigint, s: bigint, other: bigint) =>
      attempt(vault, recorder, 'settle', order, { buyer: b, seller: s, beneficiary: other })
    await refused(vault, settle(orderId, AMOUNT, 0n, 0n), 'EscrowVaultNothingToSettle', orderId)
    await send(vault, buyer, 'dispute', orderId)
    for (const sum of [AMOUNT - 1n, AMOUNT + 1n])
      await refused(vault, settle(orderId, sum, 0n, 0n), 'EscrowVaultBadShares', orderId, sum, AMOUNT)
    const alone = await open(all, { orderRef: id('alone'), beneficiary: ZeroAddress })
    await send(vault, buyer, 'dispute', alone)
    await refused(vault, settle(alone, 0n, AMOUNT - 1n, 1n), 'EscrowVaultNoBeneficiary', alone, 1n)
  })

  it('to pay what is not there, to nowhere, or to who refuses it', async () => {
    const all = await load()
    const { vault, stranger, seller, buyer, orderId } = all
    const none = attempt(vault, stranger, 'withdraw', ZeroAddress)
    await refused(vault, none, 'EscrowVaultNoCredit', ZeroAddress, await stranger.getAddress())
    await send(vault, buyer, 'release', orderId)
    for (const to of [ZeroAddress, await vault.getAddress()])
      await refused(
        vault,
        attempt(vault, seller, 'withdrawTo', ZeroAddress, to),
        'EscrowVaultBadReceiver',
        to,
      )
    const wallet = await ethers.deployContract('TestWallet')
    await send(wallet, stranger, 'setRefuses', true)
    const to = await wallet.getAddress()
    const sent = attempt(vault, seller, 'withdrawTo', ZeroAddress, to)
    await refused(vault, sent, 'EscrowVaultPaymentRefused', to, AMOUNT)
  })
})
