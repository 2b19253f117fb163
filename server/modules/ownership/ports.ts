import type { Hex } from '../../kernel/bytes.ts'
import type { BlockRef, ChainWriter, OwnershipFact } from '../../kernel/chain-facts.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { ItemKey } from '../../kernel/gs1.ts'
import type { Logger } from '../../kernel/log.ts'
import type { BrandReader } from '../brands/index.ts'
import type { ItemReader } from '../items/index.ts'
import type { ActKind, TypedData } from './types.ts'

/** A call of the ownership contract by name. */
export type OwnershipCall = { readonly method: string; readonly args: readonly unknown[] }

/** The ownership contract (implemented by `chain/ownership.ts`). Throws `chain.unreachable`, `chain.not_ready`. */
export type OwnershipChain = {
  place(): {
    readonly chainId: number
    readonly contract: Hex
    readonly webAuthnVerifier: Hex
    readonly p256Verifier: Hex
  }
  /** What the chain says of tokens, all at the newest block. */
  states(tokenIds: readonly Hex[]): Promise<{ at: BlockRef; states: OwnershipFact[] }>
  /** The gas a call of the relayer would take now. Throws `ChainRefusal`'s code where the contract would refuse it. */
  rehearse(call: OwnershipCall): Promise<number>
  isOwnerSignature(question: { tokenId: Hex; digest: Hex; signer: Hex; signature: Hex }): Promise<boolean>
  /** Whether a listing permit counts now, or the first reason why it does not. */
  permitStatus(question: {
    permit: { tokenId: Hex; marketplace: Hex; listing: Hex; nonce: number; expiry: number }
    origin: { root: Hex; index: number; claimKey: Hex }
    signer: Hex
    signature: Hex
  }): Promise<PermitStatus>
  /** EIP-712 digest. */
  digest(typedData: TypedData): Hex
  /** The account whose key signed the digest; null where none did. */
  recover(digest: Hex, signature: Hex): Hex | null
}

/** What the contract says of a permit. */
export type PermitStatus =
  | 'valid'
  | 'unknown_item'
  | 'stolen'
  | 'recovery_pending'
  | 'wrong_origin'
  | 'revoked'
  | 'recalled'
  | 'brand_suspended'
  | 'wrong_nonce'
  | 'expired'
  | 'not_owner'
  | 'bad_signature'

/** An act as kept, so that it can be asked for; who the owner is as a person is not known and not kept. */
export type StoredAct = {
  readonly id: string
  readonly kind: ActKind
  readonly item: ItemKey
  readonly tokenId: Hex
  readonly to: Hex | null
  readonly createdAtMs: number
}

export type ActStore = {
  /** A known id changes nothing. */
  insert(act: StoredAct): Promise<void>
  find(id: string): Promise<StoredAct | null>
  /** The item that an act was ordered for under this token; null where this gateway never had an order for it. */
  itemOf(tokenId: Hex): Promise<ItemKey | null>
}

/** Counts the gas that the relayer spends for somebody on one day. */
export type GasBudgets = {
  /** Adds gas to a day's account unless it would exceed the limit; false then. */
  take(
    account: string,
    day: string,
    gas: { readonly amount: number; readonly limit: number },
  ): Promise<boolean>
  giveBack(account: string, day: string, amount: number): Promise<void>
}

/** Units of gas the relayer pays on one day (UTC): for all items of a brand, for one person, for one item. */
export type GasLimits = { readonly brand: number; readonly person: number; readonly item: number }

/** A buyer's challenge as kept: for a day, without anything about either person. */
export type StoredChallenge = {
  readonly id: string
  readonly item: ItemKey
  readonly tokenId: Hex
  readonly itemId: Hex
  readonly nonce: Hex
  /** SHA-256 of the buyer's secret, base64url. */
  readonly secretDigest: string
  /** Unix seconds. */
  readonly deadline: number
  readonly state: 'open' | 'answered' | 'spent'
  readonly proof: { readonly by: 'owner' | 'code'; readonly nonce: number } | null
}

export type ChallengeStore = {
  insert(challenge: StoredChallenge): Promise<void>
  find(id: string): Promise<StoredChallenge | null>
  /** False where it is not open any more. */
  answer(id: string, proof: NonNullable<StoredChallenge['proof']>): Promise<boolean>
  /** False where it was not answered, or was spent before. */
  spend(id: string): Promise<boolean>
}

export type StoredPermit = {
  readonly id: string
  /** EIP-712 digest of what was signed. */
  readonly digest: Hex
  readonly item: ItemKey
  readonly tokenId: Hex
  /** Ids of the marketplace's account and of its listing. */
  readonly marketplace: string
  readonly listing: string
  readonly nonce: number
  /** Unix seconds. */
  readonly expiry: number
  readonly signer: Hex
  readonly signature: Hex
  readonly createdAtMs: number
  readonly redeemedAtMs: number | null
  /** True when it was redeemed and made room for another of the item. */
  readonly isReleased: boolean
}

export type PermitStore = {
  /** The permit as stored: the earlier one where the same message was handed in before. */
  insert(permit: Omit<StoredPermit, 'redeemedAtMs' | 'isReleased'>): Promise<StoredPermit>
  find(id: string): Promise<StoredPermit | null>
  /** The one permit of this state of an item that was spent. */
  holder(tokenId: Hex, nonce: number): Promise<StoredPermit | null>
  spend(
    permit: Pick<StoredPermit, 'id' | 'tokenId' | 'nonce'>,
    atMs: number,
  ): Promise<'spent' | 'spent_before' | 'other_holds'>
  release(id: string): Promise<void>
}

/** What modules to the right know of offers and scans of an item; filled in where all modules are known. */
export type Offers = {
  isSuspectedClone(item: ItemKey): Promise<boolean>
  /** Whether another listing than this one shows the item now. */
  isListedElsewhere(
    item: ItemKey,
    place: { readonly marketplace: string; readonly listing: string },
  ): Promise<boolean>
  /** Whether a listing was sent, and still stands. */
  standingOf(place: {
    readonly marketplace: string
    readonly listing: string
  }): Promise<'none' | 'standing' | 'ended'>
}

/** Which item a token stands for. */
export type OwnedItemStore = {
  put(tokenId: Hex, item: ItemKey): Promise<void>
  find(tokenId: Hex): Promise<ItemKey | null>
}

export type OwnershipDeps = {
  readonly items: ItemReader
  readonly brands: BrandReader
  readonly chain: OwnershipChain
  readonly writer: ChainWriter
  readonly acts: ActStore
  readonly challenges: ChallengeStore
  readonly permits: PermitStore
  readonly offers: Offers
  readonly owned: OwnedItemStore
  readonly budgets: GasBudgets
  readonly limits: GasLimits
  readonly clock: Clock
  readonly log: Logger
  /** Secret under which networks become pseudonyms in the gas accounts; 32 bytes. */
  readonly pseudonymKey: Uint8Array
}
