import type { Hex } from '../kernel/bytes.ts'
import type { ChainCall } from '../kernel/chain-facts.ts'
import type { Clock } from '../kernel/clock.ts'
import { isAppError } from '../kernel/errors.ts'
import type { LogData, Logger } from '../kernel/log.ts'
import { quantity } from './blocks.ts'
import { type ContractAddresses, explainRevert, type Refusal, revertData } from './contracts.ts'
import type { Head } from './head.ts'
import type { Account, OutboxStore } from './outbox.store.ts'
import { findInclusions, transactionCount } from './outbox-chain.ts'
import { type EntryChange, type Inclusion, type OutboxEntry, observed, UNSENT } from './outbox-entry.ts'
import type { Rpc } from './rpc.ts'
import { bumpFees, gasLimitOf, signTransaction, suggestFees } from './transactions.ts'

/** What the steps of the outbox work with. */
export type OutboxParts = {
  readonly store: OutboxStore
  readonly rpc: Rpc
  readonly clock: Clock
  readonly log: Logger
  readonly relayerKey: Hex
  /** Null until the contracts are deployed. */
  readonly addresses: () => ContractAddresses | null
  /** Where the chain has the same work from an earlier transaction, when a refusal says that it was done before. */
  readonly doneBefore: (
    call: { contract: ChainCall['contract']; method: string; data: Hex },
    refusal: Refusal,
  ) => Promise<Inclusion | null>
  readonly timing: OutboxTiming
}

/** Milliseconds; what fits depends on the chain's block time. */
export type OutboxTiming = {
  /** Sent again when the chain has not got it after this. */
  readonly resendMs: number
  /** Replaced by one with higher fees after this. */
  readonly bumpMs: number
  /** After sending, the receipt is looked for again and again for this long; 0 waits for the next run. */
  readonly hurryMs: number
}

/** Where a pass of the outbox stands: the head it was begun at, and how many of our transactions the chain has. */
export type Pass = { readonly account: Account; readonly head: Head; readonly count: number }

/** Entries looked after in one pass. */
export const IN_FLIGHT_MAX = 500
const ATTEMPTS_MAX = 20

/** How many entries changed, how many are still open, and whether the chain waits for a nonce that none of them has. */
export type Settled = { readonly changed: number; readonly open: number; readonly isGap: boolean }

/**
 * Compares what was sent with what the chain has and writes down what changed: included, final, failed or lost.
 * Entries that counted as done are looked at again where the chain has fewer transactions of the account than that, or
 * from the block on that the follower saw taken back.
 */
export async function settleSent(
  parts: OutboxParts,
  pass: Pass,
  recheckAbove: number | null,
): Promise<Settled> {
  const { store, rpc } = parts
  const [open, doubtful, again] = await Promise.all([
    store.inFlight(pass.account, IN_FLIGHT_MAX),
    store.doneFrom(pass.account, pass.count, IN_FLIGHT_MAX),
    recheckAbove === null ? [] : store.doneAbove(pass.account, recheckAbove, IN_FLIGHT_MAX),
  ])
  const entries = new Map([...again, ...doubtful, ...open].map((entry) => [entry.id, entry]))
  const found = await findInclusions(rpc, [...entries.values()])
  const count = { changed: 0, open: 0, lost: 0 }
  for (const entry of [...entries.values()].toSorted((a, b) => (a.nonce ?? 0) - (b.nonce ?? 0))) {
    const after = await settleOne(parts, pass, { entry, found: found.get(entry.id) ?? null })
    if (isOpen(after ?? entry)) count.open += 1
    if (after === null) continue
    count.changed += 1
    if (entry.status === 'final' && after.status === 'submitted') count.lost += 1
  }
  if (count.lost > 0)
    parts.log.error({ writes: count.lost }, 'the chain lost final transactions; they are sent again')
  return { changed: count.changed, open: count.open, isGap: hasGap([...entries.values()], pass.count) }
}

function hasGap(entries: readonly OutboxEntry[], count: number): boolean {
  const waiting = entries.filter(({ nonce }) => nonce !== null && nonce >= count)
  return waiting.length > 0 && waiting.every(({ nonce }) => nonce !== count)
}

const isOpen = ({ status }: OutboxEntry): boolean => status !== 'final' && status !== 'failed'

/** The entry after what was seen of it is stored; null when nothing changed. */
async function settleOne(
  parts: OutboxParts,
  pass: Pass,
  { entry, found }: { entry: OutboxEntry; found: Inclusion | null },
): Promise<OutboxEntry | null> {
  const seen = observed(entry, found, pass.head)
  const change = seen === null ? null : await completed(parts, pass, { entry, change: seen })
  const now = change === null ? entry : await parts.store.change(entry, change, pass.account)
  if (now === null) return null
  if (now.inclusion === null && now.status === 'submitted') await pushOn(parts, pass, now)
  return change === null ? null : now
}

/** A transaction that the chain lost is given as long as a new one before it is replaced. */
async function completed(
  parts: OutboxParts,
  pass: Pass,
  { entry, change }: { entry: OutboxEntry; change: EntryChange },
): Promise<EntryChange> {
  const last = entry.attempts.at(-1)
  if (change.inclusion !== null || last === undefined) return withReason(parts, pass, { entry, change })
  return { ...change, attempts: entry.attempts.with(-1, { ...last, signedAtMs: parts.clock.nowMs() }) }
}

