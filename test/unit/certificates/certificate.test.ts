import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect } from 'chai'
import { bytesOf, hexOf } from '../../../server/kernel/bytes.ts'
import { sha256 } from '../../../server/kernel/digest.ts'
import type { Gtin, Serial } from '../../../server/kernel/gs1.ts'
import {
  readCertificate,
  statusListIndex,
  statusListLength,
  verifyCertificate,
} from '../../../server/modules/certificates/index.ts'
import { mintItems } from '../../../server/modules/certificates/mint.ts'
import { itemIdOf, leafHash, type MintedItem } from '../../../server/modules/items/index.ts'

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const KID = 'k'.repeat(43)
const SALTS = Buffer.from(Array.from({ length: 64 }, (_, i) => i))

const BATCH = {
  id: 'bat_1',
  total: 4,
  createdAtMs: Date.UTC(2026, 10, 23),
  secret: Buffer.alloc(32, 1),
  statusKey: Buffer.alloc(32, 2),
}
const BRAND = { id: 'maison-exemple.com', name: 'Maison "Exemple"', did: 'did:web:maison-exemple.com' }

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

describe('Reading a certificate', () => {
  const text = (minted()[0] as MintedItem).certificate
  const [header, payload, signature] = text.split('.') as [string, string, string]
  const payloadText = Buffer.from(payload, 'base64url').toString()
  const headerText = Buffer.from(header, 'base64url').toString()
  const encode = (value: string | Buffer) => Buffer.from(value as string).toString('base64url')
  const withPayload = (json: string) => `${header}.${encode(json)}.${signature}`
  const withHeader = (json: string) => `${encode(json)}.${payload}.${signature}`

  const faults: [string, string, string][] = [
    ['more than 16,384 characters', 'a'.repeat(16_385), 'too_long'],
    ['two parts', `${header}.${payload}`, 'not_three_parts'],
    ['four parts', `${text}.e30`, 'not_three_parts'],
    ['an empty part', `${header}..${signature}`, 'not_three_parts'],
    ['padding', `${header}.${payload}.${signature}==`, 'not_canonical_base64url'],
    ['a blank', `${header}.${payload}.${signature} `, 'not_canonical_base64url'],
    ['the other alphabet', `${header}.${payload.slice(0, -1)}+.${signature}`, 'not_canonical_base64url'],
    [
      'trailing bits that are not zero',
      `${header}.${payload}.${nonZeroTail(signature)}`,
      'not_canonical_base64url',
    ],
    ['a payload that is no JSON', withPayload('{"a":'), 'not_canonical_json'],
    ['a blank in the JSON', withPayload(payloadText.replace('","', '", "')), 'not_canonical_json'],
    [
      'a key twice',
      withPayload(payloadText.replace('"validFrom"', '"validFrom":"2020-01-01T00:00:00.000Z","validFrom"')),
      'not_canonical_json',
    ],
    [
      'another escape of a character',
      withPayload(payloadText.replace('did:web', 'did:\\u0077eb')),
      'not_canonical_json',
    ],
    [
      'bytes that are not UTF-8',
      `${header}.${encode(Buffer.from([0x22, 0xff, 0x22]))}.${signature}`,
      'not_canonical_json',
    ],
    ['alg none', withHeader(headerText.replace('ES256', 'none')), 'wrong_header'],
    ['another type', withHeader(headerText.replace('vc+jwt', 'JWT')), 'wrong_header'],
    ['a key of its own in the header', withHeader(headerText.replace('{', '{"jwk":{},')), 'wrong_header'],
    ['a crit header', withHeader(headerText.replace('{', '{"crit":["b64"],')), 'wrong_header'],
    [
      'a field that certificates do not have',
      withPayload(payloadText.replace('{', '{"exp":1,')),
      'wrong_payload',
    ],
    ['no salt', withPayload(payloadText.replace(/"itemSalt":"[^"]+",/, '')), 'wrong_payload'],
    ['a payload that is an array', withPayload('[]'), 'wrong_payload'],
    [
      'a signature of 63 bytes',
      `${header}.${payload}.${encode(Buffer.alloc(63, 1))}`,
      'wrong_signature_length',
    ],
    ['the high-s twin of its signature', `${header}.${payload}.${twinOf(signature)}`, 'high_s'],
  ]
  for (const [title, given, fault] of faults) {
    it(`refuses ${title} as ${fault}`, async () => {
      expect(readCertificate(given)).to.deep.equal({ ok: false, fault })
      expect(await verifyCertificate(given, keys.publicKey)).to.equal(false)
    })
  }

  it('verifies no certificate of which one bit was flipped', async () => {
    for (let bit = 0; bit < text.length * 8; bit += 37) {
      const bytes = Buffer.from(text, 'latin1')
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(await verifyCertificate(bytes.toString('latin1'), keys.publicKey), `bit ${bit}`).to.equal(false)
    }
  })

  it('stays below the limit with every field at its longest', () => {
    const long = '手'.repeat(500)
    const facts = {
      ...(minted()[0] as MintedItem).facts,
      model: long,
      category: long,
      colour: long,
      materials: long,
      facility: long,
    }
    const job = { ...jobOf(keys.privateKey), rows: [facts], salts: SALTS.subarray(0, 16) }
    const [item] = mintItems(job).items
    expect(readCertificate(item?.certificate ?? '').ok).to.equal(true)
  })
})

function jobOf(privateKey: KeyObject): Parameters<typeof mintItems>[0] {
  const none = {
    category: null,
    colour: null,
    materials: null,
    countryOfProduction: null,
    productionDate: null,
    facility: null,
    currency: null,
    retailPrice: null,
  }
  const key = { gtin: '09521234001157' as Gtin, model: 'Sac "Émeraude" 手' }
  const full = {
    category: 'handbag',
    colour: 'noir',
    countryOfProduction: 'FR',
    productionDate: '2026-08-02',
    facility: 'ATELIER-07',
    currency: 'EUR',
    retailPrice: '4321',
  }
  const rows = [
    { ...none, ...key, ...full, serial: 'A/1' as Serial },
    { ...none, ...key, serial: 'A2' as Serial },
  ]
  return {
    brand: BRAND,
    batch: BATCH,
    firstIndex: 0,
    rows,
    salts: SALTS.subarray(0, 32),
    publicUrl: 'https://cachet.test',
    kid: KID,
    privateKey,
  }
}

function mint(): ReturnType<typeof mintItems> {
  return mintItems(jobOf(keys.privateKey))
}

function minted(): MintedItem[] {
  return mint().items
}

function certificateOf(
  item: MintedItem,
): Extract<ReturnType<typeof readCertificate>, { ok: true }>['certificate'] {
  const reading = readCertificate(item.certificate)
  if (!reading.ok) throw new Error(reading.fault)
  return reading.certificate
}

function twinOf(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url')
  const s = ORDER - BigInt(hexOf(bytes.subarray(32)))
  return Buffer.concat([bytes.subarray(0, 32), bytesOf(`0x${s.toString(16).padStart(64, '0')}`)]).toString(
    'base64url',
  )
}

/** 64 bytes leave two unused bits in the last character. */
function nonZeroTail(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return signature.slice(0, -1) + alphabet[alphabet.indexOf(signature.at(-1) ?? '') + 1]
}
