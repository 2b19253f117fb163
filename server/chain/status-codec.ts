import type { ParamType } from 'ethers'
import type { Hex } from '../kernel/bytes.ts'
import type { AnchorFact, AnchorKind, ItemChainState, ItemQuery } from '../kernel/chain-facts.ts'
import { contractInterfaces } from './contracts.ts'
import type { Head } from './head.ts'

/** What `ItemRegistry.statuses` says of one query, apart from what depends on the newest block. */
export type RawStatus = Omit<ItemChainState, 'anchor'> & {
  readonly anchor: Omit<AnchorFact, 'confirmations' | 'final'> | null
}

/** Order of `Kind` in the contracts. */
const KINDS: readonly AnchorKind[] = ['items', 'events', 'decisions']
const WORD = 64

const method = contractInterfaces.ItemRegistry.getFunction('statuses')
if (method === null) throw new TypeError('ItemRegistry has no method statuses')
const selector = method.selector
const place = wordsByName(method.outputs[0]?.arrayChildren ?? null)
const wordsPerStatus = place.size

/**
 * Calldata of `statuses`. Written by hand, as is the reading below: both are static structs, and ethers' coder takes ten
 * times as long. A test compares them with ethers'.
 */
export function encodeStatuses(queries: readonly ItemQuery[]): Hex {
  const words = queries.map((q) => `${q.root.slice(2)}${word(q.index)}${q.thumbprint.slice(2)}`)
  return `${selector}${word(32)}${word(queries.length)}${words.join('')}` as Hex
}

/** The answers in order, or null when these are no answers to so many queries (no contract at the address). */
export function decodeStatuses(result: Hex, count: number): RawStatus[] | null {
  const start = 2 + 2 * WORD
  if (result.length !== start + count * wordsPerStatus * WORD) return null
  return Array.from({ length: count }, (_, i) => readStatus(result, start + i * wordsPerStatus * WORD))
}

/** Completes an answer with what depends on the block it was read at. */
export function factsOf(raw: RawStatus, head: Head): ItemChainState {
  if (raw.anchor === null) return { ...raw, anchor: null }
  const { blockNumber } = raw.anchor
  const confirmations = head.block.blockNumber - blockNumber + 1
  return { ...raw, anchor: { ...raw.anchor, confirmations, final: blockNumber <= head.finalNumber } }
}

function readStatus(result: Hex, start: number): RawStatus {
  const hex = (name: string): string => {
    const at = start + (place.get(name) ?? 0) * WORD
    return result.slice(at, at + WORD)
  }
  const number = (name: string): number => Number(`0x${hex(name)}`)
  const time = (name: string): number | null => number(name) || null
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

/** Which 32-byte word of a static struct holds which field, nested fields with dots. Throws when it is not static. */
function wordsByName(
  type: ParamType | null,
  prefix = '',
  found = new Map<string, number>(),
): Map<string, number> {
  for (const field of type?.components ?? []) {
    const name = `${prefix}${field.name}`
    if (field.baseType === 'tuple') wordsByName(field, `${name}.`, found)
    else if (/^(u?int\d+|bool|address|bytes\d+)$/.test(field.type)) found.set(name, found.size)
    else throw new TypeError(`${name} of ItemRegistry.statuses is not static`)
  }
  return found
}

function word(n: number): string {
  return n.toString(16).padStart(WORD, '0')
}
