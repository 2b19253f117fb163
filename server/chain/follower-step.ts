import type { Hex } from '../kernel/bytes.ts'
import type { ChainEvent, OwnershipChange, RegistryChange, RevocationReason } from '../kernel/chain-facts.ts'

type Place = {
  readonly at: { readonly blockNumber: number; readonly blockHash: Hex; readonly timeUnix: number }
  readonly transactionHash: Hex
}

/** An event as the follower keeps it. */
export type FollowedEvent = FollowedRegistryEvent | FollowedOwnershipEvent

export type FollowedOwnershipEvent = Place & Pick<OwnershipChange, 'kind' | 'tokenId' | 'origin'>

export type FollowedRegistryEvent = Place & {
  readonly kind: RegistryChange['kind']
  readonly brandId: Hex
  readonly root: Hex
  readonly words: RegistryChange['words']
  readonly reason: RevocationReason | null
  readonly brandSequence: number
  readonly runningHash: Hex
  readonly previousHash: Hex | null
}

/**
 * One move of the follower, written as one document, so that a crash leaves it done or not done. The first sequence of
 * its events is `lastSequence - events.length + 1`.
 */
export type FollowerStep = {
  readonly id: number
  readonly chainId: number
  readonly change: 'added' | 'removed'
  readonly number: number
  readonly hash: Hex
  readonly parentHash: Hex
  readonly timeUnix: number
  readonly lastSequence: number
  readonly removes: number | null
  readonly events: readonly FollowedEvent[]
}

/** A step without its events: what is kept in memory of the chain seen. */
export type StepHead = Omit<FollowerStep, 'events'>

/** The step that takes another back: its events are told again, newest first, as removed. */
export function removalOf(
  step: FollowerStep,
  last: { readonly id: number; readonly lastSequence: number },
): FollowerStep {
  return {
    ...step,
    id: last.id + 1,
    change: 'removed',
    removes: step.id,
    lastSequence: last.lastSequence + step.events.length,
    events: step.events.toReversed(),
  }
}

/** The steps that still stand, oldest first, out of all steps in order. */
export function standing(steps: readonly StepHead[]): StepHead[] {
  const stack: StepHead[] = []
  for (const step of steps) {
    if (step.change === 'added') stack.push(step)
    else if (stack.at(-1)?.id === step.removes) stack.pop()
  }
  return stack
}

/** The entries of the public feed that a step holds. */
export function feedOf(step: FollowerStep): ChainEvent[] {
  const first = step.lastSequence - step.events.length + 1
  return step.events.map((event, i) => {
    const entry = {
      sequence: first + i,
      change: step.change,
      at: { chainId: step.chainId, ...event.at },
      transactionHash: event.transactionHash,
    }
    if (isOfOwnership(event)) {
      const { kind, tokenId, origin } = event
      return { ...entry, kind, tokenId, origin }
    }
    const { kind, brandId, root, words, reason } = event
    return { ...entry, kind, brandId, root, words, reason }
  })
}

export function isOfOwnership(event: FollowedEvent): event is FollowedOwnershipEvent {
  return 'tokenId' in event
}
