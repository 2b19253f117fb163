import type { Hex } from '../../kernel/bytes.ts'
import { unixSeconds } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { ItemKey } from '../../kernel/gs1.ts'
import { newId } from '../../kernel/ids.ts'
import { actMessage } from './messages.ts'
import { ownerOf } from './owner.ts'
import { PERMIT_ERRORS, type PermitErrorCode } from './permit-errors.ts'
import { listingDigest, marketplaceDigest, PERMIT_REFUSALS } from './permit-rules.ts'
import type { OwnershipDeps, StoredPermit } from './ports.ts'
import { deadlineFor, nonceFor } from './rules.ts'
import { requirePlace, type SigningRequest, signatureBytes, signingRequest } from './signing.ts'
import { originOf, presently, subjectOf } from './subject.ts'
import type { OwnerInput, SignatureInput, SignedFor } from './types.ts'

/** Which listing of which marketplace a permit is for: the ids of their accounts and listings. */
export type PermitPlace = { readonly marketplace: string; readonly listing: string }

export type PermitOrder = PermitPlace & {
  readonly item: ItemKey
  readonly nonce: number
  /** Unix seconds. */
  readonly expiry: number
  readonly owner: OwnerInput
  readonly signature: SignatureInput
}

/** `void` once the item has changed, `expired` when it was not redeemed in time. */
export type PermitState = 'open' | 'redeemed' | 'void' | 'expired'
export type Permit = Pick<
  StoredPermit,
  'id' | 'item' | 'tokenId' | 'marketplace' | 'listing' | 'nonce' | 'expiry' | 'redeemedAtMs'
> & { readonly state: PermitState }

export type Permits = {
  /** What the owner signs for a permit. */
  request(order: PermitPlace & { item: ItemKey; expiry: number | null }): Promise<SigningRequest>
  /** Takes a signed permit in; the same signature is the same permit. Throws `permit.…`. */
  create(order: PermitOrder, signedFor: SignedFor | null): Promise<Permit>
  /** Throws `permit.not_found`. */
  find(id: string): Promise<Permit>
  /** Checks a permit and spends it, once. Throws `permit.…`, each reason its own. */
  redeem(id: string, place: PermitPlace): Promise<Permit>
}

/** Permits of owners to list their items: single use, bound to item, marketplace, listing, the item's state and expiry. */
export function createPermits(deps: OwnershipDeps): Permits {
  const { permits, clock } = deps
  const found = async (id: string): Promise<StoredPermit> => {
    const stored = await permits.find(id)
    if (stored === null) throw refusal('permit.not_found', id)
    return stored
  }
  return {
    async request({ item, marketplace, listing, expiry: asked }) {
      const subject = await subjectOf(deps, item)
      const { state, nowUnix } = await presently(deps, subject)
      const nonce = nonceFor('permit', state)
      const expiry = deadlineFor('permit', nowUnix, asked)
      const message = permitMessage(deps, subject.tokenId, { marketplace, listing, nonce, expiry })
      const account = state.claimed ? state.owner : subject.record.claimKey
      return signingRequest(deps, {
        act: 'permit',
        subject,
        owner: null,
        signer: { role: 'owner', account },
        typedData: message,
        nonce,
        deadline: expiry,
      })
    },
    async create(order, signedFor) {
      requirePlace(deps, signedFor)
      const { item, marketplace, listing, nonce, expiry } = order
      const { tokenId } = await subjectOf(deps, item)
      const owner = ownerOf(order.owner, deps.chain.place())
      const message = permitMessage(deps, tokenId, order)
      const signature = signatureBytes(deps, message, order.signature)
      const bound = { item, tokenId, marketplace, listing, nonce, expiry, signer: owner.signer, signature }
      await requireStanding(deps, bound, null)
      await deps.owned.put(tokenId, item)
      const digest = deps.chain.digest(message)
      const stored = await permits.insert({ id: newId('prm'), digest, ...bound, createdAtMs: clock.nowMs() })
      deps.log.info({ permit: stored.id, tokenId, marketplace }, 'permit taken in')
      return viewOf(deps, stored)
    },
    find: async (id) => viewOf(deps, await found(id)),
    async redeem(id, place) {
      const stored = await found(id)
      if (stored.marketplace !== place.marketplace) throw refusal('permit.other_marketplace_rejected', id)
      if (stored.listing !== place.listing) throw refusal('permit.other_listing_rejected', id)
      if (stored.redeemedAtMs !== null) throw refusal('permit.already_redeemed', id)
      await requireStanding(deps, stored, id)
      if (await deps.offers.isSuspectedClone(stored.item))
        throw refusal('permit.suspected_clone_rejected', id)
      if (await deps.offers.isListedElsewhere(stored.item, place)) throw refusal('permit.already_listed', id)
      await spend(deps, stored)
      deps.log.info(
        { permit: id, tokenId: stored.tokenId, marketplace: place.marketplace },
        'permit redeemed',
      )
      return viewOf(deps, await found(id))
    },
  }
}

