import type { Hex } from '../kernel/bytes.ts'
import { pause } from '../kernel/clock.ts'
import { addressOf } from './chain-keys.ts'
import { explainRevert, revertData } from './contracts.ts'
import type { Head, Heads } from './head.ts'
import type { Account } from './outbox.store.ts'
import type { Bell } from './outbox.ts'
import { transactionCount } from './outbox-chain.ts'
import type { EntryChange, OutboxEntry } from './outbox-entry.ts'
import { createGapFiller } from './outbox-gap.ts'
import { createLease } from './outbox-lease.ts'
import {
  broadcast,
  IN_FLIGHT_MAX,
  type OutboxParts,
  type Pass,
  type Settled,
  settleSent,
} from './outbox-settle.ts'
import { signTransaction, suggestFees } from './transactions.ts'

export type OutboxSenderOptions = OutboxParts & {
  readonly heads: Heads
  /** Rung after each change. */
  readonly changed: Bell
}

export type OutboxSender = {
  /** Sends what is planned and looks after what was sent; ends when there is nothing more to do now. */
  run(signal: AbortSignal): Promise<void>
  /** Something was submitted. */
  poke(): void
  /** The chain took back blocks above this number: what was done there is looked at again. */
  recheckAbove(blockNumber: number): void
  /** True while another gateway sends for this account. */
  waitsForLease(): boolean
  /** Lets the next gateway send at once; to be called when `run` has ended for good. */
  close(): Promise<void>
}

const PLANNED_MAX = 50
const PASSES_MAX = 500
const HURRY_PAUSE_MS = 10
/** Without news the store is looked at this often: another gateway may have submitted. */
const IDLE_MS = 500
const GAS_MARGIN_PERCENT = 120n

/**
 * The one sender of an account's transactions. Every step is stored before it is done (plan, then signed bytes, then
 * broadcast), so it may be stopped at any moment and goes on where it was.
 */
export function createOutboxSender(parts: OutboxSenderOptions): OutboxSender {
  const address = addressOf(parts.relayerKey)
  const lease = createLease(parts, address)
  const gaps = createGapFiller(parts)
  /** What was settled by an earlier process is looked at once: it may have died before it heard of a rollback. */
  let recheck: number | null = -1
  /** The head at which there was nothing to do: until it changes, or something is submitted, there is nothing again. */
  let idleAt: { blockHash: Hex; ms: number } | null = null

  const isIdle = (head: Head): boolean => {
    const same = idleAt?.blockHash === head.block.blockHash && recheck === null
    return same && parts.clock.nowMs() - (idleAt?.ms ?? 0) < IDLE_MS
  }

  const settle = async (pass: Pass): Promise<Settled> => {
    const above = recheck
    recheck = null
    try {
      return await settleSent(parts, pass, above)
    } catch (error) {
      if (above !== null) recheck = Math.min(recheck ?? above, above)
      throw error
    }
  }

  const lookAfter = async (head: Head): Promise<{ changed: number; open: number; sent: number } | null> => {
    const account: Account = { chainId: head.block.chainId, address }
    if (!(await lease.isHeld(account))) return null
    const pass = { account, head, count: await transactionCount(parts.rpc, address, 'latest') }
    const { changed, open, isGap } = await settle(pass)
    await gaps.look(pass, isGap)
    return { changed, open, sent: await sendPlanned(parts, pass) }
  }

  return {
    poke() {
      idleAt = null
    },
    recheckAbove(blockNumber) {
      recheck = Math.min(recheck ?? blockNumber, blockNumber)
    },
    waitsForLease: lease.isElsewhere,
    close: lease.release,
    async run(signal) {
      let hurryUntilMs = 0
      for (let i = 0; i < PASSES_MAX && !signal.aborted; i++) {
        if (parts.addresses() === null) return
        const head = await parts.heads.fresh(parts.timing.hurryMs > 0 ? 0 : parts.timing.resendMs / 2)
        if (isIdle(head)) return
        const nowMs = parts.clock.nowMs()
        idleAt = { blockHash: head.block.blockHash, ms: nowMs }
        const done = await lookAfter(head).catch(forgetIdle)
        if (done === null || done.open + done.sent > 0) idleAt = null
        if (done === null) return
        if (done.sent > 0) hurryUntilMs = nowMs + parts.timing.hurryMs
        if (done.changed + done.sent > 0) parts.changed.ring()
        else if (done.open === 0 || nowMs >= hurryUntilMs) return
        else await pause(HURRY_PAUSE_MS, signal)
      }
    },
  }

  function forgetIdle(error: unknown): never {
    idleAt = null
    throw error
  }
}

