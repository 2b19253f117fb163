import { id, ZeroAddress, ZeroHash } from 'ethers'
import { network } from 'hardhat'
import { expectSnapshot, type Gas, printGas } from '../gas-snapshot.ts'
import { send } from '../support.ts'
import { AMOUNT, DAY, decide, deployVault, open, termsOf, type Vault } from './support.ts'

const { ethers, networkHelpers } = await network.create()
const SNAPSHOT = new URL('./gas-snapshot.json', import.meta.url)

describe('gas of EscrowVault, from receipts', () => {
  let measured: Gas

  before(async () => {
    measured = await measure(await deployVault(ethers))
    printGas(measured)
  })

  it('stays within 2 % of the snapshot', () => {
    expectSnapshot(measured, SNAPSHOT)
  })
})

async function measure(all: Vault): Promise<Gas> {
  const { vault, buyer, seller, recorder, stranger, orderId } = all
  const gas = async (from: typeof buyer, method: string, ...args: unknown[]): Promise<number> =>
    Number((await send(vault, from, method, ...args)).gasUsed)
  const openInToken = await openTokenOrder(all)
  const others: string[] = []
  for (const name of ['two', 'three', 'four']) others.push(await open(all, { orderRef: id(name) }))
  const [two = ZeroHash, three = ZeroHash, four = ZeroHash] = others
  const decisionId = await decide(all, two)
  const terms = termsOf(all, { orderRef: id('five') })
  const measured = {
    openInCoin: await gas(all.payer, 'open', terms, { value: terms.amount }),
    openInToken,
    dispute: await gas(buyer, 'dispute', two),
    withhold: await gas(recorder, 'withhold', two, decisionId),
    settleThreeWays: await gas(recorder, 'settle', two, { buyer: 500, seller: 400, beneficiary: 100 }),
    release: await gas(buyer, 'release', orderId),
    refund: await gas(seller, 'refund', three),
    withdrawCoin: await gas(seller, 'withdraw', ZeroAddress),
    withdrawCoinFor: await gas(stranger, 'withdrawFor', ZeroAddress, buyer),
  }
  await networkHelpers.time.increase(90 * DAY)
  return { ...measured, close: await gas(stranger, 'close', four) }
}

/** As every order after a vault's first in this token. */
async function openTokenOrder(all: Vault): Promise<number> {
  const { vault, payer } = all
  const token = await ethers.deployContract('TestToken')
  await send(token, payer, 'mint', payer, 4n * AMOUNT)
  await send(token, payer, 'approve', vault, 4n * AMOUNT)
  const address = await token.getAddress()
  await open(all, { orderRef: id('token one'), token: address })
  const terms = termsOf(all, { orderRef: id('token two'), token: address })
  return Number((await send(vault, payer, 'open', terms)).gasUsed)
}