/**
 * One write spends a permit, on condition that nobody has, and that no other permit of the item is spent. One whose offer
 * has ended, or that nobody offered by before it expired, makes room.
 */
async function spend({ permits, offers, clock }: OwnershipDeps, stored: StoredPermit): Promise<void> {
  const nowMs = clock.nowMs()
  for (let attempt = 0; ; attempt++) {
    const outcome = await permits.spend(stored, nowMs)
    if (outcome === 'spent') return
    if (outcome === 'spent_before') throw refusal('permit.already_redeemed', stored.id)
    const holder = await permits.holder(stored.tokenId, stored.nonce)
    const offer = holder && (await offers.standingOf(holder))
    const isOver =
      offer === 'ended' || (offer === 'none' && holder !== null && unixSeconds(nowMs) > holder.expiry)
    if (attempt > 0 || (holder !== null && !isOver)) throw refusal('permit.already_listed', stored.id)
    if (holder !== null) await permits.release(holder.id)
  }
}

type Bound = Pick<
  StoredPermit,
  'item' | 'tokenId' | 'marketplace' | 'listing' | 'nonce' | 'expiry' | 'signer' | 'signature'
>

/** Throws the first reason why the chain does not take the permit now. */
async function requireStanding(deps: OwnershipDeps, permit: Bound, id: string | null): Promise<void> {
  const { root, leaf } = await originOf(deps, await subjectOf(deps, permit.item))
  const { tokenId, nonce, expiry, signer, signature } = permit
  const status = await deps.chain.permitStatus({
    permit: { tokenId, nonce, expiry, ...digestsOf(permit) },
    origin: { root, index: leaf.index, claimKey: leaf.claimKey },
    signer,
    signature,
  })
  if (status !== 'valid') throw refusal(PERMIT_REFUSALS[status], id)
}

function permitMessage(
  { chain }: Pick<OwnershipDeps, 'chain'>,
  tokenId: Hex,
  permit: PermitPlace & { readonly nonce: number; readonly expiry: number },
) {
  const { nonce, expiry } = permit
  const values = { tokenId, nonce: String(nonce), expiry: String(expiry), ...digestsOf(permit) }
  return actMessage('permit', chain.place(), values)
}

function digestsOf({ marketplace, listing }: PermitPlace): { marketplace: Hex; listing: Hex } {
  return { marketplace: marketplaceDigest(marketplace), listing: listingDigest(marketplace, listing) }
}

async function viewOf(deps: OwnershipDeps, stored: StoredPermit): Promise<Permit> {
  const { id, item, tokenId, marketplace, listing, nonce, expiry, redeemedAtMs } = stored
  return {
    id,
    item,
    tokenId,
    marketplace,
    listing,
    nonce,
    expiry,
    redeemedAtMs,
    state: await stateNow(deps, stored),
  }
}

async function stateNow(deps: OwnershipDeps, stored: StoredPermit): Promise<PermitState> {
  const { state, nowUnix } = await presently(deps, stored)
  if (stored.isReleased || !state.claimed || state.nonce !== stored.nonce) return 'void'
  if (stored.redeemedAtMs !== null) return 'redeemed'
  return nowUnix > stored.expiry ? 'expired' : 'open'
}

function refusal(code: PermitErrorCode, permit: string | null): AppError {
  return new AppError(code, PERMIT_ERRORS[code].meaning, permit === null ? {} : { permit })
}