/** Signs and sends what is planned, in order; returns how many are not planned any more. */
async function sendPlanned(parts: OutboxSenderOptions, pass: Pass): Promise<number> {
  if (parts.addresses() === null) return 0
  let done = 0
  for (const entry of await parts.store.planned(PLANNED_MAX)) {
    if (!(await sendOne(parts, pass, entry))) break
    done += 1
  }
  return done
}

async function sendOne(parts: OutboxSenderOptions, pass: Pass, entry: OutboxEntry): Promise<boolean> {
  const to = parts.addresses()?.[entry.contract]
  if (to === undefined) return false
  const { account } = pass
  const estimate = parts.rpc.call<string>('eth_estimateGas', [
    { from: account.address, to, data: entry.data },
    'pending',
  ])
  const [gas, fees, nonce] = await Promise.allSettled([
    estimate,
    suggestFees(parts.rpc, pass.head),
    nextNonce(parts, account),
  ])
  if (gas.status === 'rejected') return refused(parts, pass, { entry, error: gas.reason })
  if (fees.status === 'rejected') throw fees.reason
  if (nonce.status === 'rejected') throw nonce.reason
  const gasLimit = (BigInt(gas.value) * GAS_MARGIN_PERCENT) / 100n
  const nowMs = parts.clock.nowMs()
  const unsigned = { chainId: account.chainId, nonce: nonce.value, to, data: entry.data, gasLimit }
  const attempt = signTransaction(parts.relayerKey, unsigned, { fees: fees.value, nowMs })
  const change: EntryChange = {
    status: 'submitted',
    nonce: nonce.value,
    attempts: [attempt],
    sentAtMs: nowMs,
  }
  const signed = await parts.store.change(entry, change, account)
  if (signed === null) return false
  await broadcast(parts, signed)
  return true
}

/** Above everything that was ever signed, and above what the chain has. */
async function nextNonce(parts: OutboxParts, account: Account): Promise<number> {
  const onChain = transactionCount(parts.rpc, account.address, 'pending')
  const [stored, pending] = await Promise.all([parts.store.highestNonce(account), onChain])
  return Math.max(pending, stored === null ? 0 : stored + 1)
}

/**
 * The contract says no before anything was sent: the entry fails without using a nonce, or counts as done when the same
 * was done before. While others are under way the no may be due to them, so it is asked again later.
 */
async function refused(
  parts: OutboxSenderOptions,
  pass: Pass,
  { entry, error }: { entry: OutboxEntry; error: unknown },
): Promise<boolean> {
  const data = revertData(error)
  if (data === undefined) throw error
  const refusal = explainRevert(entry.contract, entry.method, data)
  const before = await parts.doneBefore(entry, refusal)
  if (before !== null) {
    if (before.blockNumber > pass.head.finalNumber) return false
    return (await parts.store.change(entry, { status: 'final', inclusion: before }, pass.account)) !== null
  }
  if (await mayBeDueToOthers(parts, pass)) return false
  parts.log.warn({ write: entry.id, code: refusal.code }, refusal.message)
  const error_ = { code: refusal.code, message: refusal.message }
  return (await parts.store.change(entry, { status: 'failed', error: error_ }, pass.account)) !== null
}

/**
 * A refusal counts only where nothing that was sent is in no block, and where the chain is the one at which that was
 * looked up: else it may be due to a transaction that is still to come, or to come again after a reorganisation.
 */
async function mayBeDueToOthers(parts: OutboxSenderOptions, { account, head }: Pass): Promise<boolean> {
  const sent = await parts.store.inFlight(account, IN_FLIGHT_MAX)
  if (sent.some((entry) => entry.status === 'submitted')) return true
  return (await parts.heads.fresh(0)).block.blockHash !== head.block.blockHash
}
