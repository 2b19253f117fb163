import { expect } from 'chai'
import { lowS } from '../../../server/kernel/es256-signature.ts'
import { generateEs256, signInput, verifyEs256 } from '../../../server/keys/es256.ts'
import { startEs256Threads } from '../../../server/keys/es256-threads.ts'

const SIGNATURES = 300

describe('keys/es256-threads', () => {
  const threads = startEs256Threads()
  after(() => threads.close())

  it('sign as the main thread does: each input its own signature, verified elsewhere', async () => {
    const key = await generateEs256()
    const sign = threads.signer(key.privateKey)
    const inputs = Array.from({ length: SIGNATURES }, (_, i) => `input.${i}`)
    const signatures = await Promise.all(inputs.map((input) => sign(input)))
    for (const [i, input] of inputs.entries())
      expect(await verifyEs256(input, signatures[i] ?? '', key.publicKey)).to.equal(true)
  })

  it('tell right signatures from wrong ones asked for together, each by its own key', async () => {
    const keys = [await generateEs256(), await generateEs256()] as const
    const asked = await Promise.all(
      Array.from({ length: SIGNATURES }, async (_, i) => {
        const signer = keys[i % 2 === 0 ? 0 : 1]
        const shown = keys[i % 3 === 0 ? 0 : 1]
        const signature = Buffer.from(await signInput(`input.${i}`, signer.privateKey), 'base64url')
        const signingInput = i % 5 === 0 ? `other.${i}` : `input.${i}`
        return { signed: { signingInput, signature }, shown, right: signer === shown && i % 5 !== 0 }
      }),
    )
    const answers = await Promise.all(
      asked.map(({ signed, shown }) => threads.verify(signed, shown.publicKey)),
    )
    expect(answers).to.deep.equal(asked.map((one) => one.right))
    expect(answers.filter(Boolean)).to.have.length.within(1, SIGNATURES - 1)
  })

  it('refuse the high-s twin of a right signature, and signatures of another length', async () => {
    const key = await generateEs256()
    const signature = Buffer.from(await signInput('input', key.privateKey), 'base64url')
    expect(lowS(Buffer.from(signature))).to.deep.equal(signature)
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
    const twin = (order - BigInt(`0x${signature.toString('hex', 32)}`)).toString(16).padStart(64, '0')
    const high = Buffer.concat([signature.subarray(0, 32), Buffer.from(twin, 'hex')])
    const lengths = [Buffer.alloc(0), signature.subarray(0, 63), Buffer.concat([signature, Buffer.alloc(1)])]
    const asked = [signature, high, ...lengths]
    const answers = await Promise.all(
      asked.map((one) => threads.verify({ signingInput: 'input', signature: one }, key.publicKey)),
    )
    expect(answers).to.deep.equal([true, false, false, false, false])
  })
})
