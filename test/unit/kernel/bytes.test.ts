import canonicalize from 'canonicalize'
import { expect } from 'chai'
import fc from 'fast-check'
import { base64url, bytesOf, canonicalBase64url, hexOf, toHex } from '../../../server/kernel/bytes.ts'
import { canonicalJson, keccak256, sha256 } from '../../../server/kernel/digest.ts'
import { base32, isId, newId, timedId } from '../../../server/kernel/ids.ts'

describe('kernel/bytes, digest and ids', () => {
  it('gives bytes back through hexadecimal and base64url', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect([...bytesOf(hexOf(bytes))]).to.deep.equal([...bytes])
        expect([...(canonicalBase64url(base64url(bytes)) ?? [])]).to.deep.equal([...bytes])
      }),
    )
  })

  it('accepts one spelling of base64url only', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.constantFrom('=', '==', '\n', ' ', '+', '/'),
        (bytes, extra) => {
          expect(canonicalBase64url(base64url(bytes) + extra)).to.equal(null)
        },
      ),
    )
    expect(canonicalBase64url('AB')).to.equal(null)
    expect(canonicalBase64url('AA')?.length).to.equal(1)
  })

  it('refuses hexadecimal of the wrong length or alphabet by name', () => {
    expect(toHex('0xAB', 1)).to.equal('0xab')
    for (const bad of ['ab', '0xabc', '0xzz', '0x']) {
      expect(() => toHex(bad, 1), bad)
        .to.throw()
        .with.property('code', 'bytes.not_hex')
    }
  })

  it('computes keccak-256 and SHA-256 as their published vectors say', () => {
    expect(hexOf(keccak256(Buffer.alloc(0)))).to.equal(
      '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
    )
    expect(hexOf(keccak256(Buffer.from('abc')))).to.equal(
      '0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45',
    )
    expect(hexOf(sha256('abc'))).to.equal(
      '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })

  it('writes JSON in the one order of RFC 8785', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '1': 'One',
      b: [56, { d: true, '10': null }],
    }
    expect(canonicalJson(value)).to.equal(
      '{"\\r":"Carriage Return","1":"One","b":[56,{"10":null,"d":true}],"€":"Euro Sign"}',
    )
    expect(() => canonicalJson(undefined)).to.throw(TypeError)
  })

  it('writes canonical JSON as the reference does, for any JSON value', () => {
    const json = fc.jsonValue({ stringUnit: 'binary' })
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(value)).to.equal(canonicalize(value))
      }),
      { numRuns: 500 },
    )
    expect(canonicalJson('a backslash before ud: \\ud800')).to.equal('"a backslash before ud: \\\\ud800"')
  })

  it('writes no canonical JSON of what is no JSON value', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, 10n, () => 1, '\ud800', { 'a\udfff': 1 }]
    for (const value of values) expect(() => canonicalJson([value]), String(value)).to.throw()
  })

  it('writes five bits a character, most significant first', () => {
    expect(base32(Buffer.from([0xff, 0x00]))).to.equal('ZW0')
    expect(base32(Buffer.from([0x08]))).to.equal('1')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (b) => {
        expect(base32(b).length).to.equal(Math.floor((b.length * 8) / 5))
      }),
    )
  })

  it('makes ids that it recognises, and no other', () => {
    const id = newId('ver')
    expect(isId('ver', id)).to.equal(true)
    expect(isId('bat', id)).to.equal(false)
    expect(isId('ver', `${id}0`)).to.equal(false)
    expect(new Set(Array.from({ length: 1000 }, () => newId('x'))).size).to.equal(1000)
  })

  it('makes ids that sort by time, with the time as a ULID writes it', () => {
    expect(timedId('ver', 1_469_918_176_385)).to.match(/^ver_01ARYZ6S41/)
    expect(isId('ver', timedId('ver', 2 ** 48 - 1))).to.equal(true)
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 48 - 2 }), (ms) => {
        expect(timedId('x', ms) < timedId('x', ms + 1)).to.equal(true)
      }),
    )
    expect(new Set(Array.from({ length: 1000 }, () => timedId('x', 7))).size).to.equal(1000)
  })
})
