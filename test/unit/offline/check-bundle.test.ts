import { expect } from 'chai'
import { parseBundle } from '../../../server/cli/bundle-file.ts'
import { isAppError } from '../../../server/kernel/errors.ts'
import { createVerification, type Verdict } from '../../../server/modules/verification/index.ts'
import type { BundleFile } from '../../../server/offline/bundle.ts'
import { readOffline } from '../../../server/offline/certificate.ts'
import { checkBundle } from '../../../server/offline/check-bundle.ts'
import { receiptFault } from '../../../server/offline/receipt.ts'
import { recoverKey } from '../../../server/offline/signature.ts'
import { firstItem, keyOf, makeWorld, type World } from '../verification/world.ts'

/*
 * a bundle, with no gateway
 * ├── as given, or the verdict saved as JSON .................. verified, with a chain endpoint
 * ├── without an endpoint, endpoint down, other chain ......... unverifiable
 * ├── certificate of another item, other claim key, cut path .. forged
 * ├── root of another brand ................................... forged
 * ├── anchor not there ........................................ pending
 * └── revoked ................................................. revoked
 */

describe('a bundle checked without a gateway', () => {
  let world: World
  let verdict: Verdict
  let bundle: BundleFile
  before(async () => {
    world = await makeWorld({ items: 9 })
    const verification = createVerification(world.deps)
    verdict = await verification.verify({ key: keyOf(firstItem(world).record), language: 'en', nonce: 'n' })
    bundle = parseBundle(JSON.stringify(await verification.bundle(verdict.id)), 'bundle')
  })

  const verdictOf = async (changed: Partial<BundleFile>) =>
    (await checkBundle({ ...bundle, ...changed }, world.deps.chain)).verdict

  it('is verified against the chain, and so is the saved verdict', async () => {
    const check = await checkBundle(bundle, world.deps.chain)
    expect(check).to.deep.include({ verdict: 'verified', brand: 'maison-exemple.com', chainFault: null })
    expect(check.findings.filter((f) => f.result === 'pass').map((f) => f.check)).to.deep.equal([
      'record',
      'signature',
      'anchor',
      'revocation',
      'recall',
    ])
    const saved = parseBundle(JSON.stringify(verdict), 'verdict')
    expect((await checkBundle(saved, world.deps.chain)).verdict).to.equal('verified')
  })

  it('is unverifiable without an endpoint, with one that is down, and with one of another chain', async () => {
    expect((await checkBundle(bundle, null)).verdict).to.equal('unverifiable')
    const down = { ...world.deps.chain, itemStates: () => Promise.reject(new Error('connection refused')) }
    expect(await checkBundle(bundle, down)).to.deep.include({
      verdict: 'unverifiable',
      chainFault: 'connection refused',
    })
    expect(await verdictOf({ chain: { ...bundle.chain, chainId: 1 } })).to.equal('unverifiable')
  })

  it('is forged with another item’s certificate, another claim key, or a path that leads elsewhere', async () => {
    const other = firstItem(world, 1).record
    expect(await verdictOf({ certificate: other.certificate })).to.equal('forged')
    expect(await verdictOf({ proof: { ...bundle.proof, claimKey: other.claimKey } })).to.equal('forged')
    expect(
      await verdictOf({ proof: { ...bundle.proof, siblings: bundle.proof.siblings.slice(1) } }),
    ).to.equal('forged')
    expect(await verdictOf({ proof: { ...bundle.proof, index: 1 } })).to.equal('forged')
  })

  it('is forged when the root was anchored by a brand that the certificate does not name', async () => {
    const [ours, theirs] = world.houses
    const place = `${ours?.proofs[0]?.root}:0`
    const anchor = {
      kind: 'items',
      anchoredAtUnix: 1,
      blockNumber: 1,
      confirmations: 9,
      final: true,
      leafCount: 9,
    } as const
    world.chain.over.set(place, { anchor: { ...anchor, brandId: theirs?.brand.chainId ?? '0x' } })
    expect(await verdictOf({})).to.equal('forged')
    world.chain.over.delete(place)
  })

  it('is pending where the chain has no such anchor, and revoked where the bit is set', async () => {
    const place = `${bundle.chain.root}:0`
    world.chain.over.set(place, { anchor: null, key: null })
    expect(await verdictOf({})).to.equal('pending')
    world.chain.over.set(place, { revoked: true })
    expect(await verdictOf({})).to.equal('revoked')
    world.chain.over.delete(place)
  })

  it('is refused by name when something is missing', () => {
    const code = (text: string): string => {
      try {
        parseBundle(text, 'x.json')
        return 'nothing thrown'
      } catch (error) {
        return isAppError(error) ? error.message : 'another error'
      }
    }
    expect(code('{')).to.equal('x.json is no bundle: it is not JSON')
    expect(code('{"certificate":"a.b.c"}')).to.include('proof is missing')
    const { proof, ...rest } = bundle
    expect(code(JSON.stringify({ ...rest, proof: { ...proof, claimKey: '0x12' } }))).to.include(
      'proof.claimKey',
    )
  })
})

describe('the key behind a certificate', () => {
  it('follows from the signature for every certificate, and from none whose content was changed', async () => {
    const world = await makeWorld({ items: 40 })
    for (const { certificate } of world.houses.flatMap((h) => h.records)) {
      const reading = readOffline(certificate)
      if (!reading.ok) throw new TypeError(reading.fault)
      const { signingInput, signature, header } = reading.certificate
      const jwk = recoverKey({ signingInput, signature, kid: header.kid })
      const house = world.houses.find((h) => h.key.kid === header.kid)
      expect(jwk).to.deep.include({ x: house?.key.publicJwk.x, y: house?.key.publicJwk.y })
      expect(recoverKey({ signingInput: `${signingInput}A`, signature, kid: header.kid })).to.equal(null)
    }
  })
})

describe('the receipt of a verdict', () => {
  it('holds for the verdict and nonce it signs, and for nothing else', async () => {
    const world = await makeWorld()
    const verification = createVerification(world.deps)
    const verdict = await verification.verify({
      key: keyOf(firstItem(world).record),
      language: 'en',
      nonce: 'n-1',
    })
    const keys = [{ ...world.receiptKey.publicJwk, kid: world.receiptKey.kid }]
    expect(await receiptFault({ ...verdict }, 'n-1', keys)).to.equal(null)
    expect(await receiptFault({ ...verdict }, 'n-2', keys)).to.equal('other_verdict')
    expect(await receiptFault({ ...verdict, verdict: 'revoked' }, 'n-1', keys)).to.equal('other_verdict')
    expect(await receiptFault({ ...verdict }, 'n-1', [])).to.equal('unknown_key')
    const stranger = firstItem(world).house.key.publicJwk
    expect(await receiptFault({ ...verdict }, 'n-1', [{ ...stranger, kid: world.receiptKey.kid }])).to.equal(
      'wrong_signature',
    )
    expect(await receiptFault({ ...verdict, receipt: verdict.certificate ?? '' }, 'n-1', keys)).to.equal(
      'no_receipt',
    )
  })
})
