import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import {
  AbiCoder,
  type BaseContract,
  type ContractTransactionReceipt,
  id,
  keccak256,
  type Signer,
  type TypedDataDomain,
  Wallet,
} from 'ethers'
import {
  ask,
  attempt,
  BRAND,
  deployRegistries,
  type Ethers,
  Kind,
  type Registries,
  send,
} from '../support.ts'
import { accountOwner, keyOwner, MESSAGES, type Owner, type Passkey, passkeyOwner } from './owners.ts'

export const DAY = 86_400
export const RECOVERY_DELAY = 14 * DAY
export const BASE_URI = 'https://cachet.example/token/'
/** `Reporter` and `PermitStatus` of the contracts. */
export const Reporter = { None: 0n, Owner: 1n, Brand: 2n } as const
export const PermitStatus = {
  Valid: 0n,
  UnknownItem: 1n,
  Stolen: 2n,
  RecoveryPending: 3n,
  WrongOrigin: 4n,
  Revoked: 5n,
  Recalled: 6n,
  BrandSuspended: 7n,
  WrongNonce: 8n,
  Expired: 9n,
  NotOwner: 10n,
  BadSignature: 11n,
} as const

export type Leaf = {
  readonly index: number
  readonly itemId: string
  readonly certificateDigest: string
  readonly claimKey: string
}

/** An anchored item with the secret of its label. */
export type Item = {
  readonly root: string
  readonly leaf: Leaf
  readonly proof: readonly string[]
  readonly claimWallet: Wallet
  readonly tokenId: bigint
  readonly origin: { readonly root: string; readonly index: number; readonly claimKey: string }
}

export type World = Registries & {
  readonly ownership: BaseContract
  readonly p256: BaseContract
  readonly webAuthn: BaseContract
  readonly domain: TypedDataDomain
  /** Eight items of the first brand under one root, not claimed. */
  readonly batch: readonly Item[]
  readonly owner: Signer
  readonly former: Signer
  readonly approved: Signer
}

const LEAF_TYPES = ['uint32', 'bytes32', 'bytes32', 'address']

export function tokenIdOf(brandId: string, itemId: string): bigint {
  return BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes32'], [brandId, itemId])))
}

/** Items under one tree; the names decide ids and claim keys. */
export function batchOf(brandId: string, names: readonly string[]): Item[] {
  const wallets = names.map((name) => new Wallet(id(`claim key of ${name}`)))
  const leaves = names.map((name, index) => ({
    index,
    itemId: id(name),
    certificateDigest: id(`certificate of ${name}`),
    claimKey: wallets[index]?.address ?? '',
  }))
  const values = leaves.map((leaf) => [leaf.index, leaf.itemId, leaf.certificateDigest, leaf.claimKey])
  const tree = StandardMerkleTree.of(values, LEAF_TYPES, { sortLeaves: false })
  return leaves.map((leaf, index) => ({
    root: tree.root,
    leaf,
    proof: tree.getProof(index),
    claimWallet: wallets[index] as Wallet,
    tokenId: tokenIdOf(brandId, leaf.itemId),
    origin: { root: tree.root, index, claimKey: leaf.claimKey },
  }))
}

/** The registries of `support.ts`, with item ownership beside them and a batch of eight anchored. */
export async function deployWorld(ethers: Ethers): Promise<World> {
  const registries = await deployRegistries(ethers)
  const p256 = await ethers.deployContract('ERC7913P256Verifier')
  const webAuthn = await ethers.deployContract('ERC7913WebAuthnVerifier')
  const ownership = await ethers.deployContract('ItemOwnership', [registries.items, p256, webAuthn, BASE_URI])
  const { chainId } = await ethers.provider.getNetwork()
  const verifyingContract = await ownership.getAddress()
  const domain = { name: 'Cachet ItemOwnership', version: '1', chainId, verifyingContract }
  const batch = batchOf(
    BRAND,
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `item ${name}`),
  )
  await send(registries.items, registries.anchorer, 'anchor', BRAND, batch[0]?.root, batch.length, Kind.Items)
  const [owner, former, approved] = (await ethers.getSigners()).slice(6)
  if (!owner || !former || !approved) throw new Error('too few accounts')
  return { ...registries, ownership, p256, webAuthn, domain, batch, owner, former, approved }
}

/** As `deployWorld`: the first item was claimed by `former`, now is `owner`'s, who approved `approved` for it. */
export async function deployOwned(ethers: Ethers): Promise<World> {
  const world = await deployWorld(ethers)
  const { tokenId } = first(world)
  await claim(world, first(world), await accountOwner(world.former))
  await send(world.ownership, world.former, 'transferFrom', world.former, world.owner, tokenId)
  await send(world.ownership, world.owner, 'approve', world.approved, tokenId)
  return world
}

