import { expect } from 'chai'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { isAppError } from '../../../server/kernel/errors.ts'
import { digitalLinkPath, type Gtin, type ItemKey, type Serial } from '../../../server/kernel/gs1.ts'
import { tokenIdOf } from '../../../server/modules/ownership/index.ts'
import { createVerification, type Verdict } from '../../../server/modules/verification/index.ts'
import { AT, firstItem, keyOf, makeWorld, NOW_MS, PUBLIC_URL, type World } from './world.ts'

/*
 * a scan
 * ├── of a registered item, by number, link, certificate ...... verified, at one block, signed, recorded
 * ├── by a link on a foreign host ............................. unverifiable, with a warning in record and advice
 * ├── chain down / store down ................................. unverifiable, nothing guessed
 * ├── tree not there / batch failed ........................... pending / not_registered
 * ├── unreadable .............................................. an error, never a verdict
 * ├── many .................................................... one block, order kept, faults in their places
 * └── afterwards .............................................. the verdict again, the bundle, a scan without a person
 */

const finding = (verdict: Pick<Verdict, 'findings'>, check: string) =>
  verdict.findings.find((f) => f.check === check)

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'nothing thrown'
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}

describe('verification of a registered item', () => {
  let world: World
  beforeEach(async () => {
    world = await makeWorld()
  })

  it('is verified by its number, with everything design.md asks of a verdict', async () => {
    const { house, record } = firstItem(world)
    const verdict = await createVerification(world.deps).verify({ key: keyOf(record), language: 'en' })
    expect(verdict.verdict).to.equal('verified')
    expect(verdict.assurance).to.equal('label')
    expect(verdict.item).to.include({
      gtin: record.gtin,
      serial: record.serial,
      model: 'Exemple No. 5',
      colour: 'noir',
    })
    expect(verdict.item).not.to.have.property('retailPrice')
    expect(verdict.brand).to.deep.equal({ id: 'maison-exemple.com', name: 'Maison Exemple' })
    const { chainId, blockNumber, blockHash } = AT
    expect(verdict.chain).to.deep.equal({
      chainId,
      blockNumber,
      blockHash,
      confirmations: 24,
      root: house.proofs[0]?.root,
    })
    expect(verdict.proof).to.deep.include({ index: 0, leafCount: 5, claimKey: record.claimKey })
    expect(verdict.certificate).to.equal(record.certificate)
    expect(verdict.checkedAt).to.equal('2026-11-23T12:00:00.000Z')
    expect(finding(verdict, 'signature')).to.deep.include({ result: 'pass' })
    expect(finding(verdict, 'ownership')?.result).to.equal('pass')
    expect(verdict.ownership).to.equal('unclaimed')
  })

  it('is verified by its link on this service, on the brand’s site and on GS1’s resolver, and by its certificate', async () => {
    const { record } = firstItem(world)
    const verification = createVerification(world.deps)
    for (const origin of [PUBLIC_URL, 'https://www.maison-exemple.com', 'https://id.gs1.org']) {
      const verdict = await verification.verify({
        url: `${origin}${digitalLinkPath(record)}`,
        language: 'en',
      })
      expect([verdict.verdict, finding(verdict, 'record')?.result]).to.deep.equal(['verified', 'pass'])
    }
    expect((await verification.verify({ certificate: record.certificate, language: 'en' })).verdict).to.equal(
      'verified',
    )
  })

  it('vouches for nothing behind a link on a host that is neither ours nor the brand’s', async () => {
    const { record } = firstItem(world)
    for (const host of [
      'maison-exemple.com.evil.example',
      'maison-exemple.com:8443',
      'xmaison-exemple.com',
      'id.gs1.org.evil.example',
    ]) {
      const verdict = await createVerification(world.deps).verify({
        url: `https://${host}${digitalLinkPath(record)}`,
        language: 'fr',
      })
      expect([verdict.verdict, finding(verdict, 'record')?.result]).to.deep.equal(['unverifiable', 'warn'])
      expect(finding(verdict, 'record')?.detail).to.include(host)
      expect(verdict.advice).to.match(/^Le lien de l’étiquette mène à un autre site/)
    }
  })

  it('asks the chain about the very key that signed, at the leaf’s place under the root', async () => {
    const { house, record } = firstItem(world, 3)
    await createVerification(world.deps).assess({ key: keyOf(record) })
    expect(world.chain.calls).to.deep.equal([
      [
        {
          root: house.proofs[3]?.root,
          index: 3,
          thumbprint: house.key.thumbprint,
          tokenId: tokenIdOf(house.brand.chainId, record.itemId),
        },
      ],
    ])
  })

  it('follows the chain from one scan to the next', async () => {
    const { house, record } = firstItem(world)
    const verification = createVerification(world.deps)
    const ask = async () => (await verification.verify({ key: keyOf(record), language: 'en' })).verdict
    expect(await ask()).to.equal('verified')
    const place = `${house.proofs[0]?.root}:0`
    world.chain.over.set(place, { revoked: true })
    expect(await ask()).to.equal('revoked')
    world.chain.over.set(place, { recalled: true })
    expect(await ask()).to.equal('recalled')
    world.chain.over.set(place, { anchor: null, key: null })
    expect(await ask()).to.equal('pending')
  })

  it('is unverifiable, and never worse, while the chain or the store is down', async () => {
    const { record } = firstItem(world)
    const verification = createVerification(world.deps)
    world.chain.down = true
    expect((await verification.verify({ key: keyOf(record), language: 'en' })).verdict).to.equal(
      'unverifiable',
    )
    world.store.down = true
    expect((await verification.verify({ key: keyOf(record), language: 'en' })).verdict).to.equal(
      'unverifiable',
    )
    expect((await verification.verify({ certificate: record.certificate, language: 'en' })).verdict).to.equal(
      'unverifiable',
    )
  })

  it('is pending before its tree is built, and not registered when its batch failed', async () => {
    const { record } = firstItem(world)
    world.store.treeless = true
    world.store.status = 'signing'
    expect((await createVerification(world.deps).assess({ key: keyOf(record) })).verdict).to.equal('pending')
    expect(world.chain.calls).to.deep.equal([])
    world.store.status = 'failed'
    expect((await createVerification(world.deps).assess({ key: keyOf(record) })).verdict).to.equal(
      'not_registered',
    )
  })

  it('still answers when the scan cannot be recorded, and says so in the log', async () => {
    const { record } = firstItem(world)
    const scans = { ...world.deps.scans, insert: () => Promise.reject(new Error('disk full')) }
    const verdict = await createVerification({ ...world.deps, scans }).verify({
      key: keyOf(record),
      language: 'en',
    })
    expect(verdict.verdict).to.equal('verified')
    expect(world.errors).to.deep.equal(['scans could not be recorded'])
  })
})

