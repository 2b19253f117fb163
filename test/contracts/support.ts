import { expect } from 'chai'
import {
  type BaseContract,
  type ContractTransactionReceipt,
  id,
  keccak256,
  type Signer,
  toUtf8Bytes,
} from 'ethers'
import type { network } from 'hardhat'
import { OPERATOR_FUNCTIONS, OPERATOR_ROLE } from '../../server/chain/deploy-steps.ts'

export type Ethers = Awaited<ReturnType<typeof network.create>>['ethers']

/** `Kind` and `Reason` of the contracts. */
export const Kind = { Items: 0, Events: 1, Decisions: 2 } as const
export const Reason = { Unspecified: 0, Counterfeit: 1, Stolen: 2, Safety: 5 } as const

export const DOMAIN = 'maison-exemple.com'
export const BRAND = brandIdOf(DOMAIN)
export const OTHER_DOMAIN = 'autre-maison.com'
export const OTHER_BRAND = brandIdOf(OTHER_DOMAIN)
export const PREFIX = '9506000'
export const THUMBPRINT = id('a key of Maison Exemple')
export const ROOT = id('a root')
export const VALID_FROM = 1_700_000_000

export function brandIdOf(domain: string): string {
  return keccak256(toUtf8Bytes(domain))
}

/** Who may be asked for: the operator, both brands' people, and somebody who is nobody. */
export type People = {
  readonly operator: Signer
  readonly admin: Signer
  readonly anchorer: Signer
  readonly otherAdmin: Signer
  readonly otherAnchorer: Signer
  readonly stranger: Signer
}

export type Registries = People & {
  readonly brands: BaseContract
  readonly items: BaseContract
  readonly manager: BaseContract
}

/** Both registries, with two brands that have an admin and an anchoring account each; the first has a prefix and a key. */
export async function deployRegistries(ethers: Ethers): Promise<Registries> {
  const people = await peopleOf(ethers)
  const { operator, admin, anchorer, otherAdmin, otherAnchorer } = people
  const manager = await ethers.deployContract('AccessManager', [operator])
  const brands = await ethers.deployContract('BrandRegistry', [manager])
  const items = await ethers.deployContract('ItemRegistry', [brands])
  const selectors = OPERATOR_FUNCTIONS.map((name) => brands.interface.getFunction(name)?.selector)
  await send(manager, operator, 'setTargetFunctionRole', brands, selectors, OPERATOR_ROLE)
  await send(manager, operator, 'grantRole', OPERATOR_ROLE, operator, 0)
  await send(brands, operator, 'registerBrand', DOMAIN, admin, [PREFIX])
  await send(brands, operator, 'registerBrand', OTHER_DOMAIN, otherAdmin, [])
  await send(brands, admin, 'setAnchorer', BRAND, anchorer, true)
  await send(brands, otherAdmin, 'setAnchorer', OTHER_BRAND, otherAnchorer, true)
  await send(brands, admin, 'registerKey', BRAND, THUMBPRINT, VALID_FROM, 0)
  return { ...people, brands, items, manager }
}

/** As `deployRegistries`, with a root of 300 items anchored by the first brand. */
export async function deployAnchored(ethers: Ethers): Promise<Registries> {
  const registries = await deployRegistries(ethers)
  await send(registries.items, registries.anchorer, 'anchor', BRAND, ROOT, 300, Kind.Items)
  return registries
}

async function peopleOf(ethers: Ethers): Promise<People> {
  const [operator, admin, anchorer, otherAdmin, otherAnchorer, stranger] = await ethers.getSigners()
  if (!operator || !admin || !anchorer || !otherAdmin || !otherAnchorer || !stranger)
    throw new Error('too few accounts')
  return { operator, admin, anchorer, otherAdmin, otherAnchorer, stranger }
}

/** Sends a call and waits for its block. */
export async function send(
  contract: BaseContract,
  from: Signer,
  method: string,
  ...args: unknown[]
): Promise<ContractTransactionReceipt> {
  const sent = await attempt(contract, from, method, ...args)
  const receipt = (await sent.wait()) as ContractTransactionReceipt | null
  if (receipt === null) throw new Error(`${method} has no receipt`)
  return receipt
}

/** Sends a call, for expectations about its events or its refusal. */
export function attempt(contract: BaseContract, from: Signer, method: string, ...args: unknown[]) {
  return contract.connect(from).getFunction(method)(...args)
}

/** Expects that a call is refused by this error of the contract with exactly these values. */
export function refused(
  contract: BaseContract,
  sent: Promise<unknown>,
  error: string,
  ...values: unknown[]
): Promise<void> {
  return expect(sent)
    .to.be.revertedWithCustomError(contract, error)
    .withArgs(...values)
}

/** Asks a view. */
export function ask(contract: BaseContract, method: string, ...args: unknown[]) {
  return contract.getFunction(method).staticCall(...args)
}

/** Words that mark the leaves with these indexes. */
export function wordsOf(...indexes: number[]): { word: number; mask: bigint }[] {
  const words = new Map<number, bigint>()
  for (const index of indexes) {
    const word = Math.floor(index / 256)
    words.set(word, (words.get(word) ?? 0n) | (1n << BigInt(index % 256)))
  }
  return [...words].map(([word, mask]) => ({ word, mask }))
}

export function timeOf(ethers: Ethers, receipt: ContractTransactionReceipt): Promise<number> {
  return ethers.provider.getBlock(receipt.blockNumber).then((block) => block?.timestamp ?? 0)
}
