import { type BaseContract, id, type Signer, ZeroHash } from 'ethers'
import { LEDGER_OPERATOR_FUNCTIONS, OPERATOR_ROLE } from '../../../server/chain/deploy-steps.ts'
import { MARKETPLACE, open, type Vault } from '../escrow/support.ts'
import { account, authorise, deployOwned, first, type Message, type World } from '../ownership/world.ts'
import { BRAND, type Ethers, send } from '../support.ts'

/** Everybody there is, each with one part in the world. */
export const WHO = [
  'operator',
  'admin',
  'anchorer',
  'otherAdmin',
  'otherAnchorer',
  'owner',
  'former',
  'approved',
  'delegate',
  'newOwner',
  'marketAdmin',
  'recorder',
  'otherMarket',
  'payer',
  'buyer',
  'seller',
  'beneficiary',
  'successor',
  'stranger',
] as const
export type Who = (typeof WHO)[number]
export const CONTRACTS = {
  BrandRegistry: 'brands',
  ItemRegistry: 'items',
  ItemOwnership: 'ownership',
  EscrowVault: 'vault',
  EnforcementLedger: 'ledger',
} as const
export type ContractName = keyof typeof CONTRACTS

/** The five contracts with an owned item and a paid order; `successor` is proposed as the admin of brand and market. */
export type Everything = World & Readonly<Record<Who, Signer>> & { readonly market: Vault }
export type All = Everything & Readonly<Record<(typeof CONTRACTS)[ContractName], BaseContract>>

/** What a call is refused with: the error's name and values. */
export type Refusal = { readonly name: string; readonly values: readonly unknown[] }
export const refusal = (name: string, ...values: unknown[]): Refusal => ({ name, values })

/** One function: who may call it in the world that `before` leaves, and how the others are refused. */
export type Row = {
  readonly may: readonly Who[]
  readonly args: (all: All) => unknown
  readonly otherwise?: (caller: string, all: All) => Refusal
  /** Those who are refused for another reason than the others. */
  readonly except?: Readonly<Partial<Record<Who, (caller: string, all: All) => Refusal>>>
  readonly before?: (all: All) => Promise<unknown>
  /** Coin sent with the call. */
  readonly value?: bigint
}
export type Table = Readonly<Record<string, Row>>

export async function deployEverything(ethers: Ethers): Promise<All> {
  const world = await deployOwned(ethers)
  const [
    delegate,
    newOwner,
    marketAdmin,
    recorder,
    otherMarket,
    payer,
    buyer,
    seller,
    beneficiary,
    successor,
  ] = (await ethers.getSigners()).slice(9)
  if (!delegate || !newOwner || !marketAdmin || !recorder || !otherMarket) throw new Error('too few accounts')
  if (!payer || !buyer || !seller || !beneficiary || !successor) throw new Error('too few accounts')
  const { manager, operator, brands, admin, ownership, owner, stranger } = world
  const ledger = await ethers.deployContract('EnforcementLedger', [manager])
  const vault = await ethers.deployContract('EscrowVault', [ledger])
  const selectors = LEDGER_OPERATOR_FUNCTIONS.map((name) => ledger.interface.getFunction(name)?.selector)
  await send(manager, operator, 'setTargetFunctionRole', ledger, selectors, OPERATOR_ROLE)
  await send(ledger, operator, 'registerMarketplace', 'market.example', marketAdmin)
  await send(ledger, operator, 'registerMarketplace', 'other.example', otherMarket)
  await send(ledger, marketAdmin, 'setRecorder', MARKETPLACE, recorder, true)
  await send(ledger, marketAdmin, 'transferMarketplaceAdmin', MARKETPLACE, successor)
  await send(brands, admin, 'transferAdmin', BRAND, successor)
  await send(ownership, owner, 'setApprovalForAll', delegate, true)
  const market = { operator, admin: marketAdmin, recorder, otherAdmin: otherMarket, payer, buyer, seller }
  const unpaid: Vault = { ...market, brand: beneficiary, stranger, ledger, vault, orderId: ZeroHash }
  const people = { delegate, newOwner, marketAdmin, recorder, otherMarket, payer, buyer, seller }
  const orderId = await open(unpaid, { orderRef: id('the order') })
  return { ...world, ...people, beneficiary, successor, ledger, vault, market: { ...unpaid, orderId } }
}

/** The word of the first item's owner for an act. */
export async function ownerWord(all: World, message: Message, to?: string) {
  const { tokenId } = first(all)
  return authorise(all, await account(all.owner), message, tokenId, to === undefined ? {} : { to })
}

/** That many days later. */
export async function pass(ethers: Ethers, days: number): Promise<void> {
  await ethers.provider.send('evm_increaseTime', [days * 86_400])
  await ethers.provider.send('evm_mine', [])
}
