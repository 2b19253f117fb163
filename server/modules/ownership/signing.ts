import { base64url, bytesOf, type Hex } from '../../kernel/bytes.ts'
import { AppError } from '../../kernel/errors.ts'
import type { ItemKey } from '../../kernel/gs1.ts'
import { actMessage } from './messages.ts'
import { ownerOf } from './owner.ts'
import type { OwnershipDeps } from './ports.ts'
import { deadlineFor, nonceFor } from './rules.ts'
import { presently, type Subject, subjectOf } from './subject.ts'
import type { Owner, OwnerInput, SignatureInput, SignedAct, SignedFor, TypedData } from './types.ts'
import { encodeAssertion } from './webauthn.ts'

/** What somebody wants to sign. */
export type SigningOrder = {
  readonly item: ItemKey
  /** Unix seconds; null for the usual span. */
  readonly deadline: number | null
} & (
  | { readonly act: 'claim'; readonly owner: OwnerInput }
  | { readonly act: 'transfer'; readonly to: OwnerInput }
  | { readonly act: 'recover'; readonly newOwner: OwnerInput }
  | { readonly act: 'report_stolen' | 'report_recovered' | 'cancel_recovery' }
)

/** A message ready to be signed, with all that the signer needs to know. */
export type SigningRequest = {
  readonly act: SignedAct
  readonly item: ItemKey
  readonly tokenId: Hex
  /** Who must sign: the item's hidden claim key, or its owner; the account that the signature must be of. */
  readonly signer: { readonly role: 'claim_key' | 'owner'; readonly account: Hex }
  /** Id of the item, from which and the code under the scratch panel the claim key follows. */
  readonly itemId: Hex
  /** The owner named in the message. */
  readonly owner: Owner | null
  readonly typedData: TypedData
  readonly digest: Hex
  /** The digest in base64url: what a passkey is asked to sign. */
  readonly challenge: string
  readonly nonce: number
  readonly deadline: number
}

export type Signing = { request(order: SigningOrder): Promise<SigningRequest> }

/** Gives the message of an act. Asking changes nothing, and what is signed is checked on the chain alone. */
export function createSigning(deps: Pick<OwnershipDeps, 'items' | 'brands' | 'chain' | 'clock'>): Signing {
  return {
    async request(order) {
      const subject = await subjectOf(deps, order.item)
      const { state, nowUnix } = await presently(deps, subject)
      const nonce = nonceFor(order.act, state)
      const deadline = deadlineFor(order.act, nowUnix, order.deadline)
      const owner = namedOwner(order, deps)
      const values = { ...ownerField(order.act, owner), nonce: String(nonce), deadline: String(deadline) }
      const byClaimKey = order.act === 'claim' || order.act === 'recover'
      const account = byClaimKey || !state.claimed ? subject.record.claimKey : state.owner
      return signingRequest(deps, {
        act: order.act,
        subject,
        owner,
        signer: { role: byClaimKey ? 'claim_key' : 'owner', account },
        typedData: actMessage(order.act, deps.chain.place(), { tokenId: subject.tokenId, ...values }),
        nonce,
        deadline,
      })
    },
  }
}

type Prepared = Pick<SigningRequest, 'act' | 'signer' | 'owner' | 'typedData' | 'nonce' | 'deadline'> & {
  readonly subject: Subject
}

export function signingRequest(
  { chain }: Pick<OwnershipDeps, 'chain'>,
  { subject, ...prepared }: Prepared,
): SigningRequest {
  const { gtin, serial, itemId } = subject.record
  const digest = chain.digest(prepared.typedData)
  const challenge = base64url(bytesOf(digest))
  return { ...prepared, item: { gtin, serial }, tokenId: subject.tokenId, itemId, digest, challenge }
}

function namedOwner(order: SigningOrder, { chain }: Pick<OwnershipDeps, 'chain'>): Owner | null {
  if (order.act === 'claim') return ownerOf(order.owner, chain.place())
  if (order.act === 'transfer') return ownerOf(order.to, chain.place())
  return order.act === 'recover' ? ownerOf(order.newOwner, chain.place()) : null
}

/** The field of the message that names an owner. */
export function ownerField(act: SignedAct, owner: Owner | null): Readonly<Record<string, string>> {
  if (owner === null) return {}
  const name = { claim: 'owner', transfer: 'to', recover: 'newOwner' }[act as 'claim']
  return { [name]: owner.signer }
}

/** The bytes of a signature over a message, in the form the contract takes. Throws `ownership.assertion_rejected`. */
export function signatureBytes(
  { chain }: Pick<OwnershipDeps, 'chain'>,
  typedData: TypedData,
  signature: SignatureInput,
): Hex {
  return typeof signature === 'string' ? signature : encodeAssertion(signature, chain.digest(typedData))
}

/** Throws `ownership.chain_mismatch` or `ownership.contract_mismatch` where the signer says it signed for another place. */
export function requirePlace({ chain }: Pick<OwnershipDeps, 'chain'>, signedFor: SignedFor | null): void {
  if (signedFor === null) return
  const { chainId, contract } = chain.place()
  if (signedFor.chainId !== chainId)
    throw new AppError(
      'ownership.chain_mismatch',
      `signed for chain ${signedFor.chainId}, this is ${chainId}`,
      {
        chainId,
        signedFor: signedFor.chainId,
      },
    )
  if (signedFor.verifyingContract !== contract) {
    const message = 'signed for another contract than the one that records owners here'
    throw new AppError('ownership.contract_mismatch', message, {
      verifyingContract: contract,
      signedFor: signedFor.verifyingContract,
    })
  }
}
