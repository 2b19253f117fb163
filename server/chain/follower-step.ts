import type { Hex } from '../kernel/bytes.ts'
import type { ChainEvent, RevocationReason } from '../kernel/chain-facts.ts'

/** An event of the registries as the follower keeps it. */
export type FollowedEvent = {
  readonly kind: ChainEvent['kind']
  readonly brandId: Hex
  readonly root: Hex
  readonly words: ChainEvent['words']
  readonly reason: RevocationReason | null
  readonly at: { readonly blockNumber: number; readonly blockHash: Hex; readonly timeUnix: number }
  readonly transactionHash: Hex
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
  return step.events.map((event, i) => ({
    sequence: first + i,
    change: step.change,
    kind: event.kind,
    brandId: event.brandId,
    root: event.root,
    words: event.words,
    reason: event.reason,
    at: { chainId: step.chainId, ...event.at },
    transactionHash: event.transactionHash,
  }))
}
