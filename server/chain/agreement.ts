import type { AppError } from '../kernel/errors.ts'
import { revertData } from './contracts.ts'

/**
 * How the answers of several endpoints to one call become one answer:
 * `same` where the answer never changes and so many must give the very same; `newest` for the newest block, on which
 * endpoints differ for a moment; `level` for numbers that grow, where so many must have reached it; `any` for what is
 * only passed on.
 */
export type Way = 'same' | 'newest' | 'level' | 'any'

export function wayOf(method: string, params: readonly unknown[]): Way {
  if (method === 'eth_sendRawTransaction') return 'any'
  if (method === 'eth_getBlockByNumber' && TAGS.includes(params[0])) return 'newest'
  if (LEVELS.includes(method)) return 'level'
  return 'same'
}

const TAGS: readonly unknown[] = ['latest', 'finalized', 'safe']
const LEVELS = [
  'eth_blockNumber',
  'eth_getTransactionCount',
  'eth_estimateGas',
  'eth_maxPriorityFeePerGas',
  'eth_gasPrice',
]

const BLOCK = ['number', 'hash', 'parentHash', 'timestamp', 'baseFeePerGas']
const LOG = ['address', 'topics', 'data', 'blockNumber', 'blockHash', 'transactionHash', 'logIndex']
const RECEIPT = ['blockNumber', 'blockHash', 'transactionHash', 'gasUsed', 'status']

/**
 * What endpoints must agree on: of blocks, logs and receipts only the fields that are read here, since nodes add others
 * of their own. Nothing else is handed on, so nothing is believed that was not agreed on.
 */
export function essence(method: string, result: unknown): unknown {
  if (method.startsWith('eth_getBlockBy')) return picked(result, BLOCK)
  if (method === 'eth_getTransactionReceipt') return picked(result, RECEIPT)
  if (method === 'eth_getLogs' && Array.isArray(result))
    return logsInOrder(result.map((log) => picked(log, LOG)))
  return lower(result)
}

function picked(value: unknown, fields: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return null
  const from = value as Record<string, unknown>
  return Object.fromEntries(fields.filter((f) => from[f] !== undefined).map((f) => [f, lower(from[f])]))
}

function lower(value: unknown): unknown {
  if (typeof value === 'string') return value.toLowerCase()
  return Array.isArray(value) ? value.map(lower) : value
}

function logsInOrder(logs: readonly unknown[]): unknown[] {
  const place = (log: unknown): [number, number] => {
    const { blockNumber, logIndex } = (log ?? {}) as { blockNumber?: string; logIndex?: string }
    return [Number(blockNumber), Number(logIndex)]
  }
  return logs.toSorted((a, b) => {
    const [[blockA, indexA], [blockB, indexB]] = [place(a), place(b)]
    return blockA - blockB || indexA - indexB
  })
}

/** Two refusals are the same where a contract refused with the same bytes, or where both are about something else. */
export function refusalKey(error: AppError): string {
  const data = revertData(error)
  return data === undefined ? 'refused' : `reverted ${data}`
}

/** The highest level that so many of these have reached; null where there are fewer. */
export function levelOf(values: readonly bigint[], needed: number): bigint | null {
  const fromHighest = values.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0))
  return fromHighest[needed - 1] ?? null
}

/** More than half: two groups of endpoints can then never both be believed. */
export function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1
}
