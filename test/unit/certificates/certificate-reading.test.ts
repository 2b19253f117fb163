import { expect } from 'chai'
import { bytesOf, hexOf } from '../../../server/kernel/bytes.ts'
import { readCertificate, verifyCertificate } from '../../../server/modules/certificates/index.ts'
import { mintItems } from '../../../server/modules/certificates/mint.ts'
import type { MintedItem } from '../../../server/modules/items/index.ts'
import { jobOf, keys, minted, ORDER, SALTS } from './certificate-fixture.ts'

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
