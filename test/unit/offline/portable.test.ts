import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ParamType } from 'ethers'
import fc from 'fast-check'
import { contractInterfaces } from '../../../server/chain/contracts.ts'
import {
  BRAND_REGISTRY_SELECTOR,
  STATUS_WORDS,
  STATUSES_SELECTOR,
} from '../../../server/chain/status-words.ts'
import { bytesOf, canonicalBase64url, type Hex, hexOf } from '../../../server/kernel/bytes.ts'
import { keccak256, sha256 } from '../../../server/kernel/digest.ts'
import * as portable from '../../../server/kernel/portable.ts'
import { itemIdOf, type Leaf, leafHash, readCertificate } from '../../../server/modules/certificates/index.ts'
import { readOffline } from '../../../server/offline/certificate.ts'
import { leadsToRoot, offlineItemId, offlineLeaf } from '../../../server/offline/leaf.ts'
import { draws, mutantCertificate, twoHouses } from '../verification/mutants.ts'
import { makeWorld } from '../verification/world.ts'

const golden = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../golden', `${name}.json`), 'utf8'))
const bytes = fc.uint8Array({ maxLength: 200 })

describe('what a browser computes', () => {
  it('is what Node computes, byte by byte', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(hexOf(portable.keccak(a))).to.equal(hexOf(keccak256(a)))
        expect(hexOf(portable.sha256Of(a))).to.equal(hexOf(sha256(a)))
        expect(portable.hexFrom(a)).to.equal(hexOf(a))
        expect(hexOf(portable.bytesFrom(hexOf(a)))).to.equal(hexOf(a))
        expect(hexOf(portable.joined(a, b))).to.equal(hexOf(Buffer.concat([a, b])))
        expect(Math.sign(portable.compareBytes(a, b))).to.equal(Buffer.compare(a, b))
      }),
    )
  })

  it('takes the one spelling of base64url, and no other', () => {
    const spelling = fc.string({
      unit: fc.constantFrom(...'AQgwZaz09-_+/= é'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(fc.oneof(spelling, bytes.map(portable.base64urlFrom)), (text) => {
        const theirs = canonicalBase64url(text)
        const ours = portable.fromBase64url(text)
        expect(ours && hexOf(ours)).to.equal(theirs && hexOf(theirs))
      }),
      { numRuns: 3_000 },
    )
  })

  it('reads 1,000 mutated certificates as the gateway reads them, with the same faults', async function () {
    this.timeout(60_000)
    const world = await makeWorld({ items: 20 })
    const houses = twoHouses(world)
    for (const text of draws(1_000).map((d) => mutantCertificate(d, houses))) {
      const [ours, theirs] = [readOffline(text), readCertificate(text)]
      expect(ours.ok ? ours.certificate.digest : ours.fault).to.equal(
        theirs.ok ? theirs.certificate.digest : theirs.fault,
      )
    }
  })

  it('makes the leaves and ids of the published vectors', () => {
    const { root, leaves }: { root: Hex; leaves: (Leaf & { leaf: Hex; proof: Hex[] })[] } = golden('leaf')
    expect(leaves.length).to.be.greaterThan(1)
    for (const one of leaves) {
      expect(hexOf(offlineLeaf(one))).to.equal(one.leaf)
      expect(leadsToRoot(offlineLeaf(one), one.proof, root)).to.equal(true)
    }
    const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hexOf)
    const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(hexOf)
    const leaf = fc.record({
      index: fc.nat(2 ** 20),
      itemId: word,
      certificateDigest: word,
      claimKey: address,
    })
    fc.assert(
      fc.property(leaf, (one) => {
        expect(hexOf(offlineLeaf(one))).to.equal(hexOf(leafHash(one)))
      }),
    )
    const key = { gtin: '09506000134352', serial: 'A/1%' }
    fc.assert(
      fc.property(bytes, (salt) => {
        expect(offlineItemId(salt, key)).to.equal(hexOf(itemIdOf(salt, key)))
      }),
    )
  })

  it('follows the paths of a batch, and none of another leaf', async () => {
    const { houses } = await makeWorld({ items: 13 })
    const [house] = houses
    for (const [i, record] of (house?.records ?? []).entries()) {
      const reading = readOffline(record.certificate)
      const certificateDigest = reading.ok ? reading.certificate.digest : '0x'
      const { itemId, claimKey, index } = record
      const proof = house?.proofs[i]
      const leaf = offlineLeaf({ index, itemId, claimKey, certificateDigest })
      expect(leadsToRoot(leaf, proof?.siblings ?? [], proof?.root ?? '0x')).to.equal(true)
      const moved = offlineLeaf({ index: index + 1, itemId, claimKey, certificateDigest })
      expect(leadsToRoot(moved, proof?.siblings ?? [], proof?.root ?? '0x')).to.equal(false)
    }
  })

  it('asks the registry in the words of its ABI', () => {
    const { ItemRegistry } = contractInterfaces
    const method = ItemRegistry.getFunction('statuses')
    const fields = fieldsOf(method?.outputs[0]?.arrayChildren ?? null)
    expect(fields).to.deep.equal([...STATUS_WORDS])
    expect(method?.selector).to.equal(STATUSES_SELECTOR)
    expect(ItemRegistry.getFunction('brandRegistry')?.selector).to.equal(BRAND_REGISTRY_SELECTOR)
    expect(bytesOf(STATUSES_SELECTOR)).to.have.length(4)
  })
})

function fieldsOf(type: ParamType | null, before = ''): string[] {
  return (type?.components ?? []).flatMap((field) =>
    field.baseType === 'tuple' ? fieldsOf(field, `${before}${field.name}.`) : [`${before}${field.name}`],
  )
}
