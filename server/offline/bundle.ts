import type { Hex } from '../kernel/bytes.ts'

/** A tree of 2^20 leaves is 20 levels deep. */
const SIBLINGS_MAX = 20

/** What it takes to check an item without its gateway: part of every bundle and of every saved verdict. */
export type BundleFile = {
  readonly certificate: string
  readonly proof: {
    readonly index: number
    readonly leafCount: number
    readonly claimKey: Hex
    readonly siblings: readonly Hex[]
  }
  readonly chain: { readonly chainId: number; readonly root: Hex }
  readonly contracts?:
    | { readonly itemRegistry: string; readonly brandRegistry: string; readonly chainId?: number }
    | null
    | undefined
}

export type BundleReading =
  | { readonly ok: true; readonly bundle: BundleFile }
  /** Where in the JSON something is missing or malformed, with dots. */
  | { readonly ok: false; readonly place: string }

type Check = (value: unknown) => boolean

const whole =
  (min: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= min
const hex =
  (bytes: number): Check =>
  (value) =>
    typeof value === 'string' && value.length === 2 + 2 * bytes && /^0x[0-9a-f]*$/.test(value)
const address: Check = (value) => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)
const siblings: Check = (value) =>
  Array.isArray(value) && value.length <= SIBLINGS_MAX && value.every(hex(32))

const NEEDED: readonly (readonly [string, Check])[] = [
  ['certificate', (value) => typeof value === 'string' && value !== ''],
  ['proof.index', whole(0)],
  ['proof.leafCount', whole(1)],
  ['proof.claimKey', hex(20)],
  ['proof.siblings', siblings],
  ['chain.chainId', whole(1)],
  ['chain.root', hex(32)],
]
const CONTRACTS: readonly (readonly [string, Check])[] = [
  ['contracts.itemRegistry', address],
  ['contracts.brandRegistry', address],
]

/** Reads a bundle from JSON; what else stands in it is not looked at. */
export function bundleFrom(value: unknown): BundleReading {
  const contracts = at(value, 'contracts')
  const needed = contracts === null || contracts === undefined ? NEEDED : [...NEEDED, ...CONTRACTS]
  for (const [place, check] of needed) {
    if (!check(at(value, place))) return { ok: false, place: missingPart(value, place) }
  }
  return { ok: true, bundle: value as BundleFile } // every member was looked at
}

/** The outermost part that is not there, or the whole place. */
function missingPart(value: unknown, place: string): string {
  const [outer = '', inner] = place.split('.')
  const part = at(value, outer)
  return inner !== undefined && (typeof part !== 'object' || part === null) ? outer : place
}

function at(value: unknown, place: string): unknown {
  let part = value
  for (const name of place.split('.')) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return undefined
    part = (part as Record<string, unknown>)[name]
  }
  return part
}