export function first(world: World): Item {
  return itemAt(world, 0)
}

export function itemAt(world: World, index: number): Item {
  const item = world.batch[index]
  if (!item) throw new Error(`no item ${index}`)
  return item
}

export async function passkey(world: World): Promise<Passkey> {
  return passkeyOwner(await world.webAuthn.getAddress())
}

export async function key(world: World): Promise<Owner> {
  return keyOwner(await world.p256.getAddress())
}

export function account(signer: Signer): Promise<Owner> {
  return accountOwner(signer)
}

export type Message = keyof typeof MESSAGES

export function typesOf(message: Message) {
  return { [message]: [...MESSAGES[message]] }
}

/** The arguments of `claim` with the signature of the item's claim key, and whatever should differ. */
export async function claimArgs(world: World, item: Item, owner: string, deadline = FAR): Promise<unknown[]> {
  const value = { tokenId: item.tokenId, owner, deadline }
  const signature = await item.claimWallet.signTypedData(world.domain, typesOf('Claim'), value)
  return [item.root, item.leaf, item.proof, owner, deadline, signature]
}

/** Year 2100: later than any test goes. */
export const FAR = 4_102_444_800

export async function claim(world: World, item: Item, owner: Owner): Promise<ContractTransactionReceipt> {
  return send(
    world.ownership,
    world.stranger,
    'claim',
    ...((await claimArgs(world, item, owner.bytes)) as unknown[]),
  )
}

type Extra = { readonly to?: string; readonly nonce?: bigint | number; readonly deadline?: number }

/** The owner's authorisation for an act on an item, at its present nonce if none is given. */
export async function authorise(
  world: World,
  owner: Owner,
  message: Message,
  tokenId: bigint,
  extra: Extra = {},
) {
  const nonce = extra.nonce ?? (await stateOf(world, tokenId)).nonce
  const deadline = extra.deadline ?? FAR
  const value = { tokenId, ...(extra.to === undefined ? {} : { to: extra.to }), nonce, deadline }
  return {
    owner: owner.bytes,
    nonce,
    deadline,
    signature: await owner.sign(world.domain, typesOf(message), value),
  }
}

/** Moves an item by signature, sent by a stranger. */
export async function transfer(world: World, item: Item, from: Owner, to: Owner) {
  const authorization = await authorise(world, from, 'Transfer', item.tokenId, { to: to.bytes })
  return attempt(
    world.ownership,
    world.stranger,
    'transferWithSignature',
    item.tokenId,
    to.bytes,
    authorization,
  )
}

/** The claim key's word that the item is in hand, for a recovery. */
export async function possess(world: World, item: Item, newOwner: string, extra: Extra = {}) {
  const nonce = extra.nonce ?? (await stateOf(world, item.tokenId)).nonce
  const deadline = extra.deadline ?? FAR
  const value = { tokenId: item.tokenId, newOwner, nonce, deadline }
  return {
    nonce,
    deadline,
    signature: await item.claimWallet.signTypedData(world.domain, typesOf('Recover'), value),
  }
}

/** Starts a recovery by the brand's anchoring account. */
export async function startRecovery(world: World, item: Item, newOwner: string) {
  const possession = await possess(world, item, newOwner)
  return send(
    world.ownership,
    world.anchorer,
    'startRecovery',
    item.tokenId,
    item.origin,
    newOwner,
    possession,
  )
}

export type State = {
  readonly owner: string
  readonly nonce: bigint
  readonly stolenAt: bigint
  readonly stolenBy: bigint
  readonly brandNumber: bigint
  readonly claimedAt: bigint
  readonly recoveryOwner: string
  readonly recoveryReadyAt: bigint
}

export async function stateOf(world: World, tokenId: bigint): Promise<State> {
  const [state] = await ask(world.ownership, 'statesOf', [tokenId])
  return state.toObject()
}

/** A permit signed by the owner, with the arguments of `permitStatus`. */
export async function permitArgs(
  world: World,
  item: Item,
  owner: Owner,
  extra: { readonly nonce?: bigint | number; readonly expiry?: number; readonly marketplace?: string } = {},
) {
  const permit = {
    tokenId: item.tokenId,
    marketplace: extra.marketplace ?? id('a marketplace'),
    listing: id('a listing'),
    nonce: extra.nonce ?? (await stateOf(world, item.tokenId)).nonce,
    expiry: extra.expiry ?? FAR,
  }
  const signature = await owner.sign(world.domain, typesOf('ListingPermit'), permit)
  return [permit, item.origin, owner.bytes, signature] as const
}
