import { type BaseContract, id, keccak256, type Signer, toUtf8Bytes, ZeroAddress, ZeroHash } from 'ethers'
import { ask, type Ethers, send } from '../support.ts'

export const MARKETPLACE = keccak256(toUtf8Bytes('market.example'))
export const OTHER_MARKETPLACE = keccak256(toUtf8Bytes('other.example'))
export const DAY = 86_400
export const AMOUNT = 1_000n
export const Status = {
  Unknown: 0n,
  Open: 1n,
  Disputed: 2n,
  Withheld: 3n,
  Released: 4n,
  Refunded: 5n,
  Settled: 6n,
}

/** Everybody who might ask something of an order. */
export type People = Readonly<
  Record<
    'operator' | 'admin' | 'recorder' | 'otherAdmin' | 'payer' | 'buyer' | 'seller' | 'brand' | 'stranger',
    Signer
  >
>
export type Vault = People & {
  readonly ledger: BaseContract
  readonly vault: BaseContract
  readonly orderId: string
}

/** A vault with two marketplaces, and one open order of the first in coin. */
export async function deployVault(ethers: Ethers): Promise<Vault> {
  const people = await peopleOf(ethers)
  const { operator, admin, recorder, otherAdmin } = people
  const manager = await ethers.deployContract('AccessManager', [operator])
  const ledger = await ethers.deployContract('EnforcementLedger', [manager])
  const vault = await ethers.deployContract('EscrowVault', [ledger])
  await send(ledger, operator, 'registerMarketplace', 'market.example', admin)
  await send(ledger, operator, 'registerMarketplace', 'other.example', otherAdmin)
  await send(ledger, admin, 'setRecorder', MARKETPLACE, recorder, true)
  const all = { ...people, ledger, vault, orderId: ZeroHash }
  return { ...all, orderId: await open(all) }
}

async function peopleOf(ethers: Ethers): Promise<People> {
  const [operator, admin, recorder, otherAdmin, payer, buyer, seller, brand, stranger] =
    await ethers.getSigners()
  if (!operator || !admin || !recorder || !otherAdmin || !payer || !buyer || !seller || !brand || !stranger)
    throw new Error('too few accounts')
  return { operator, admin, recorder, otherAdmin, payer, buyer, seller, brand, stranger }
}

/** Terms of an order in coin, with a window of 14 and a term of 90 days. */
export function termsOf({ buyer, seller, brand }: People, changes: Record<string, unknown> = {}) {
  return {
    marketplaceId: MARKETPLACE,
    orderRef: id('order 1'),
    itemId: id('item'),
    buyer,
    seller,
    beneficiary: brand,
    token: ZeroAddress,
    amount: AMOUNT,
    windowSeconds: 14 * DAY,
    termSeconds: 90 * DAY,
    ...changes,
  }
}

/** Opens an order in coin and gives its id. */
export async function open(all: Vault, changes: Record<string, unknown> = {}): Promise<string> {
  const terms = termsOf(all, changes)
  const value = terms.token === ZeroAddress ? terms.amount : 0n
  await send(all.vault, all.payer, 'open', terms, { value })
  return ask(all.vault, 'orderIdOf', terms.marketplaceId, all.payer, terms.orderRef)
}

/** Records a decision about a seller or (kind 1) a complainant that names the order. */
export async function decide(all: Vault, orderId: string, kind = 0): Promise<string> {
  const decisionId = id(`decision ${orderId} ${kind}`)
  const ruling = { statementDigest: id('why'), subject: id('who'), kind, itemId: ZeroHash, orderId }
  await send(all.ledger, all.recorder, 'recordDecision', MARKETPLACE, decisionId, ruling)
  return decisionId
}

/** Records a decision and withholds the order on it. */
export async function withhold(all: Vault, orderId: string): Promise<string> {
  const decisionId = await decide(all, orderId)
  await send(all.vault, all.recorder, 'withhold', orderId, decisionId)
  return decisionId
}

export const reverse = (all: Vault, decisionId: string) =>
  send(all.ledger, all.recorder, 'reverseDecision', MARKETPLACE, decisionId, id('appeal'))

export const statusOf = async (all: Vault, orderId = all.orderId): Promise<bigint> =>
  (await ask(all.vault, 'orderOf', orderId)).escrow.status
