import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { hexOf } from '../../../server/kernel/bytes.ts'
import { sha256 } from '../../../server/kernel/digest.ts'
import {
  statusListIndex,
  statusListLength,
  verifyCertificate,
} from '../../../server/modules/certificates/index.ts'
import { itemIdOf, leafHash, type MintedItem } from '../../../server/modules/items/index.ts'
import { BATCH, certificateOf, KID, keys, mint, minted, ORDER, SALTS } from './certificate-fixture.ts'

/*
 * a certificate
 * ├── minted: reads back, verifies, commits to its leaf; absent facts absent; same input, same digest
 * ├── read: one spelling only — parts, length, base64url, JSON, header, payload, signature length, low s
 * └── verified: by its key alone; no bit of it may change
 */
describe('Minted certificate', () => {
  const [first, second] = minted() as [MintedItem, MintedItem]

  it('reads back as a product passport of the item with the facts of its row', () => {
    const { header, payload } = certificateOf(first)
    expect(header).to.deep.equal({ alg: 'ES256', kid: KID, typ: 'vc+jwt', cty: 'vc' })
    expect(payload['@context']).to.deep.equal([
      'https://www.w3.org/ns/credentials/v2',
      'https://test.uncefact.org/vocabulary/untp/dpp/0.6.0/',
    ])
    expect(payload.issuer).to.deep.equal({
      type: ['CredentialIssuer'],
      id: 'did:web:maison-exemple.com',
      name: 'Maison "Exemple"',
    })
    expect(payload.validFrom).to.equal('2026-11-23T00:00:00.000Z')
    expect(payload.credentialSubject.id).to.equal('https://cachet.test/01/09521234001157/21/A%2F1')
    expect(payload.credentialSubject.product).to.deep.equal({
      type: ['Product'],
      id: 'https://cachet.test/01/09521234001157/21/A%2F1',
      name: 'Sac "Émeraude" 手',
      registeredId: '09521234001157',
      idScheme: {
        type: ['IdentifierScheme'],
        id: 'https://id.gs1.org/01',
        name: 'GS1 Global Trade Item Number',
      },
      serialNumber: 'A/1',
      producedByParty: { id: 'did:web:maison-exemple.com', name: 'Maison "Exemple"' },
      producedAtFacility: {
        id: payload.credentialSubject.product.producedAtFacility?.id,
        name: 'ATELIER-07',
      },
      productionDate: '2026-08-02',
      countryOfProduction: 'FR',
      characteristics: { category: 'handbag', colour: 'noir' },
    })
  })

  it('has no field for what the row did not say, and never the price', () => {
    const { product } = certificateOf(second).payload.credentialSubject
    expect(product).to.not.have.any.keys(
      'producedAtFacility',
      'productionDate',
      'countryOfProduction',
      'characteristics',
    )
    expect(JSON.stringify(certificateOf(first).payload)).to.not.contain('4321')
  })

  it('names its place in the batch’s status list', () => {
    const place = String(statusListIndex(BATCH.statusKey, 1, statusListLength(BATCH.total)))
    expect(certificateOf(second).payload.credentialStatus).to.deep.equal({
      id: `https://cachet.test/status/bat_1#${place}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: place,
      statusListCredential: 'https://cachet.test/status/bat_1',
    })
  })

  it('carries the salt that makes the item id, and the leaf commits to its signing input', () => {
    const { payload, signingInput, digest } = certificateOf(first)
    const salt = Buffer.from(payload.credentialSubject.itemSalt, 'base64url')
    expect(salt).to.deep.equal(SALTS.subarray(0, 16))
    expect(first.itemId).to.equal(hexOf(itemIdOf(salt, first.facts)))
    expect(digest).to.equal(hexOf(sha256(signingInput)))
    const leaf = leafHash({
      index: 0,
      itemId: first.itemId,
      certificateDigest: digest,
      claimKey: first.claimKey,
    })
    expect(Buffer.from(mint().leaves).subarray(0, 32)).to.deep.equal(leaf)
  })

  it('is verified by its key, not by another', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(await verifyCertificate(first.certificate, keys.publicKey)).to.equal(true)
    expect(await verifyCertificate(first.certificate, other.publicKey)).to.equal(false)
  })

  it('has the same leaf when it is minted again after a crash', () => {
    expect(Buffer.from(mint().leaves)).to.deep.equal(Buffer.from(mint().leaves))
    expect(minted().map((item) => item.certificateId)).to.deep.equal([
      first.certificateId,
      second.certificateId,
    ])
  })

  it('always has the low s', () => {
    for (let i = 0; i < 50; i++) {
      const s = BigInt(
        hexOf(certificateOf((minted() as MintedItem[])[0] as MintedItem).signature.subarray(32)),
      )
      expect(s <= ORDER / 2n).to.equal(true)
    }
  })
})
