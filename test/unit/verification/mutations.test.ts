import { sign } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { isAppError } from '../../../server/kernel/errors.ts'
import { digitalLinkPath } from '../../../server/kernel/gs1.ts'
import type { ItemRecord, MerkleProof } from '../../../server/modules/items/types.ts'
import {
  createVerification,
  type VerdictKind,
  type Verification,
} from '../../../server/modules/verification/index.ts'
import { type House, keyOf, makeWorld, PUBLIC_URL, type World } from './world.ts'

/*
 * 20,000 mutants, from a seed that is in the title
 * ├── 10,000 certificates shown: never verified, never an error of ours
 * │   └── flipped bit · other character · cut · lengthened · parts of two items · other brand's key, either kid
 * │       · twin spelling of base64url · (r, n - s) · edited payload · doubled JSON key · alg none
 * ├──  5,000 records and proofs in the store: never verified, and never called forged
 * └──  5,000 links: never verified, unless the URL standard calls the link the same
 */

const SEED = Number(process.env['SEED'] ?? 20261123)
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

type Parts = readonly [header: string, payload: string, signature: string]
const partsOf = (certificate: string): Parts => certificate.split('.') as unknown as Parts
const encoded = (text: string): string => Buffer.from(text).toString('base64url')
const decoded = (text: string): string => Buffer.from(text, 'base64url').toString()

/** Numbers of one mutant: which kind, where, what. */
const draw = fc.record({ kind: fc.nat(), place: fc.nat(), value: fc.nat(), item: fc.nat() })
type Draw = { kind: number; place: number; value: number; item: number }

function draws(count: number): Draw[] {
  return fc.sample(draw, { numRuns: count, seed: SEED })
}

function flipBit(text: string, { place, value }: Draw): string {
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

/** The verdict, or the code of a request that could not be understood; anything else thrown fails the test. */
async function outcomeOf(work: Promise<{ verdict: VerdictKind }>): Promise<string> {
  try {
    return (await work).verdict
  } catch (error) {
    if (isAppError(error) && /^(gs1\.bad_|certificate\.malformed)/.test(error.code)) return error.code
    throw error
  }
}

function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

describe(`mutated questions, seed ${SEED}`, () => {
  let world: World
  let verification: Verification
  let ours: House
  let theirs: House
  before(async () => {
    world = await makeWorld({ items: 40 })
    verification = createVerification(world.deps)
    const [first, second] = world.houses
    if (!first || !second) throw new TypeError('two houses')
    ours = first
    theirs = second
  })

  const itemOf = (house: House, n: number): ItemRecord =>
    house.records[n % house.records.length] as ItemRecord

  function mutant(d: Draw): string {
    const own = itemOf(ours, d.item)
    const other = d.value % 2 === 0 ? itemOf(ours, d.item + 1) : itemOf(theirs, d.item)
    const mutate = MUTATORS[d.kind % MUTATORS.length] as Mutator
    return mutate(partsOf(own.certificate), d, { parts: partsOf(other.certificate), house: theirs })
  }

  it('calls none of 10,000 mutated certificates verified', async function () {
    this.timeout(60_000)
    const originals = new Set(world.houses.flatMap((h) => h.records.map((r) => r.certificate)))
    const mutants = draws(13_000)
      .map(mutant)
      .filter((text) => !originals.has(text))
      .slice(0, 10_000)
    expect(mutants).to.have.length(10_000)
    const outcomes: string[] = []
    for (const certificate of mutants) outcomes.push(await outcomeOf(verification.assess({ certificate })))
    expect(Object.keys(tally(outcomes))).to.have.members([
      'forged',
      'not_registered',
      'certificate.malformed',
    ])
    expect(tally(outcomes)['forged']).to.be.greaterThan(9_000)
  })

  it('calls none of 5,000 mutated records and proofs verified, and none of them forged', async function () {
    this.timeout(60_000)
    const outcomes: string[] = []
    for (const d of draws(5_000)) outcomes.push(await outcomeOf(broken(d)))
    expect(Object.keys(tally(outcomes))).to.have.members(['unverifiable'])
  })

  async function broken(d: Draw): Promise<{ verdict: VerdictKind }> {
    const own = itemOf(ours, d.item)
    const record = d.kind % 2 === 0 ? brokenRecord(own, d) : own
    const proof =
      record === own
        ? brokenProof(ours.proofs[own.index] as MerkleProof, d)
        : (ours.proofs[own.index] as MerkleProof)
    const items = { ...world.deps.items, find: async () => record, proof: async () => proof }
    return createVerification({ ...world.deps, items }).assess({ key: keyOf(own) })
  }

  function brokenRecord(own: ItemRecord, d: Draw): ItemRecord {
    const other = itemOf(ours, d.item + 1 + (d.value % 38))
    const changes: Partial<ItemRecord>[] = [
      { claimKey: flipHex(own.claimKey, d) },
      { itemId: flipHex(own.itemId, d) },
      { certificate: other.certificate },
      { certificate: flipBit(own.certificate, { ...d, value: 0 }) },
      { index: other.index },
      { claimKey: other.claimKey, itemId: other.itemId, index: other.index },
    ]
    return { ...own, ...changes[d.place % changes.length] }
  }

  function brokenProof(own: MerkleProof, d: Draw): MerkleProof {
    const other = ours.proofs[(own.index + 1 + (d.value % 38)) % ours.proofs.length] as MerkleProof
    const at = d.place % own.siblings.length
    const changes: Partial<MerkleProof>[] = [
      { siblings: own.siblings.map((s, i) => (i === at ? flipHex(s, d) : s)) },
      { siblings: own.siblings.toSpliced(at, 1) },
      { siblings: [...own.siblings, own.siblings[at] ?? own.root] },
      { siblings: other.siblings },
      { index: other.index },
      { leafCount: own.leafCount + 1 + (d.value % 9) },
      { root: flipHex(own.root, d) },
      { root: (theirs.proofs[0] as MerkleProof).root },
    ]
    return { ...own, ...changes[d.value % changes.length] }
  }

  it('calls none of 5,000 mutated links verified, unless the link is the same by the URL standard', async function () {
    this.timeout(60_000)
    const alphabet = 'abz019/:@.?#%&\\-_~ \u0430\u2024'
    const asked = draws(6_000).map((d) => {
      const own = `${PUBLIC_URL}${digitalLinkPath(itemOf(ours, d.item))}`
      return d.kind % 2 === 0 ? flipBit(own, d) : otherCharacter(own, d, alphabet)
    })
    const known = new Set(ours.records.map((r) => new URL(`${PUBLIC_URL}${digitalLinkPath(r)}`).href))
    const mutants = asked
      .filter((url) => !(URL.canParse(url) && known.has(new URL(url).href)))
      .slice(0, 5_000)
    expect(mutants).to.have.length(5_000)
    const outcomes: string[] = []
    for (const url of mutants) outcomes.push(await outcomeOf(verification.assess({ url })))
    expect(tally(outcomes)).not.to.have.property('verified')
    expect(tally(outcomes)['unverifiable']).to.be.greaterThan(500)
  })
})

function flipHex<T extends string>(hex: T, { place, value }: Draw): T {
  const at = 2 + (place % (hex.length - 2))
  const digit = Number.parseInt(hex[at] ?? '0', 16) ^ (1 + (value % 15))
  return `${hex.slice(0, at)}${digit.toString(16)}${hex.slice(at + 1)}` as T
}
