import type { Result } from 'ethers'
import type { Hex } from '../kernel/bytes.ts'
import {
  type OwnershipChange,
  REVOCATION_REASONS,
  type RegistryChange,
  type RevocationReason,
} from '../kernel/chain-facts.ts'
import { eventDigest } from './abi/running-hash.ts'
import { contractInterfaces } from './contracts.ts'

/** A log as JSON-RPC sends it. */
export type RpcLog = {
  readonly address: string
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly blockNumber: string
  readonly blockHash: Hex
  readonly transactionHash: Hex
  readonly logIndex: string
}

/** An event of `ItemRegistry`, with its place in the brand's own count and running hash. */
export type RegistryEvent = {
  readonly kind: RegistryChange['kind']
  readonly brandId: Hex
  readonly root: Hex
  readonly words: RegistryChange['words']
  readonly reason: RevocationReason | null
  readonly brandSequence: number
  readonly runningHash: Hex
  /** What the running hash takes in of this event. */
  readonly digest: Hex
}

/** An event of `ItemOwnership`. */
export type OwnershipEvent = Pick<OwnershipChange, 'kind' | 'tokenId' | 'origin'>

const registry = contractInterfaces.ItemRegistry
const ownership = contractInterfaces.ItemOwnership
/** A claim and the end of a recovery have an ERC-721 transfer beside them; the first is told as a claim alone. */
const OWNERSHIP_KINDS: Readonly<Record<string, OwnershipChange['kind']>> = {
  Claimed: 'claimed',
  Transfer: 'transferred',
  ReportedStolen: 'reported_stolen',
  ReportedRecovered: 'reported_recovered',
  RecoveryStarted: 'recovery_started',
  RecoveryCancelled: 'recovery_cancelled',
}
const NOBODY = `0x${'0'.repeat(40)}`
const KINDS: Readonly<Record<string, RegistryChange['kind']>> = {
  Anchored: 'anchored',
  Revoked: 'revoked',
  Recalled: 'recalled',
}

/** Decodes a log of `ItemRegistry`; null for events that are not about items. */
export function decodeEvent(log: RpcLog): RegistryEvent | null {
  const parsed = registry.parseLog({ topics: [...log.topics], data: log.data })
  const kind = parsed === null ? undefined : KINDS[parsed.name]
  if (parsed === null || kind === undefined) return null
  const { args } = parsed
  return {
    kind,
    brandId: args['brandId'] as Hex,
    root: args['root'] as Hex,
    words: kind === 'anchored' ? [] : wordsOf(args['words'] as Result),
    reason: kind === 'anchored' ? null : reasonOf(args['reason'] as bigint),
    brandSequence: Number(args['sequence'] as bigint),
    runningHash: args['runningHash'] as Hex,
    digest: eventDigest(parsed),
  }
}

/** Decodes a log of `ItemOwnership`; null for events that change nothing for an item. */
export function decodeOwnershipEvent(log: RpcLog): OwnershipEvent | null {
  const parsed = ownership.parseLog({ topics: [...log.topics], data: log.data })
  const kind = parsed === null ? undefined : OWNERSHIP_KINDS[parsed.name]
  if (parsed === null || kind === undefined) return null
  const { args } = parsed
  if (kind === 'transferred' && args['from'] === NOBODY) return null
  const origin =
    kind === 'claimed' ? { root: args['root'] as Hex, index: Number(args['index'] as bigint) } : null
  return { kind, tokenId: maskHex(args['tokenId'] as bigint), origin }
}

function wordsOf(words: Result): RegistryChange['words'] {
  return words.map((pair: Result) => ({ word: Number(pair[0] as bigint), mask: maskHex(pair[1] as bigint) }))
}

function maskHex(mask: bigint): Hex {
  return `0x${mask.toString(16).padStart(64, '0')}`
}

function reasonOf(index: bigint): RevocationReason {
  return REVOCATION_REASONS[Number(index)] ?? 'unspecified'
}