describe('verification of what is not registered', () => {
  it('names the brand whose prefix the number has, and claims no more than to have no record', async () => {
    const world = await makeWorld()
    const key: ItemKey = { gtin: '09506000134352' as Gtin, serial: 'NOBODY' as Serial }
    const verdict = await createVerification(world.deps).verify({ key, language: 'en' })
    expect(verdict).to.include({ verdict: 'not_registered', certificate: null, proof: null, chain: null })
    expect(finding(verdict, 'record')?.detail).to.equal(
      'no record with this service; the number begins like those of Maison Exemple',
    )
  })

  it('refuses what cannot be understood, without a verdict or a record', async () => {
    const world = await makeWorld()
    const verification = createVerification(world.deps)
    expect(
      await codeOf(verification.verify({ url: 'https://scan.cachet.example/01/123', language: 'en' })),
    ).to.equal('gs1.bad_link')
    expect(
      await codeOf(
        verification.verify({ url: 'https://a@b.example/01/09506000134352/21/A', language: 'en' }),
      ),
    ).to.equal('gs1.bad_link')
    expect(await codeOf(verification.verify({ certificate: 'one.two', language: 'en' }))).to.equal(
      'certificate.malformed',
    )
    expect(
      await codeOf(verification.verify({ certificate: `a.b.${'c'.repeat(17_000)}`, language: 'en' })),
    ).to.equal('certificate.malformed')
    expect(world.kept.verdicts.size).to.equal(0)
  })
})

