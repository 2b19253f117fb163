import type { Hex } from '../../kernel/bytes.ts'
import type { OwnershipFact } from '../../kernel/chain-facts.ts'
import { AppError } from '../../kernel/errors.ts'
import type { ItemKey } from '../../kernel/gs1.ts'
import { actMessage } from './messages.ts'
import { ownerOf } from './owner.ts'
import type { OwnershipDeps } from './ports.ts'
import { ownerField, requirePlace, signatureBytes } from './signing.ts'
import { originOf, presently, type Subject, subjectOf } from './subject.ts'
import { actOf, submit } from './submit.ts'
import type { Act, Authorization, Owner, OwnerInput, SignedAct, SignedFor } from './types.ts'

/** Where an order came from; `network` is coarse. */
export type OrderContext = { readonly network: string; readonly signedFor: SignedFor | null }

export type Acts = {
  /** First ownership, by the signature of the claim key. */
  claim(order: ClaimOrder, context: OrderContext): Promise<Act>
  transfer(
    order: { item: ItemKey; to: OwnerInput; authorization: Authorization },
    context: OrderContext,
  ): Promise<Act>
  /** A report, or the end of a pending recovery, by the owner's signature. */
  byOwner(
    kind: 'report_stolen' | 'report_recovered' | 'cancel_recovery',
    order: { item: ItemKey; authorization: Authorization },
    context: OrderContext,
  ): Promise<Act>
  /** The same by the brand's word; throws `ownership.report_not_allowed` for another brand's item. */
  byBrand(
    kind: 'report_stolen' | 'report_recovered' | 'cancel_recovery',
    item: ItemKey,
    brandId: string,
  ): Promise<Act>
  startRecovery(order: RecoveryOrder, brandId: string): Promise<Act>
  /** Anybody, once the time to object is over. */
  finishRecovery(item: ItemKey, context: OrderContext): Promise<Act>
  /** Throws `ownership.act_not_found`. */
  find(id: string): Promise<Act>
}

export type ClaimOrder = {
  readonly item: ItemKey
  readonly owner: OwnerInput
  readonly deadline: number
  /** The claim key's 65 bytes. */
  readonly signature: Hex
}

export type RecoveryOrder = {
  readonly item: ItemKey
  readonly newOwner: OwnerInput
  readonly nonce: number
  readonly deadline: number
  /** The claim key's 65 bytes. */
  readonly signature: Hex
}

const METHODS = {
  report_stolen: 'reportStolen',
  report_recovered: 'reportRecovered',
  cancel_recovery: 'cancelRecovery',
} as const

/** Acts of owners and brands on the chain, sent and paid for by the relayer. Who may act is decided by the contract. */
export function createActs(deps: OwnershipDeps): Acts {
  return {
    async claim({ item, owner: input, deadline, signature }, { network, signedFor }) {
      requirePlace(deps, signedFor)
      const subject = await subjectOf(deps, item)
      const owner = ownerOf(input, deps.chain.place())
      const { root, leaf, siblings } = await originOf(deps, subject)
      const args = [root, leaf, siblings, owner.signer, deadline, signature]
      const call = { method: 'claim', args }
      return submit(deps, {
        kind: 'claim',
        subject,
        call,
        ...from(owner, network),
        to: owner.account,
        nonce: 0,
      })
    },
    async transfer({ item, to: input, authorization }, { network, signedFor }) {
      requirePlace(deps, signedFor)
      const subject = await subjectOf(deps, item)
      const to = ownerOf(input, deps.chain.place())
      const { owner, args } = authorizationOf(deps, { act: 'transfer', subject, authorization, to })
      const call = { method: 'transferWithSignature', args: [subject.tokenId, to.signer, args] }
      const { nonce } = authorization
      return submit(deps, { kind: 'transfer', subject, call, ...from(owner, network), to: to.account, nonce })
    },
    async byOwner(kind, { item, authorization }, { network, signedFor }) {
      requirePlace(deps, signedFor)
      const subject = await subjectOf(deps, item)
      const { owner, args } = authorizationOf(deps, { act: kind, subject, authorization, to: null })
      const call = { method: `${METHODS[kind]}WithSignature`, args: [subject.tokenId, args] }
      return submit(deps, {
        kind,
        subject,
        call,
        ...from(owner, network),
        to: null,
        nonce: authorization.nonce,
      })
    },
    async byBrand(kind, item, brandId) {
      const subject = await ownItem(deps, item, brandId)
      const nonce = nonceOf((await presently(deps, subject)).state)
      const call = { method: METHODS[kind], args: [subject.tokenId] }
      return submit(deps, { kind, subject, call, account: null, network: null, to: null, nonce })
    },
    async startRecovery({ item, newOwner: input, nonce, deadline, signature }, brandId) {
      const subject = await ownItem(deps, item, brandId)
      const owner = ownerOf(input, deps.chain.place())
      const { root, leaf } = await originOf(deps, subject)
      const origin = { root, index: leaf.index, claimKey: leaf.claimKey }
      const possession = { nonce, deadline, signature }
      const call = { method: 'startRecovery', args: [subject.tokenId, origin, owner.signer, possession] }
      const who = { account: null, network: null, to: owner.account }
      return submit(deps, { kind: 'recover', subject, call, ...who, nonce })
    },
    async finishRecovery(item, { network }) {
      const subject = await subjectOf(deps, item)
      const nonce = nonceOf((await presently(deps, subject)).state)
      const call = { method: 'finishRecovery', args: [subject.tokenId] }
      return submit(deps, { kind: 'finish_recovery', subject, call, account: null, network, to: null, nonce })
    },
    async find(id) {
      const [act, write] = await Promise.all([deps.acts.find(id), deps.writer.find(id)])
      if (act === null || write === null)
        throw new AppError('ownership.act_not_found', 'there is no act with this id', { id })
      return actOf(act, write)
    },
  }
}

type Signed = {
  readonly act: Exclude<SignedAct, 'claim' | 'recover' | 'permit'>
  readonly subject: Subject
  readonly authorization: Authorization
  readonly to: Owner | null
}

/** The contract's `Authorization`, with the signature in the form it takes. */
function authorizationOf(
  deps: OwnershipDeps,
  { act, subject, authorization, to }: Signed,
): { owner: Owner; args: { owner: Hex; nonce: number; deadline: number; signature: Hex } } {
  const { nonce, deadline } = authorization
  const owner = ownerOf(authorization.owner, deps.chain.place())
  const values = { ...ownerField(act, to), nonce: String(nonce), deadline: String(deadline) }
  const message = actMessage(act, deps.chain.place(), { tokenId: subject.tokenId, ...values })
  const signature = signatureBytes(deps, message, authorization.signature)
  return { owner, args: { owner: owner.signer, nonce, deadline, signature } }
}

function from(owner: Owner, network: string): { account: Hex; network: string } {
  return { account: owner.account, network }
}

/** The relayer may speak for every brand it keeps, so which brand asks is decided here. */
async function ownItem(deps: OwnershipDeps, item: ItemKey, brandId: string): Promise<Subject> {
  const subject = await subjectOf(deps, item)
  if (subject.record.brandId === brandId) return subject
  throw new AppError('ownership.report_not_allowed', 'the item is another brand’s', item)
}

function nonceOf(state: OwnershipFact): number {
  return state.claimed ? state.nonce : 0
}
