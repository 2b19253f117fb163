import { randomBytes, timingSafeEqual } from 'node:crypto'
import { base64url, bytesOf, type Hex, hexOf } from '../../kernel/bytes.ts'
import { unixSeconds } from '../../kernel/clock.ts'
import { sha256 } from '../../kernel/digest.ts'
import { AppError } from '../../kernel/errors.ts'
import type { ItemKey } from '../../kernel/gs1.ts'
import { newId } from '../../kernel/ids.ts'
import { domainOf } from './messages.ts'
import { ownerOf } from './owner.ts'
import type { OwnershipDeps, StoredChallenge } from './ports.ts'
import { signatureBytes } from './signing.ts'
import { presently, subjectOf } from './subject.ts'
import type { OwnerInput, SignatureInput, TypedData } from './types.ts'

/** How a challenge stands; `answered` until it was used for a scan. */
export type ChallengeStatus = 'open' | 'answered' | 'spent' | 'expired'

export type Challenge = Pick<StoredChallenge, 'id' | 'item' | 'tokenId' | 'itemId' | 'deadline'> & {
  readonly status: ChallengeStatus
  readonly typedData: TypedData
  readonly digest: Hex
  /** The digest in base64url: what a passkey is asked to sign. */
  readonly challenge: string
}

/** The owner's answer, or that of whoever has the code under the panel of an item that nobody has claimed. */
export type ChallengeAnswer =
  | { readonly owner: OwnerInput; readonly signature: SignatureInput }
  | { readonly claimSignature: Hex }

/** What an answer proved; `nonce` is the item's at that time. */
export type HolderProof = { readonly by: 'owner' | 'code'; readonly nonce: number }

export type Challenges = {
  /** A fresh challenge for a buyer; `secret` is for the buyer alone, who needs it to use the answer. */
  create(item: ItemKey): Promise<Challenge & { readonly secret: string }>
  find(id: string): Promise<Challenge>
  answer(id: string, answer: ChallengeAnswer): Promise<Challenge>
  /** Uses an answer, once. Throws `ownership.challenge_…` where there is none that counts. */
  take(use: { readonly id: string; readonly secret: string }, item: ItemKey): Promise<HolderProof>
}

type Deps = Pick<OwnershipDeps, 'items' | 'brands' | 'chain' | 'clock' | 'challenges' | 'log'>