describe('verification of many', () => {
  it('keeps the order, reads one block, and gives each fault its place', async () => {
    const world = await makeWorld()
    const [a, b] = [firstItem(world, 0).record, firstItem(world, 1).record]
    const subjects = [
      { key: keyOf(b) },
      { url: 'nonsense' },
      { certificate: a.certificate },
      { url: `${PUBLIC_URL}${digitalLinkPath(a)}` },
    ]
    const answers = await createVerification(world.deps).verifyMany(subjects, { language: 'en' })
    expect(answers.map((x) => (isAppError(x) ? x.code : x.item?.serial))).to.deep.equal([
      b.serial,
      'gs1.bad_link',
      a.serial,
      a.serial,
    ])
    expect(world.chain.calls.map((queries) => queries.length)).to.deep.equal([3])
    expect(world.kept.verdicts.size).to.equal(3)
  })
})

describe('a verdict afterwards', () => {
  let world: World
  let verdict: Verdict
  beforeEach(async () => {
    world = await makeWorld()
    const device = { network: '203.0.113.0/24', userAgent: 'Phone/1.0' }
    const location = { latitude: 48.8566, longitude: 2.3522 }
    verdict = await createVerification(world.deps).verify({
      key: keyOf(firstItem(world).record),
      language: 'en',
      nonce: 'n-1',
      device,
      location,
    })
  })

  it('has a receipt over all of it but certificate and proof, with the nonce, under a type of its own', async () => {
    const { receipt, proof: _proof, certificate: _certificate, ...claims } = verdict
    expect(decodeProtectedHeader(receipt)).to.include({ alg: 'ES256', typ: 'verdict-receipt+jwt' })
    expect(JSON.parse(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString())).to.deep.equal({
      ...claims,
      nonce: 'n-1',
    })
    expect((await compactVerify(receipt, world.receiptKey.publicKey)).protectedHeader.kid).to.equal(
      world.receiptKey.kid,
    )
  })

  it('is given again as it was given', async () => {
    expect(await createVerification(world.deps).find(verdict.id)).to.deep.equal(verdict)
    expect(await codeOf(createVerification(world.deps).find('ver_NONE'))).to.equal('verification.not_found')
  })

  it('has a bundle with what it takes to check it elsewhere, if there is a certificate to check', async () => {
    const verification = createVerification(world.deps)
    const bundle = await verification.bundle(verdict.id)
    expect(bundle).to.deep.include({
      certificate: verdict.certificate,
      proof: verdict.proof,
      chain: verdict.chain,
    })
    const unknown = { gtin: '09506000134352' as Gtin, serial: 'NOBODY' as Serial }
    const nothing = await verification.verify({ key: unknown, language: 'en' })
    expect(await codeOf(verification.bundle(nothing.id))).to.equal('verification.bundle_not_found')
  })

  it('leaves a scan with a coarse place and pseudonyms, and a verdict without a trace of the person', () => {
    const scan = world.kept.scans.get(verdict.id)
    expect(scan).to.deep.include({
      place: { latitude: 48.9, longitude: 2.4 },
      atMs: NOW_MS,
      verdict: 'verified',
    })
    expect(JSON.stringify(scan)).not.to.match(/203\.0\.113|Phone/)
    expect(JSON.stringify(world.kept.verdicts.get(verdict.id))).not.to.match(
      /203\.0\.113|Phone|48\.|network|device/,
    )
  })
})
