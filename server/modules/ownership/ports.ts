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
  /** EIP-712 digest. */
  digest(typedData: TypedData): Hex
  /** The account whose key signed the digest; null where none did. */
  recover(digest: Hex, signature: Hex): Hex | null
}

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

export type OwnershipDeps = {
  readonly items: ItemReader
  readonly brands: BrandReader
  readonly chain: OwnershipChain
  readonly writer: ChainWriter
  readonly acts: ActStore
  readonly budgets: GasBudgets
  readonly limits: GasLimits
  readonly clock: Clock
  readonly log: Logger
  /** Secret under which networks become pseudonyms in the gas accounts; 32 bytes. */
  readonly pseudonymKey: Uint8Array
}
