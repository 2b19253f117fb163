import type { Logger } from '../../kernel/log.ts'
import { finalityStore } from '../finality.store.ts'
import { followerStore } from '../follower.store.ts'
import { createFollower } from '../follower.ts'
import type { FollowedEvent, FollowerStep } from '../follower-step.ts'
import type { Heads } from '../head.ts'
import { outboxStore } from '../outbox.store.ts'
import { unreachable } from '../rpc.ts'
import { type Examined, type ExamineParts, storedEvents, textOf } from './examine.ts'

export type RepairParts = ExamineParts & {
  readonly heads: Heads
  readonly clock: { nowMs(): number }
  readonly log: Logger
}

/**
 * Builds anew what the store keeps of the chain. Readers of the feed keep their place in it: its numbers go on, what is
 * not on the chain is told as removed and everything that is as added again. Writes that the chain does not have where the
 * store has them count as sent, so that the service looks for them, and sends them again, when it starts.
 */
export async function repair(parts: RepairParts, examined: Examined): Promise<void> {
  const { db } = parts
  if (examined.faults.some(({ fact }) => fact === 'final block')) await finalityStore(db).forget()
  if (examined.faults.some(({ fact }) => fact === 'event')) await followAnew(parts, examined)
  const outbox = outboxStore(db)
  for (const entry of examined.writes) await outbox.reopen(entry)
}

async function followAnew(parts: RepairParts, { events }: Examined): Promise<void> {
  const store = followerStore(parts.db)
  const known = new Set(events.map(textOf))
  const stored = await storedEvents(parts.db)
  const removed = stored.events.filter((one) => !known.has(textOf(one))).toReversed()
  const first = await startAgain(parts, removed)
  // Only now: a crash before leaves the old steps, and the same is done again.
  await store.forget(first.id)
  const { rpc, heads, clock, log, deployed } = parts
  const follower = createFollower({
    ...{ store, rpc, heads, clock, log, behindGraceMs: 0, isFinalForGood: false },
    deployed: () => deployed,
    onRollback: () => undefined,
  })
  await follower.run(new AbortController().signal)
  if ((follower.health().blockNumber ?? -1) < parts.head.block.blockNumber)
    throw unreachable('the chain could not be followed to its newest block; run it again')
}

/** A step from which the numbers go on, and which takes back what is not on the chain. */
async function startAgain(parts: RepairParts, removed: readonly FollowedEvent[]): Promise<FollowerStep> {
  const store = followerStore(parts.db)
  const last = (await store.newest(1))[0] ?? { id: 0, lastSequence: 0 }
  const { chainId, timeUnix } = parts.head.block
  const step: FollowerStep = {
    ...{ id: last.id + 1, chainId, change: 'removed', number: -1, timeUnix, removes: null },
    ...{ hash: `0x${'00'.repeat(32)}`, parentHash: `0x${'00'.repeat(32)}` },
    lastSequence: last.lastSequence + removed.length,
    events: removed,
  }
  if (await store.append(step)) return step
  throw unreachable('the store is in use: stop the service first')
}
