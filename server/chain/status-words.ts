import type { Hex } from '../kernel/bytes.ts'
import type {
  AnchorFact,
  AnchorKind,
  ItemChainState,
  ItemQuery,
  OwnershipFact,
} from '../kernel/chain-facts.ts'
import type { Head } from './head.ts'

/** What `ItemRegistry.statuses` says of one query, apart from what depends on the newest block. */
export type RawStatus = Omit<ItemChainState, 'anchor' | 'ownership'> & {
  readonly anchor: Omit<AnchorFact, 'confirmations' | 'final'> | null
}

/** Selector of `statuses((bytes32,uint32,bytes32)[])`. */
export const STATUSES_SELECTOR = '0x0783e5e9'
/** Selector of `brandRegistry()`. */
export const BRAND_REGISTRY_SELECTOR = '0x5b1798e4'

/** Which field each 32-byte word of an answer holds, in order. A test compares selectors and order with the ABI. */
export const STATUS_WORDS = [
  'anchor.brandId',
  'anchor.leafCount',
  'anchor.kind',
  'anchor.anchoredAt',
  'anchor.blockNumber',
  'anchor.sequence',
  'revoked',
  'recalled',
  'key.validFrom',
  'key.validUntil',
  'key.compromisedAt',
  'key.registered',
  'brandSuspendedAt',
] as const
type Field = (typeof STATUS_WORDS)[number]

/** Order of `Kind` in the contracts. */
const KINDS: readonly AnchorKind[] = ['items', 'events', 'decisions']
const WORD = 64

/**
 * Calldata of `statuses`. Written by hand, as is the reading below: both are static structs, ethers' coder takes ten times
 * as long, and a buyer's browser does without it.
 */
export function encodeStatuses(queries: readonly ItemQuery[]): Hex {
  const words = queries.map((q) => `${q.root.slice(2)}${word(q.index)}${q.thumbprint.slice(2)}`)
  return `${STATUSES_SELECTOR}${word(32)}${word(queries.length)}${words.join('')}`
}

/** The answers in order, or null when these are no answers to so many queries (no contract at the address). */
export function decodeStatuses(result: Hex, count: number): RawStatus[] | null {
  const start = 2 + 2 * WORD
  const size = STATUS_WORDS.length * WORD
  if (result.length !== start + count * size) return null
  return Array.from({ length: count }, (_, i) => readStatus(result, start + i * size))
}

/** Completes an answer with what depends on the block it was read at. */
export function factsOf(
  raw: RawStatus,
  head: Pick<Head, 'block' | 'finalNumber'>,
  ownership: OwnershipFact | null = null,
): ItemChainState {
  if (raw.anchor === null) return { ...raw, anchor: null, ownership }
  const { blockNumber } = raw.anchor
  const confirmations = head.block.blockNumber - blockNumber + 1
  const anchor = { ...raw.anchor, confirmations, final: blockNumber <= head.finalNumber }
  return { ...raw, anchor, ownership }
}

const place = new Map<Field, number>(STATUS_WORDS.map((name, i) => [name, i]))

function readStatus(result: Hex, start: number): RawStatus {
  const hex = (name: Field): string => {
    const at = start + (place.get(name) ?? 0) * WORD
    return result.slice(at, at + WORD)
  }
  const number = (name: Field): number => Number(`0x${hex(name)}`)
  const time = (name: Field): number | null => number(name) || null
  const anchor = {
    brandId: `0x${hex('anchor.brandId')}` as Hex,
    leafCount: number('anchor.leafCount'),
    kind: KINDS[number('anchor.kind')] ?? 'items',
    anchoredAtUnix: number('anchor.anchoredAt'),
    blockNumber: number('anchor.blockNumber'),
  }
  const key = {
    validFromUnix: number('key.validFrom'),
    validUntilUnix: time('key.validUntil'),
    compromisedAtUnix: time('key.compromisedAt'),
  }
  return {
    anchor: anchor.anchoredAtUnix === 0 ? null : anchor,
    revoked: number('revoked') === 1,
    recalled: number('recalled') === 1,
    key: key.validFromUnix === 0 ? null : key,
    brandSuspendedAtUnix: time('brandSuspendedAt'),
  }
}

function word(n: number): string {
  return n.toString(16).padStart(WORD, '0')
}
