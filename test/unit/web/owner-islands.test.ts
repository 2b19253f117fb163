import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { expect } from 'chai'
import { recoverAddress, TypedDataEncoder } from 'ethers'
import fc from 'fast-check'
import { hexOf } from '../../../server/kernel/bytes.ts'
import { claimAddress, claimCoder, claimPrivateKey } from '../../../server/modules/items/index.ts'
import { claimKey, readCode } from '../../../server/web/islands/owner/claim-key.ts'
import { pointsOf } from '../../../server/web/islands/owner/points.ts'
import { typedDigest } from '../../../server/web/islands/owner/typed-data.ts'

/*
 * what the owner's browser computes by itself
 * ├── digest of a message ........ as ethers computes it
 * ├── claim key of a code ........ as the gateway derived it; its signature is of its address
 * ├── code as typed .............. blanks, dashes, small letters, O for 0, I and L for 1; nothing else
 * └── key of an assertion ........ among those that the signature fits
 */
const word = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(hexOf)

describe('what the owner’s browser computes', () => {
  it('is the digest of a message as ethers computes it', () => {
    const fields = [
      { name: 'tokenId', type: 'uint256' },
      { name: 'to', type: 'bytes' },
      { name: 'listing', type: 'bytes32' },
      { name: 'nonce', type: 'uint40' },
      { name: 'note', type: 'string' },
    ]
    const message = fc.record({
      tokenId: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }).map(String),
      to: word(84),
      listing: word(32),
      nonce: fc.nat().map(String),
      note: fc.string(),
    })
    fc.assert(
      fc.property(message, word(20), fc.nat(), (values, verifyingContract, chainId) => {
        const domain = { name: 'Cachet ItemOwnership', version: '1', chainId, verifyingContract }
        const types = { Transfer: fields }
        const ours = typedDigest({ domain, primaryType: 'Transfer', types, message: values })
        expect(ours).to.equal(TypedDataEncoder.hash(domain, types, values))
      }),
    )
  })

  it('is the claim key that the gateway derived, and signatures of its address', () => {
    const codeOf = claimCoder(randomBytes(32))
    for (let i = 0; i < 40; i++) {
      const [itemId, code, digest] = [randomBytes(32), codeOf(i), hexOf(randomBytes(32))]
      const key = claimKey(hexOf(itemId), code)
      expect(key.address).to.equal(hexOf(claimAddress(claimPrivateKey(itemId, code))))
      expect(recoverAddress(digest, key.sign(digest)).toLowerCase()).to.equal(key.address)
    }
  })

  it('is the code that was printed, from what people type', () => {
    const code = '7QK2M8XW4R9TNC30'
    expect(readCode('7qk2-m8xw-4r9t-nc3o')).to.equal(code)
    expect(readCode(' 7QK2 M8XW 4R9T NC30 ')).to.equal(code)
    expect(readCode('LQK2M8XW4R9TNCI0')).to.equal('1QK2M8XW4R9TNC10')
    for (const typed of ['', '7QK2M8XW4R9TNC3', `${code}0`, '7QK2M8XW4R9TNCU0', '7QK2M8XW4R9TNC3!'])
      expect(readCode(typed), typed).to.equal(null)
  })

  it('is the key of an assertion, among the few that its signature fits', () => {
    for (let i = 0; i < 20; i++) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const authenticatorData = randomBytes(37)
      const clientDataJSON = Buffer.from(`{"type":"webauthn.get","challenge":"${i}"}`)
      const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientDataJSON).digest()])
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      const point = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
      const points = pointsOf({
        authenticatorData,
        clientDataJSON,
        signature: sign('sha256', signed, privateKey),
      })
      expect(points).to.include(point.toString('base64url'))
      expect(points.length).to.be.within(1, 4)
    }
  })
})
