import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { expect } from 'chai'
import { isLowS, signLowS, verifySignature } from '../../../server/modules/certificates/signature.ts'

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

describe('ES256 signature', () => {
  it('is 64 bytes with the low s, and holds for node:crypto as r and s; 2,000 of them, so that short numbers occur', () => {
    for (let i = 0; i < 2_000; i++) {
      const input = Buffer.from(`input ${i}`)
      const signature = signLowS(input, keys.privateKey)
      expect(signature).to.have.length(64)
      expect(isLowS(signature)).to.equal(true)
      expect(verify('sha256', input, { key: keys.publicKey, dsaEncoding: 'ieee-p1363' }, signature)).to.equal(
        true,
      )
    }
  })

  it('that node:crypto made as r and s is verified, and not for another input', async () => {
    for (let i = 0; i < 500; i++) {
      const signature = sign('sha256', Buffer.from(`input ${i}`), {
        key: keys.privateKey,
        dsaEncoding: 'ieee-p1363',
      })
      expect(await verifySignature(`input ${i}`, signature, keys.publicKey)).to.equal(true)
      expect(await verifySignature(`input ${i + 1}`, signature, keys.publicKey)).to.equal(false)
    }
  })

  it('of zeros or of ones is verified for nothing', async () => {
    expect(await verifySignature('input', Buffer.alloc(64), keys.publicKey)).to.equal(false)
    expect(await verifySignature('input', Buffer.alloc(64, 0xff), keys.publicKey)).to.equal(false)
  })
})