const LIFE_SECONDS = 5 * 60
const NONCE_BYTES = 32
const SECRET_BYTES = 24
const FIELDS = [
  { name: 'tokenId', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
  { name: 'deadline', type: 'uint48' },
]

/**
 * A buyer's challenge to whoever claims to own an item: fresh, five minutes long, answered once and used once. It is
 * signed under a domain of its own, so that an answer can never move an item.
 */
export function createChallenges(deps: Deps): Challenges {
  const nowUnix = (): number => unixSeconds(deps.clock.nowMs())
  const found = async (id: string): Promise<StoredChallenge> => {
    const stored = await deps.challenges.find(id)
    if (stored === null)
      throw new AppError('ownership.challenge_not_found', 'there is no challenge with this id', { id })
    return stored
  }
  return {
    async create(item) {
      const { tokenId, record } = await subjectOf(deps, item)
      const secret = randomBytes(SECRET_BYTES).toString('base64url')
      const stored: StoredChallenge = {
        id: newId('chl'),
        item,
        tokenId,
        itemId: record.itemId,
        nonce: hexOf(randomBytes(NONCE_BYTES)),
        secretDigest: base64url(sha256(secret)),
        deadline: nowUnix() + LIFE_SECONDS,
        state: 'open',
        proof: null,
      }
      await deps.challenges.insert(stored)
      return { ...viewOf(deps, stored, nowUnix()), secret }
    },
    async find(id) {
      return viewOf(deps, await found(id), nowUnix())
    },
    async answer(id, answer) {
      const stored = await found(id)
      requireOpen(stored, nowUnix())
      const proof = await proofOf(deps, stored, answer)
      if (!(await deps.challenges.answer(id, proof))) requireOpen(await found(id), nowUnix())
      deps.log.info({ challenge: id, by: proof.by, tokenId: stored.tokenId }, 'challenge answered')
      return viewOf(deps, await found(id), nowUnix())
    },
    async take({ id, secret }, item) {
      const stored = await found(id)
      const isTheirs = timingSafeEqual(sha256(secret), Buffer.from(stored.secretDigest, 'base64url'))
      const isOfItem = stored.item.gtin === item.gtin && stored.item.serial === item.serial
      if (!isTheirs || !isOfItem) {
        const message = 'the secret is not that of this challenge, or the challenge is for another item'
        throw new AppError('ownership.challenge_rejected', message, { id })
      }
      if (stored.state === 'open' && nowUnix() <= stored.deadline)
        throw new AppError('ownership.challenge_not_ready', 'the challenge was not answered yet', { id })
      if (nowUnix() > stored.deadline || stored.proof === null || !(await deps.challenges.spend(id)))
        throw new AppError('ownership.challenge_gone', 'the challenge has expired, or was used before', {
          id,
        })
      return stored.proof
    },
  }
}

function requireOpen({ id, state, deadline }: StoredChallenge, nowUnix: number): void {
  if (nowUnix > deadline) throw new AppError('ownership.challenge_gone', 'the challenge has expired', { id })
  if (state !== 'open')
    throw new AppError('ownership.challenge_already_answered', 'the challenge was answered before', { id })
}

/** What an answer proves; throws what is wrong with it. */
async function proofOf(deps: Deps, stored: StoredChallenge, answer: ChallengeAnswer): Promise<HolderProof> {
  const message = messageOf(deps, stored)
  const { state } = await presently(deps, stored)
  if ('claimSignature' in answer) {
    if (state.claimed)
      throw new AppError('ownership.already_claimed', 'the item has an owner, who alone can answer', {
        claimedAt: state.claimedAtUnix,
      })
    const { record } = await subjectOf(deps, stored.item)
    if (deps.chain.recover(deps.chain.digest(message), answer.claimSignature) === record.claimKey)
      return { by: 'code', nonce: 0 }
    throw new AppError(
      'ownership.claim_signature_rejected',
      'the claim code’s key did not sign this challenge',
    )
  }
  if (!state.claimed) throw new AppError('ownership.unclaimed_rejected', 'nobody has claimed the item')
  const owner = ownerOf(answer.owner, deps.chain.place())
  if (owner.account !== state.owner)
    throw new AppError('ownership.not_owner_rejected', 'the signer does not own the item', {
      account: owner.account,
    })
  const question = {
    tokenId: stored.tokenId,
    digest: deps.chain.digest(message),
    signer: owner.signer,
    signature: signatureBytes(deps, message, answer.signature),
  }
  if (await deps.chain.isOwnerSignature(question)) return { by: 'owner', nonce: state.nonce }
  throw new AppError('ownership.signature_rejected', 'the owner did not sign this challenge')
}

function messageOf({ chain }: Pick<Deps, 'chain'>, stored: StoredChallenge): TypedData {
  const { tokenId, nonce, deadline } = stored
  return {
    domain: domainOf('Cachet Proof', chain.place()),
    primaryType: 'Proof',
    types: { Proof: FIELDS },
    message: { tokenId: BigInt(tokenId).toString(), nonce, deadline: String(deadline) },
  }
}

function viewOf(deps: Pick<Deps, 'chain'>, stored: StoredChallenge, nowUnix: number): Challenge {
  const { id, item, tokenId, itemId, deadline, state } = stored
  const typedData = messageOf(deps, stored)
  const digest = deps.chain.digest(typedData)
  const challenge = base64url(bytesOf(digest))
  const status = state !== 'spent' && nowUnix > deadline ? 'expired' : state
  return { id, item, tokenId, itemId, deadline, status, typedData, digest, challenge }
}
