import { createVerify, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { compactVerify } from 'jose'
import { canonicalBase64url } from '../../../server/kernel/bytes.ts'
import { isLowS, lowS } from '../../../server/kernel/es256-signature.ts'
import {
  exportPkcs8,
  generateEs256,
  importEs256,
  publicKeyOf,
  signCompact,
  thumbprintOf,
  verifyEs256,
} from '../../../server/keys/es256.ts'
import { createVault } from '../../../server/keys/vault.ts'

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** The other signature that is mathematically valid: (r, n - s). */
function twinOf(signature: Buffer): Buffer {
  const s = BigInt(`0x${signature.toString('hex', 32)}`)
  return Buffer.concat([
    signature.subarray(0, 32),
    Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex'),
  ])
}

function partsOf(jws: string): { input: string; signature: string } {
  const at = jws.lastIndexOf('.')
  return { input: jws.slice(0, at), signature: jws.slice(at + 1) }
}

describe('keys/es256', () => {
  it('names a key by the RFC 7638 thumbprint, as text and as bytes', async () => {
    const key = await generateEs256()
    const named = await thumbprintOf(key.publicJwk)
    expect(named).to.deep.equal({ kid: key.kid, thumbprint: key.thumbprint })
    expect(Buffer.from(key.kid, 'base64url').toString('hex')).to.equal(key.thumbprint.slice(2))
  })

  it('signs what jose and node verify, always with a low s', async () => {
    const key = await generateEs256()
    for (let i = 0; i < 40; i++) {
      const jws = await signCompact({ alg: 'ES256', kid: key.kid }, `{"n":${i}}`, key.privateKey)
      const { payload } = await compactVerify(jws, key.publicKey, { algorithms: ['ES256'] })
      expect(Buffer.from(payload).toString()).to.equal(`{"n":${i}}`)
      const { input, signature } = partsOf(jws)
      const bytes = canonicalBase64url(signature) ?? Buffer.alloc(0)
      expect(isLowS(bytes)).to.equal(true)
      expect(
        createVerify('sha256').update(input).verify({ key: key.publicKey, dsaEncoding: 'ieee-p1363' }, bytes),
      ).to.equal(true)
      expect(await verifyEs256(input, signature, key.publicKey)).to.equal(true)
    }
  })

  it('refuses the high-s twin of a right signature, padding, other lengths and other keys', async () => {
    const key = await generateEs256()
    const { input, signature } = partsOf(await signCompact({ alg: 'ES256' }, '{}', key.privateKey))
    const bytes = Buffer.from(signature, 'base64url')
    const other = await generateEs256()
    expect(await verifyEs256(input, twinOf(bytes).toString('base64url'), key.publicKey)).to.equal(false)
    expect(await verifyEs256(input, `${signature}=`, key.publicKey)).to.equal(false)
    expect(await verifyEs256(input, signature.slice(0, -2), key.publicKey)).to.equal(false)
    expect(await verifyEs256(input, signature, other.publicKey)).to.equal(false)
    expect(await verifyEs256(`${input}x`, signature, key.publicKey)).to.equal(false)
  })

  it('turns a high s into the low one and leaves a low one alone', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: ORDER - 1n }), (s) => {
        const signature = Buffer.concat([
          Buffer.alloc(32, 7),
          Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
        ])
        const low = lowS(Buffer.from(signature))
        expect(isLowS(low)).to.equal(true)
        const value = BigInt(`0x${low.toString('hex', 32)}`)
        expect(value === s || value === ORDER - s).to.equal(true)
      }),
    )
  })

  it('brings a key back from PKCS #8 and from its public JWK', async () => {
    const key = await generateEs256()
    expect((await importEs256(exportPkcs8(key.privateKey))).kid).to.equal(key.kid)
    const jws = partsOf(await signCompact({ alg: 'ES256' }, '1', key.privateKey))
    expect(await verifyEs256(jws.input, jws.signature, publicKeyOf(key.publicJwk))).to.equal(true)
  })
})

describe('keys/vault', () => {
  const vault = createVault(randomBytes(32))

  it('opens what it sealed, and seals the same bytes differently each time', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (plain) => {
        const sealed = vault.seal('test', plain)
        expect([...vault.open('test', sealed)]).to.deep.equal([...plain])
        expect(vault.seal('test', plain).equals(sealed)).to.equal(false)
      }),
    )
  })

  it('refuses every altered byte, another purpose and another master key', () => {
    const sealed = vault.seal('test', Buffer.from('secret'))
    for (let i = 0; i < sealed.length; i++) {
      const altered = Buffer.from(sealed)
      altered[i] = (altered[i] ?? 0) ^ 1
      expect(() => vault.open('test', altered), `byte ${i}`)
        .to.throw()
        .with.property('code', 'keys.cannot_open')
    }
    expect(() => vault.open('other', sealed))
      .to.throw()
      .with.property('code', 'keys.cannot_open')
    expect(() => createVault(randomBytes(32)).open('test', sealed))
      .to.throw()
      .with.property('code', 'keys.cannot_open')
  })

  it('gives the same secret for the same purpose, and another for another', () => {
    expect(vault.secret('a').equals(vault.secret('a'))).to.equal(true)
    expect(vault.secret('a').equals(vault.secret('b'))).to.equal(false)
  })
})
