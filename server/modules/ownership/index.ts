/**
 * Ownership: whose an item is. Promises that the chain alone decides who owns what, that the gateway can neither take an
 * item nor put itself in front of anybody, that an owner needs neither wallet nor coin, and that nothing about a person
 * is written on the chain.
 */
import type { ItemKey } from '../../kernel/gs1.ts'
import { type Acts, createActs } from './acts.ts'
import { type Challenges, createChallenges } from './challenges.ts'
import { createOwnedItems, type OwnedItems } from './owned-items.ts'
import { createPermits, type Permits } from './permits.ts'
import type { OwnershipDeps } from './ports.ts'
import { createSigning, type Signing } from './signing.ts'
import { subjectOf } from './subject.ts'
import { createTokens, type Tokens } from './tokens.ts'
import type { ItemOwnership } from './types.ts'

export type { Acts } from './acts.ts'
export type { Challenge, ChallengeAnswer, Challenges, HolderProof } from './challenges.ts'
export { OWNERSHIP_ERRORS } from './errors.ts'
export { tokenIdOf } from './messages.ts'
export type { OwnedItems } from './owned-items.ts'
export { PERMIT_ERRORS } from './permit-errors.ts'
export type { Permit, PermitPlace, PermitState, Permits } from './permits.ts'
export type {
  ActStore,
  ChallengeStore,
  GasBudgets,
  GasLimits,
  Offers,
  OwnedItemStore,
  OwnershipCall,
  OwnershipChain,
  OwnershipDeps,
  PermitStore,
  StoredAct,
  StoredChallenge,
  StoredPermit,
} from './ports.ts'
export { REFUSALS } from './refusals.ts'
export type { Signing, SigningRequest } from './signing.ts'
export type { Act, ActKind, ItemOwnership, Owner, OwnerInput, TypedData } from './types.ts'

export type Ownership = {
  readonly signing: Signing
  readonly acts: Acts
  readonly tokens: Tokens
  readonly challenges: Challenges
  readonly permits: Permits
  readonly owned: OwnedItems
  /** Whose an item is now. Throws `ownership.item_not_found`, `chain.unreachable`. */
  of(item: ItemKey): Promise<ItemOwnership>
}

export function createOwnership(deps: OwnershipDeps): Ownership {
  const owned = createOwnedItems(deps)
  return {
    signing: createSigning(deps),
    acts: createActs(deps),
    tokens: createTokens(deps, owned),
    challenges: createChallenges(deps),
    permits: createPermits(deps),
    owned,
    async of(item) {
      const subject = await subjectOf(deps, item)
      const { at, states } = await deps.chain.states([subject.tokenId])
      return { item, tokenId: subject.tokenId, state: states[0] ?? { claimed: false }, at }
    },
  }
}
