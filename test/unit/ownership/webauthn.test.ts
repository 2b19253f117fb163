import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import { expect } from 'chai'
import { AbiCoder } from 'ethers'
import { hexOf } from '../../../server/kernel/bytes.ts'
import { AppError } from '../../../server/kernel/errors.ts'
import { fromDer, SIGNATURE_BYTES, toDer } from '../../../server/kernel/es256-signature.ts'
import { encodeAssertion } from '../../../server/modules/ownership/webauthn.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const digest = hexOf(randomBytes(32))

function assertion(over: { clientData?: string; length?: number } = {}) {
  const challenge = Buffer.from(digest.slice(2), 'hex').toString('base64url')
  const clientData =
    over.clientData ?? `{"type":"webauthn.get","challenge":"${challenge}","origin":"https://x.example"}`
  const authenticatorData = randomBytes(over.length ?? 37)
  const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()])
  return {
    authenticatorData,
    clientDataJSON: Buffer.from(clientData),
    signature: sign('sha256', signed, privateKey),
  }
}

function refusal(given: ReturnType<typeof assertion>): string {
  try {
    encodeAssertion(given, digest)
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${JSON.stringify(error.data)}`
    throw error
  }
  return 'accepted'
}

describe('encodeAssertion', () => {
  it('gives what the ABI coder gives, s in the lower half, for texts and data of every length', () => {
    for (let length = 37; length < 110; length++) {
      const given = assertion({ length })
      const text = given.clientDataJSON.toString()
      const plain = fromDer(given.signature)
      const s = BigInt(hexOf(plain.subarray(32)))
      const order = p256.Point.Fn.ORDER
      const expected = AbiCoder.defaultAbiCoder().encode(
        ['uint256', 'uint256', 'uint256', 'uint256', 'bytes', 'string'],
        [
          BigInt(hexOf(plain.subarray(0, 32))),
          s > order / 2n ? order - s : s,
          text.indexOf('"challenge"'),
          text.indexOf('"type"'),
          given.authenticatorData,
          text,
        ],
      )
      expect(encodeAssertion(given, digest)).to.equal(expected)
    }
  })

  it('refuses another challenge, another type, and what is no assertion', () => {
    const other = Buffer.alloc(32).toString('base64url')
    const cases: [ReturnType<typeof assertion>, string][] = [
      [assertion({ clientData: `{"type":"webauthn.get","challenge":"${other}"}` }), 'another challenge'],
      [assertion({ clientData: '{"type":"webauthn.create"}' }), 'is not of an assertion'],
      [assertion({ length: 36 }), 'is no authenticator data'],
      [{ ...assertion(), clientDataJSON: Buffer.from([0xff, 0xfe]) }, 'is no UTF-8 text'],
      [{ ...assertion(), signature: randomBytes(70) }, 'is no ECDSA signature'],
      [{ ...assertion(), signature: Buffer.alloc(0) }, 'is no ECDSA signature'],
    ]
    for (const [given, reason] of cases) {
      expect(refusal(given))
        .to.match(/^ownership\.assertion_rejected/)
        .and.to.contain(reason)
    }
  })

  it('refuses DER with anything changed, left out or added', () => {
    const given = assertion()
    for (let cut = 0; cut < given.signature.length; cut++) {
      const short = { ...given, signature: given.signature.subarray(0, cut) }
      expect(refusal(short), String(cut)).to.match(/^ownership\.assertion_rejected/)
    }
    const long = { ...given, signature: Buffer.concat([given.signature, Buffer.of(0)]) }
    expect(refusal(long)).to.match(/^ownership\.assertion_rejected/)
    expect(toDer(fromDer(given.signature)).equals(given.signature)).to.equal(true)
    expect(SIGNATURE_BYTES).to.equal(64)
  })
})
