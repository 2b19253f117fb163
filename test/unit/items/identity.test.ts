import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { computeAddress } from 'ethers'
import { type Hex, hexOf, toHex } from '../../../server/kernel/bytes.ts'
import { claimAddress, claimCode, claimPrivateKey, itemIdOf } from '../../../server/modules/items/identity.ts'

type Golden = {
  secret: string
  salt: string
  gtin: string
  serial: string
  index: number
  itemId: Hex
  code: string
  privateKey: Hex
  address: Hex
}

describe('Identity of an item', () => {
  const golden = JSON.parse(
    readFileSync(new URL('../../golden/certificate-identity.json', import.meta.url), 'utf8'),
  ) as Golden[]

  for (const { secret, salt, gtin, serial, index, ...expected } of golden) {
    it(`of ${gtin} ${serial} is as recorded: item id, claim code, claim key and address`, () => {
      const itemId = itemIdOf(Buffer.from(salt, 'hex'), { gtin, serial })
      const code = claimCode(Buffer.from(secret, 'hex'), index)
      const key = claimPrivateKey(itemId, code)
      const address = hexOf(claimAddress(key))
      expect({ itemId: hexOf(itemId), code, privateKey: hexOf(key), address }).to.deep.equal(expected)
    })
  }

  it('has the address that ethers computes of the claim key', () => {
    for (let i = 0; i < 20; i++) {
      const key = claimPrivateKey(Buffer.alloc(32, i), 'CODE')
      expect(hexOf(claimAddress(key))).to.equal(toHex(computeAddress(hexOf(key))))
    }
  })

  it('depends on the salt, and claim codes on the place and the secret', () => {
    const key = { gtin: '09521234001157', serial: 'A1' }
    expect(itemIdOf(Buffer.alloc(16, 1), key)).to.not.deep.equal(itemIdOf(Buffer.alloc(16, 2), key))
    const codes = new Set(Array.from({ length: 2_000 }, (_, i) => claimCode(Buffer.alloc(32, i % 2), i >> 1)))
    expect(codes.size).to.equal(2_000)
    for (const code of codes) expect(code).to.match(/^[0-9A-HJKMNP-TV-Z]{16}$/)
  })
})
