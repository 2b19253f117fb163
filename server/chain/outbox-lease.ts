import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Hex } from '../kernel/bytes.ts'
import type { Account } from './outbox.store.ts'
import type { OutboxParts } from './outbox-settle.ts'

/** The right to hand out the nonces of an account, held by one gateway at a time. */
export type Lease = {
  /** Takes the lease or renews it; false while another gateway has it. */
  isHeld(account: Account): Promise<boolean>
  /** True when the last attempt found it with another gateway. */
  isElsewhere(): boolean
  release(): Promise<void>
}

const LEASE_MS = 10_000

/**
 * The lease saves gateways from getting into each other's way, no more: each entry is written over the version it was
 * read at, and a unique index lets one entry alone have a nonce. So a gateway that was paused while its lease ended does
 * no harm when it goes on. The lease of a dead process of this machine counts for nothing.
 */
export function createLease(
  { store, clock, log }: Pick<OutboxParts, 'store' | 'clock' | 'log'>,
  address: Hex,
): Lease {
  const holder = `${hostname()}:${process.pid}:${randomUUID()}`
  let elsewhere = false
  let held: { key: string; untilMs: number } | null = null
  return {
    async isHeld({ chainId }) {
      const nowMs = clock.nowMs()
      if (held !== null && held.untilMs - nowMs > LEASE_MS / 2) return true
      const key = `outbox:${chainId}:${address}`
      const lease = { holder, nowMs, untilMs: nowMs + LEASE_MS, deadHolder: isDeadHere }
      const got = await store.lease(key, lease)
      if (!got && !elsewhere) log.info({ address }, 'another gateway sends the transactions of this account')
      if (got && elsewhere) log.info({ address }, 'this gateway sends the transactions of the account now')
      elsewhere = !got
      held = got ? { key, untilMs: lease.untilMs } : null
      return got
    },
    isElsewhere: () => elsewhere,
    async release() {
      const { key } = held ?? {}
      held = null
      if (key === undefined) return
      await store
        .release(key, holder)
        .catch((error: unknown) =>
          log.warn({ err: error, key }, 'the lease could not be given back; it runs out'),
        )
    },
  }
}

/** True when the holder is a process of this machine that does not run any more. */
function isDeadHere(holder: string): boolean {
  const [host, pidText] = holder.split(':')
  const pid = Number(pidText)
  if (host !== hostname() || !Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
