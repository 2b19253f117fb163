import type { Hex } from '../kernel/bytes.ts'
import type { ChainCall, ChainWrite, ChainWriteStatus } from '../kernel/chain-facts.ts'
import type { Head } from './head.ts'

/** A chain write as the outbox keeps it. */
export type OutboxEntry = {
  readonly id: string
  readonly status: ChainWriteStatus
  /** Grows by one a change; a change is written only over the version it was made from. */
  readonly version: number
  /** Entries are sent in this order. */
  readonly order: number
  readonly contract: ChainCall['contract']
  readonly method: string
  /** Calldata. */
  readonly data: Hex
  /** The account that sends it and its place among that account's transactions, once signed. */
  readonly nonce: number | null
  /** Every signed form of the transaction, oldest first: the same nonce with growing fees. */
  readonly attempts: readonly Attempt[]
  /** When the last attempt was last sent; 0 asks for it to be sent again at once. */
  readonly sentAtMs: number
  readonly inclusion: Inclusion | null
  readonly error: { readonly code: string; readonly message: string } | null
}

export type Attempt = {
  readonly hash: Hex
  readonly raw: Hex
  readonly maxFeePerGas: string
  readonly maxPriorityFeePerGas: string
  /** When it was signed or, if the chain lost it, when that was noticed: patience with it counts from here. */
  readonly signedAtMs: number
}

/** Where the chain has it. The hash is null where another transaction of ours had done the same before. */
export type Inclusion = {
  readonly blockNumber: number
  readonly blockHash: Hex
  readonly transactionHash: Hex | null
  readonly gasUsed: number | null
  readonly reverted: boolean
}

export type EntryChange = Partial<
  Pick<OutboxEntry, 'status' | 'nonce' | 'attempts' | 'sentAtMs' | 'inclusion' | 'error'>
>

/** An entry that nothing was signed for, or nothing that counts any more. */
export const UNSENT = {
  status: 'planned',
  nonce: null,
  attempts: [],
  sentAtMs: 0,
  inclusion: null,
  error: null,
} as const satisfies EntryChange

/** What the world is told of an entry. */
export function chainWriteOf(entry: OutboxEntry): ChainWrite {
  const last = entry.attempts.at(-1)
  return {
    id: entry.id,
    status: entry.status,
    transactionHash: entry.inclusion?.transactionHash ?? last?.hash ?? null,
    blockNumber: entry.inclusion?.blockNumber ?? null,
    gasUsed: entry.inclusion?.gasUsed ?? null,
    error: entry.error,
  }
}

/**
 * What an entry becomes when the chain has it in a block, or has not: pure, so that every case is a row in a table.
 * A reverted transaction counts as sent until its block is final, since a reorganisation may run it anew.
 */
export function observed(entry: OutboxEntry, found: Inclusion | null, head: Head): EntryChange | null {
  if (found === null) return entry.inclusion === null ? null : lost()
  const final = found.blockNumber <= head.finalNumber
  const status = statusOf(found.reverted, final)
  if (status === entry.status && sameInclusion(entry.inclusion, found)) return null
  return { status, inclusion: found, ...(status === 'failed' ? {} : { error: null }) }
}

/** The chain does not have it any more: the same bytes are sent again, at once. */
export function lost(): EntryChange {
  return { status: 'submitted', inclusion: null, error: null, sentAtMs: 0 }
}

function statusOf(reverted: boolean, final: boolean): ChainWriteStatus {
  if (reverted) return final ? 'failed' : 'submitted'
  return final ? 'final' : 'included'
}

function sameInclusion(a: Inclusion | null, b: Inclusion): boolean {
  return (
    a !== null &&
    a.blockHash === b.blockHash &&
    a.transactionHash === b.transactionHash &&
    a.reverted === b.reverted
  )
}
