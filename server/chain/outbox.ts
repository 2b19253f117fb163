import type { Hex } from '../kernel/bytes.ts'
import type { ChainCall, ChainWrite, ChainWriter } from '../kernel/chain-facts.ts'
import { type Clock, pause } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { OutboxStore } from './outbox.store.ts'
import { chainWriteOf, type OutboxEntry, UNSENT } from './outbox-entry.ts'

/** Says that entries changed; whoever waits for one looks again. */
export type Bell = { ring(): void; next(timeoutMs: number): Promise<void> }

export type OutboxOptions = {
  readonly store: OutboxStore
  /** Calldata of a call; throws `chain.bad_call`. */
  readonly encode: (call: ChainCall) => Hex
  readonly clock: Clock
  /** Rung by the sender after each change. */
  readonly changed: Bell
  /** Starts the sender now. */
  readonly wake: () => void
}

/** How long a waiter sleeps at most: another process may be the one that sends. */
const LOOK_AGAIN_MS = 500

/**
 * The write side of the chain: an intent is on disk before `submit` returns, whatever happens to the gateway or the
 * chain afterwards. Sending is the work of `createOutboxSender`.
 */
export function createOutbox(options: OutboxOptions): ChainWriter {
  const { store, clock, changed } = options
  const nextOrder = orderFrom(clock)
  const known = async (id: string): Promise<OutboxEntry> => {
    const entry = await store.find(id)
    if (entry === null) throw new AppError('chain.write_not_found', `there is no chain write ${id}`, { id })
    return entry
  }
  return {
    async submit(id, call) {
      const entry = plannedEntry(id, call, options.encode(call), nextOrder())
      const isNew = await store.insert(entry)
      options.wake()
      return chainWriteOf(isNew ? entry : await known(id))
    },
    async find(id) {
      const entry = await store.find(id)
      return entry === null ? null : chainWriteOf(entry)
    },
    async settled(id, timeoutMs) {
      const deadline = clock.nowMs() + timeoutMs
      for (;;) {
        const ring = changed.next(LOOK_AGAIN_MS)
        const write: ChainWrite = chainWriteOf(await known(id))
        if (write.status === 'final' || write.status === 'failed') return write
        if (clock.nowMs() >= deadline) {
          throw new AppError('chain.timeout', `chain write ${id} was not settled in ${timeoutMs} ms`, {
            id,
            status: write.status,
          })
        }
        await ring
      }
    },
  }
}

function plannedEntry(id: string, call: ChainCall, data: Hex, order: number): OutboxEntry {
  const { contract, method } = call
  return { id, version: 1, order, contract, method, data, ...UNSENT }
}

/** Grows with every call, also within one millisecond, and goes on above what an earlier process gave. */
function orderFrom(clock: Clock): () => number {
  let last = 0
  return () => {
    last = Math.max(clock.nowMs(), last + 0.001)
    return last
  }
}

export function createBell(): Bell {
  let waiters: (() => void)[] = []
  return {
    ring() {
      const all = waiters
      waiters = []
      for (const wake of all) wake()
    },
    async next(timeoutMs) {
      const rung = new AbortController()
      waiters.push(() => rung.abort())
      await pause(timeoutMs, rung.signal)
    },
  }
}