/** A transaction that was mined and reverted tells no reason: the call is run again at its block to learn it. */
async function withReason(
  parts: OutboxParts,
  pass: Pass,
  { entry, change }: { entry: OutboxEntry; change: EntryChange },
): Promise<EntryChange> {
  if (change.status !== 'failed' || !change.inclusion) return change
  const call = { from: pass.account.address, to: parts.addresses()?.[entry.contract], data: entry.data }
  const block = quantity(change.inclusion.blockNumber)
  const data = await parts.rpc.call('eth_call', [call, block]).then(() => null, revertData)
  const refusal = explainRevert(entry.contract, entry.method, data ?? null)
  const before = await parts.doneBefore(entry, refusal)
  if (before !== null) return { status: 'final', inclusion: before, error: null }
  if (await parts.store.ranTooEarly(entry, pass.account)) {
    // It had no effect, and ran before one that it may need and whose nonce somebody else used: it is run again after it.
    parts.log.warn({ write: entry.id, code: refusal.code }, 'a write ran too early and is signed again')
    return UNSENT
  }
  parts.log.warn({ write: entry.id, code: refusal.code }, refusal.message)
  return { ...change, error: { code: refusal.code, message: refusal.message } }
}

/** Sends again what the chain has not got; with higher fees when it waited too long. */
async function pushOn(parts: OutboxParts, pass: Pass, entry: OutboxEntry): Promise<void> {
  const last = entry.attempts.at(-1)
  if (last === undefined || entry.nonce === null) return
  if (entry.nonce < pass.count && (await isForeign(parts, pass, entry))) return replan(parts, pass, entry)
  const nowMs = parts.clock.nowMs()
  const isNext = entry.nonce === pass.count
  if (isNext && nowMs - last.signedAtMs >= parts.timing.bumpMs && entry.attempts.length < ATTEMPTS_MAX) {
    return replace(parts, pass, entry)
  }
  if (nowMs - entry.sentAtMs < parts.timing.resendMs) return
  const sent = await parts.store.change(entry, { sentAtMs: nowMs }, pass.account)
  if (sent !== null) await broadcast(parts, sent)
}

/** True when a final block has another transaction at this nonce: our bytes can never be included. */
async function isForeign(parts: OutboxParts, { head, account }: Pass, entry: OutboxEntry): Promise<boolean> {
  if (entry.nonce === null || head.finalNumber < 0) return false
  const final = await transactionCount(parts.rpc, account.address, quantity(head.finalNumber))
  return entry.nonce < final && (await findInclusions(parts.rpc, [entry])).size === 0
}

async function replan(parts: OutboxParts, pass: Pass, entry: OutboxEntry): Promise<void> {
  parts.log.error(
    { write: entry.id, nonce: entry.nonce },
    'the nonce was used by a transaction of somebody else; signing again',
  )
  await parts.store.change(entry, UNSENT, pass.account)
}

async function replace(parts: OutboxParts, pass: Pass, entry: OutboxEntry): Promise<void> {
  const last = entry.attempts.at(-1)
  const to = parts.addresses()?.[entry.contract]
  if (last === undefined || to === undefined || entry.nonce === null) return
  const nowMs = parts.clock.nowMs()
  const fees = bumpFees(last, await suggestFees(parts.rpc, pass.head))
  const unsigned = {
    chainId: pass.account.chainId,
    nonce: entry.nonce,
    to,
    data: entry.data,
    gasLimit: gasLimitOf(last),
  }
  const attempts = [...entry.attempts, signTransaction(parts.relayerKey, unsigned, { fees, nowMs })]
  parts.log.warn(
    { write: entry.id, nonce: entry.nonce, attempt: attempts.length },
    'replacing a stuck transaction with higher fees',
  )
  const replaced = await parts.store.change(entry, { attempts, sentAtMs: nowMs }, pass.account)
  if (replaced !== null) await broadcast(parts, replaced)
}

/** What nodes answer to a transaction they have, or have had, in a block or in their pool. */
const KNOWN = /already known|already imported|nonce too low|already exists/i

/**
 * Sends the newest signed bytes. A refusal is no failure: whether the chain has it is told by receipts alone. Nothing is
 * sent while the contracts are unknown: where there is no code yet, a call succeeds and does nothing.
 */
export async function broadcast(parts: OutboxParts, entry: OutboxEntry): Promise<void> {
  const raw = entry.attempts.at(-1)?.raw
  if (raw === undefined || parts.addresses() === null) return
  await broadcastRaw(parts, raw, { write: entry.id, nonce: entry.nonce })
}

export async function broadcastRaw({ rpc, log }: OutboxParts, raw: Hex, about: LogData): Promise<void> {
  try {
    await rpc.call('eth_sendRawTransaction', [raw])
  } catch (error) {
    if (!isAppError(error, 'chain.rejected')) throw error
    const level = KNOWN.test(error.message) ? 'debug' : 'warn'
    log[level]({ ...about, err: error }, 'the node did not take a transaction')
  }
}
