import type { Hex } from '../kernel/bytes.ts'
import type { OwnershipFact } from '../kernel/chain-facts.ts'
import { contractInterfaces } from './contracts.ts'

const WORD = 64
/** Order of the fields of `OwnershipState` in the contracts; all are static, a word each. */
const FIELDS = [
  'owner',
  'nonce',
  'stolenAt',
  'stolenBy',
  'brandNumber',
  'claimedAt',
  'recoveryOwner',
  'recoveryReadyAt',
]
/** `Reporter.Brand` in the contracts. */
const BY_BRAND = 2

const method = contractInterfaces.ItemOwnership.getFunction('statesOf')
if (method === null) throw new TypeError('ItemOwnership has no method statesOf')
const fields = method.outputs[0]?.arrayChildren?.components?.map(({ name }) => name)
if (fields?.join() !== FIELDS.join()) throw new TypeError('ItemOwnership.statesOf answers other fields')
const selector = method.selector

/** Calldata of `statesOf`. By hand, as is the reading below, for the same reason as in `status-codec.ts`. */
export function encodeStatesOf(tokenIds: readonly Hex[]): Hex {
  return `${selector}${word(32)}${word(tokenIds.length)}${tokenIds.map((id) => id.slice(2)).join('')}` as Hex
}

/** The answers in order, or null when these are no answers to so many questions (no contract at the address). */
export function decodeStatesOf(result: Hex, count: number): OwnershipFact[] | null {
  const start = 2 + 2 * WORD
  const size = FIELDS.length * WORD
  if (result.length !== start + count * size) return null
  return Array.from({ length: count }, (_, i) => readState(result, start + i * size))
}

function readState(result: Hex, start: number): OwnershipFact {
  const hex = (name: string): string => {
    const at = start + FIELDS.indexOf(name) * WORD
    return result.slice(at, at + WORD)
  }
  const number = (name: string): number => Number(`0x${hex(name)}`)
  const address = (name: string): Hex => `0x${hex(name).slice(24)}`
  const claimedAtUnix = number('claimedAt')
  if (claimedAtUnix === 0) return { claimed: false }
  const by = number('stolenBy') === BY_BRAND ? 'brand' : 'owner'
  const stolenAt = number('stolenAt')
  const readyAtUnix = number('recoveryReadyAt')
  return {
    claimed: true,
    owner: address('owner'),
    nonce: number('nonce'),
    claimedAtUnix,
    stolen: stolenAt === 0 ? null : { atUnix: stolenAt, by },
    recovery: readyAtUnix === 0 ? null : { newOwner: address('recoveryOwner'), readyAtUnix },
  }
}

function word(n: number): string {
  return n.toString(16).padStart(WORD, '0')
}
