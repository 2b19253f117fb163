import { expect } from 'chai'
import { isAppError } from '../../../server/kernel/errors.ts'
import type { ItemRecord, MerkleProof } from '../../../server/modules/items/types.ts'
import {
  createVerification,
  type VerdictKind,
  type Verification,
} from '../../../server/modules/verification/index.ts'
import {
  type Draw,
  draws,
  flipBit,
  isOwnLink,
  mutantCertificate,
  mutantLink,
  SEED,
  twoHouses,
} from './mutants.ts'
import { type House, keyOf, makeWorld, type World } from './world.ts'

/*
 * 20,000 mutants, from a seed that is in the title
 * ├── 10,000 certificates shown: never verified, never an error of ours
 * │   └── flipped bit · other character · cut · lengthened · parts of two items · other brand's key, either kid
 * │       · twin spelling of base64url · (r, n - s) · edited payload · doubled JSON key · alg none
 * ├──  5,000 records and proofs in the store: never verified, and never called forged
 * └──  5,000 links: never verified, unless the URL standard calls the link the same
 */

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
    ;[ours, theirs] = twoHouses(world)
  })

  const itemOf = (house: House, n: number): ItemRecord =>
    house.records[n % house.records.length] as ItemRecord

  it('calls none of 10,000 mutated certificates verified', async function () {
    this.timeout(60_000)
    const originals = new Set(world.houses.flatMap((h) => h.records.map((r) => r.certificate)))
    const mutants = draws(13_000)
      .map((d) => mutantCertificate(d, [ours, theirs]))
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
    const asked = draws(6_000).map((d) => mutantLink(d, [ours, theirs]))
    const mutants = asked.filter((link) => !isOwnLink(link, [ours, theirs])).slice(0, 5_000)
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
