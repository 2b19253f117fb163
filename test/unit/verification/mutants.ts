import { sign } from 'node:crypto'
import fc from 'fast-check'
import { digitalLinkPath } from '../../../server/kernel/gs1.ts'
import type { ItemRecord } from '../../../server/modules/items/types.ts'
import { type House, PUBLIC_URL, type World } from './world.ts'

export const SEED = Number(process.env['SEED'] ?? 20261123)
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

type Parts = readonly [header: string, payload: string, signature: string]
const partsOf = (certificate: string): Parts => certificate.split('.') as unknown as Parts
const encoded = (text: string): string => Buffer.from(text).toString('base64url')
const decoded = (text: string): string => Buffer.from(text, 'base64url').toString()

/** Numbers of one mutant: which kind, where, what. */
const draw = fc.record({ kind: fc.nat(), place: fc.nat(), value: fc.nat(), item: fc.nat() })
export type Draw = { kind: number; place: number; value: number; item: number }

export function draws(count: number): Draw[] {
  return fc.sample(draw, { numRuns: count, seed: SEED })
}

export function flipBit(text: string, { place, value }: Draw): string {
  const bytes = Buffer.from(text, 'latin1')
  const at = place % bytes.length
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (value % 7))
  return bytes.toString('latin1')
}

function otherCharacter(text: string, { place, value }: Draw, alphabet: string): string {
  const at = place % text.length
  return `${text.slice(0, at)}${alphabet[value % alphabet.length]}${text.slice(at + 1)}`
}

/** The same bytes in another spelling: the last character's unused bits set. */
function twinSpelling(part: string): string {
  const unused = [0, 0, 4, 2][part.length % 4] ?? 0
  if (unused === 0) return `${part}=`
  const last = BASE64URL.indexOf(part.at(-1) ?? '')
  return `${part.slice(0, -1)}${BASE64URL[last ^ 1]}`
}

function highTwin(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url')
  const s = P256_ORDER - BigInt(`0x${bytes.toString('hex', 32)}`)
  return Buffer.concat([
    bytes.subarray(0, 32),
    Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
  ]).toString('base64url')
}

function signedBy(house: House, header: string, payload: string): string {
  const signature = sign('sha256', Buffer.from(`${header}.${payload}`), {
    key: house.key.privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return `${header}.${payload}.${signature.toString('base64url')}`
}

type Mutator = (parts: Parts, d: Draw, other: { parts: Parts; house: House }) => string

const MUTATORS: readonly Mutator[] = [
  (p, d) => flipBit(p.join('.'), d),
  (p, d) => otherCharacter(p.join('.'), d, BASE64URL),
  (p, d) => p.join('.').slice(0, -1 - (d.place % 200)),
  (p, d) => `${p.join('.')}${BASE64URL[d.value % 64]}`,
  ([h, , s], _d, { parts }) => `${h}.${parts[1]}.${s}`,
  ([h, p], _d, { parts }) => `${h}.${p}.${parts[2]}`,
  ([h, p], _d, { house }) => signedBy(house, h, p),
  ([, p], _d, { house, parts }) => signedBy(house, parts[0], p),
  ([h, p, s], d) => [h, p, s].map((part, i) => (i === d.place % 3 ? twinSpelling(part) : part)).join('.'),
  ([h, p, s]) => `${h}.${p}.${highTwin(s)}`,
  ([h, p, s], d) => `${h}.${encoded(otherCharacter(decoded(p), d, 'abcXYZ019 "{}'))}.${s}`,
  ([h, p, s]) => `${h}.${encoded(decoded(p).replace('"type":', '"type":["X"],"type":'))}.${s}`,
  ([h, p, s]) => `${encoded(decoded(h).replace('ES256', 'none'))}.${p}.${s}`,
]

const itemOf = (house: House, n: number): ItemRecord => house.records[n % house.records.length] as ItemRecord

/** A certificate of the first house, changed in one of the ways above. */
export function mutantCertificate(d: Draw, [ours, theirs]: readonly [House, House]): string {
  const other = d.value % 2 === 0 ? itemOf(ours, d.item + 1) : itemOf(theirs, d.item)
  const mutate = MUTATORS[d.kind % MUTATORS.length] as Mutator
  return mutate(partsOf(itemOf(ours, d.item).certificate), d, {
    parts: partsOf(other.certificate),
    house: theirs,
  })
}

const LINK_CHARACTERS = 'abz019/:@.?#%&\\-_~ \u0430\u2024'

/** A link of the first house's items, with a bit or a character changed. */
export function mutantLink(d: Draw, [ours]: readonly [House, House]): string {
  const own = `${PUBLIC_URL}${digitalLinkPath(itemOf(ours, d.item))}`
  return d.kind % 2 === 0 ? flipBit(own, d) : otherCharacter(own, d, LINK_CHARACTERS)
}

/** True when the URL standard reads the text as one of the items' own links: then nothing was changed. */
export function isOwnLink(link: string, [ours]: readonly [House, House]): boolean {
  const href = URL.canParse(link) ? new URL(link).href : null
  return ours.records.some((r) => new URL(`${PUBLIC_URL}${digitalLinkPath(r)}`).href === href)
}

/** The two houses of a world: the one that is attacked, and the other brand. */
export function twoHouses(world: World): readonly [House, House] {
  const [ours, theirs] = world.houses
  if (!ours || !theirs) throw new TypeError('a world has two houses')
  return [ours, theirs]
}
