/**
 * Ownership: whose an item is. Promises that the chain alone decides who owns what, that the gateway can neither take an
 * item nor put itself in front of anybody, that an owner needs neither wallet nor coin, and that nothing about a person
 * is written on the chain.
 */
import type { ItemKey } from '../../kernel/gs1.ts'
import { type Acts, createActs } from './acts.ts'
import type { OwnershipDeps } from './ports.ts'
import { createSigning, type Signing } from './signing.ts'
import { subjectOf } from './subject.ts'
import { createTokens, type Tokens } from './tokens.ts'
import type { ItemOwnership } from './types.ts'

export type { Acts } from './acts.ts'
export { OWNERSHIP_ERRORS } from './errors.ts'
export { tokenIdOf } from './messages.ts'
export type {
  ActStore,
  GasBudgets,
  GasLimits,
  OwnershipCall,
  OwnershipChain,
  OwnershipDeps,
  StoredAct,
} from './ports.ts'
export { REFUSALS } from './refusals.ts'
export type { Signing, SigningRequest } from './signing.ts'
export type { Act, ActKind, ItemOwnership, Owner, OwnerInput, TypedData } from './types.ts'

export type Ownership = {
  readonly signing: Signing
  readonly acts: Acts
  readonly tokens: Tokens
  /** Whose an item is now. Throws `ownership.item_not_found`, `chain.unreachable`. */
  of(item: ItemKey): Promise<ItemOwnership>
}

export function createOwnership(deps: OwnershipDeps): Ownership {
  return {
    signing: createSigning(deps),
    acts: createActs(deps),
    tokens: createTokens(deps),
    async of(item) {
      const subject = await subjectOf(deps, item)
      const { at, states } = await deps.chain.states([subject.tokenId])
      return { item, tokenId: subject.tokenId, state: states[0] ?? { claimed: false }, at }
    },
  }
}
