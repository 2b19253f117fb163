import type { Hex } from '../../kernel/bytes.ts'
import type { BlockRef, OwnershipFact } from '../../kernel/chain-facts.ts'
import type { ItemKey } from '../../kernel/gs1.ts'

/** Who owns or may own an item: an ERC-7913 signer (20 bytes of an address, or verifier and P-256 key) and its account. */
export type Owner = {
  readonly kind: 'address' | 'passkey' | 'key'
  /** What the contract is told. */
  readonly signer: Hex
  /** What the contract answers: the address, or the one that follows from the key. */
  readonly account: Hex
}

/** What somebody says of an owner, before the verifiers' addresses are known. */
export type OwnerInput =
  | { readonly address: Hex }
  | { readonly passkey: { readonly x: Hex; readonly y: Hex } }
  | { readonly signer: Hex }

/** What an owner, or the claim key, signs. */
export const ACTS = [
  'claim',
  'transfer',
  'report_stolen',
  'report_recovered',
  'recover',
  'cancel_recovery',
  'permit',
] as const
export type SignedAct = (typeof ACTS)[number]

/** What the relayer sends to the chain. */
export type ActKind = Exclude<SignedAct, 'permit'> | 'finish_recovery'

/** An EIP-712 message in the shape of `eth_signTypedData_v4`; integers are decimal text. */
export type TypedData = {
  readonly domain: {
    readonly name: string
    readonly version: string
    readonly chainId: number
    readonly verifyingContract: Hex
  }
  readonly primaryType: string
  readonly types: Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>
  readonly message: Readonly<Record<string, string>>
}

/** The owner's word for one act, as the contract takes it. */
export type Authorization = {
  readonly owner: OwnerInput
  readonly nonce: number
  /** Unix seconds. */
  readonly deadline: number
  readonly signature: SignatureInput
}

/** A signature as wallets give it, or a passkey's assertion as browsers give it. */
export type SignatureInput =
  | Hex
  | {
      readonly authenticatorData: Uint8Array
      readonly clientDataJSON: Uint8Array
      /** DER. */
      readonly signature: Uint8Array
    }

/** Chain and contract that a signature was made for, where the signer says so. */
export type SignedFor = { readonly chainId: number; readonly verifyingContract: Hex }

/** An act that the relayer was given, and what became of it on the chain. */
export type Act = {
  readonly id: string
  readonly kind: ActKind
  readonly item: ItemKey
  readonly tokenId: Hex
  /** Account of the new owner, where the act names one. */
  readonly to: Hex | null
  readonly status: 'planned' | 'submitted' | 'included' | 'final' | 'failed'
  readonly transactionHash: Hex | null
  readonly blockNumber: number | null
  readonly gasUsed: number | null
  readonly error: { readonly code: string; readonly message: string } | null
}

/** Whose an item is now, read at one block. */
export type ItemOwnership = {
  readonly item: ItemKey
  readonly tokenId: Hex
  readonly state: OwnershipFact
  readonly at: BlockRef
}
