import { AbiCoder, keccak256, type LogDescription } from 'ethers'
import { type Hex, toHex } from '../../kernel/bytes.ts'

const coder = AbiCoder.defaultAbiCoder()

/**
 * Digest of an `ItemRegistry` event, as it goes into the running hash of its brand: the event's topic, brand, root and
 * sequence, then what is particular to it (see `IItemRegistry`).
 */
export function eventDigest({ fragment, args }: Pick<LogDescription, 'fragment' | 'args'>): Hex {
  const own = fragment.inputs.filter((input) => !COMMON.includes(input.name))
  const types = ['bytes32', 'bytes32', 'bytes32', 'uint64', ...own]
  const common: unknown[] = [fragment.topicHash, args['brandId'], args['root'], args['sequence']]
  return toHex(
    keccak256(coder.encode(types, [...common, ...own.map((input): unknown => args[input.name])])),
    32,
  )
}

/** A brand's running hash after an event with this digest; `before` is 32 zero bytes for its first. */
export function nextRunningHash(before: Hex, digest: Hex): Hex {
  return toHex(keccak256(coder.encode(['bytes32', 'bytes32'], [before, digest])), 32)
}

const COMMON = ['brandId', 'root', 'sequence', 'runningHash']
