import { expect } from 'chai'
import type { Signer } from 'ethers'
import { network } from 'hardhat'
import { ask, attempt, refused, send } from '../support.ts'
import { AMOUNT, decide, deployVault, open, Status, statusOf, type Vault } from './support.ts'

const { ethers, networkHelpers } = await network.create()
const SHARES = { buyer: AMOUNT, seller: 0n, beneficiary: 0n }

/*
 * each step that has a deadline, a second before, at and a second after it
 * ├── from then on ── release by anybody (window) · close (term)
 * └── until then ──── dispute (window) · withhold (window; term if disputed) · settle (term)
 */
describe('EscrowVault deadlines', () => {
  const fixture = () => deployVault(ethers)
  const load = () => networkHelpers.loadFixture(fixture)

  type Step = {
    readonly method: string
    readonly edge: 'windowEndsAt' | 'termEndsAt'
    readonly who: (all: Vault) => Signer
    readonly args?: (all: Vault) => Promise<unknown[]>
    readonly disputed?: boolean
    readonly ends: bigint
  }
  const decision = async (all: Vault) => [await decide(all, all.orderId)]
  const FROM: readonly Step[] = [
    { method: 'release', edge: 'windowEndsAt', who: ({ stranger }) => stranger, ends: Status.Released },
    { method: 'close', edge: 'termEndsAt', who: ({ stranger }) => stranger, ends: Status.Released },
    {
      method: 'close',
      edge: 'termEndsAt',
      who: ({ stranger }) => stranger,
      disputed: true,
      ends: Status.Refunded,
    },
  ]
  const UNTIL: readonly Step[] = [
    { method: 'dispute', edge: 'windowEndsAt', who: ({ buyer }) => buyer, ends: Status.Disputed },
    {
      method: 'withhold',
      edge: 'windowEndsAt',
      who: ({ recorder }) => recorder,
      args: decision,
      ends: Status.Withheld,
    },
    {
      method: 'withhold',
      edge: 'termEndsAt',
      who: ({ recorder }) => recorder,
      args: decision,
      disputed: true,
      ends: Status.Withheld,
    },
    {
      method: 'settle',
      edge: 'termEndsAt',
      who: ({ admin }) => admin,
      args: async () => [SHARES],
      disputed: true,
      ends: Status.Settled,
    },
  ]

  /** The step ready to be sent, and its deadline. */
  async function ready(step: Step) {
    const all = await load()
    if (step.disputed) await send(all.vault, all.buyer, 'dispute', all.orderId)
    const args = (await step.args?.(all)) ?? []
    const edge: bigint = (await ask(all.vault, 'orderOf', all.orderId)).escrow[step.edge]
    const sendAt = async (time: bigint) => {
      await networkHelpers.time.setNextBlockTimestamp(time)
      return attempt(all.vault, step.who(all), step.method, all.orderId, ...args)
    }
    return { all, edge, sendAt }
  }

  for (const step of FROM) {
    it(`${step.method}${step.disputed ? ', disputed' : ''}: from ${step.edge} on`, async () => {
      const { all, edge, sendAt } = await ready(step)
      const early = sendAt(edge - 1n)
      await refused(all.vault, early, 'EscrowVaultTooEarly', all.orderId, edge - 1n, edge)
      for (const time of [edge, edge + 1n]) {
        const before = await networkHelpers.takeSnapshot()
        await sendAt(time)
        expect(await statusOf(all)).to.equal(step.ends)
        await before.restore()
      }
    })
  }

  for (const step of UNTIL) {
    it(`${step.method}${step.disputed ? ', disputed' : ''}: before ${step.edge}`, async () => {
      const { all, edge, sendAt } = await ready(step)
      for (const time of [edge, edge + 1n]) {
        const before = await networkHelpers.takeSnapshot()
        await refused(all.vault, sendAt(time), 'EscrowVaultTooLate', all.orderId, time, edge)
        await before.restore()
      }
      await sendAt(edge - 1n)
      expect(await statusOf(all)).to.equal(step.ends)
    })
  }

  it('a token that takes more than it is told is not let to take it from other orders', async () => {
    const all = await load()
    const { vault, payer, buyer, seller } = all
    const token = await ethers.deployContract('SkewedToken')
    await send(token, payer, 'mint', payer, 10n * AMOUNT)
    await send(token, payer, 'approve', vault, 10n * AMOUNT)
    const first = await open(all, { token, orderRef: ethers.id('first') })
    await open(all, { token, orderRef: ethers.id('second') })
    await send(vault, buyer, 'release', first)
    await send(token, payer, 'setSkew', 100, 110)
    const address = await token.getAddress()
    const taken = (AMOUNT * 110n) / 100n
    const greedy = attempt(vault, seller, 'withdraw', token)
    await refused(vault, greedy, 'EscrowVaultOverdrawn', address, AMOUNT, taken)
    expect(await ask(token, 'balanceOf', vault)).to.equal(2n * AMOUNT)
    await send(token, payer, 'setSkew', 100, 100)
    await send(vault, seller, 'withdraw', token)
    expect(await ask(token, 'balanceOf', seller)).to.equal(AMOUNT)
  })
})
