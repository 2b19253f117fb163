import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { aesBlocks, aesCmac } from '../../../server/modules/verification/tags/cmac.ts'
import { lrpOf } from '../../../server/modules/verification/tags/lrp.ts'
import {
  aesSessionKeys,
  decryptPicc,
  encryptPicc,
  lrpSessionKey,
  sunSession,
} from '../../../server/modules/verification/tags/sun-crypto.ts'
import { parseSun, readSun } from '../../../server/modules/verification/tags/sun-message.ts'

const golden = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../golden/tags/${name}.json`, import.meta.url), 'utf8'))
const sun = golden('sun')
const lrp = golden('lrp')
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
const FACTORY = '0'.repeat(32)

/** UID and counter as a chip mirrors them: the counter's least significant byte first. */
function mirrored({ uid, counter }: { uid: string; counter: number }): Buffer {
  const out = Buffer.concat([bytes(uid), Buffer.alloc(3)])
  out.writeUIntLE(counter, 7, 3)
  return out
}

describe('published vectors of NTAG 424 DNA', () => {
  it('AES-CMAC as RFC 4493 gives it, for none, one, two and a half, and four blocks', () => {
    for (const { message, mac } of sun.aesCmac.macs)
      expect(aesCmac(bytes(sun.aesCmac.key), bytes(message)).toString('hex')).to.equal(mac)
    expect(sun.aesCmac.macs).to.have.length(4)
  })

  it('the diversified key of AN10922', () => {
    const { master, input, key } = sun.diversification
    expect(aesCmac(bytes(master), bytes(input)).toString('hex')).to.equal(key)
  })

  it('the AES session keys of AN12196', () => {
    for (const vector of sun.aesSessionKeys) {
      const { encryption, mac } = aesSessionKeys(bytes(vector.key), mirrored(vector))
      expect(mac.toString('hex')).to.equal(vector.mac)
      if (vector.encryption) expect(encryption.toString('hex')).to.equal(vector.encryption)
    }
  })

  it('the encrypted file data of AN12196, both ways', () => {
    const { key, cipher, plain, ...read } = sun.aesFileData
    const session = sunSession('aes', bytes(key), mirrored(read))
    expect(session.decryptFile(bytes(cipher)).toString('hex')).to.equal(plain)
    expect(session.encryptFile(bytes(plain)).toString('hex')).to.equal(cipher)
  })

  it('LRP: plaintexts and updated keys of AN12304', () => {
    const { plaintexts, updatedKeys } = lrp
    const of = lrpOf(bytes(plaintexts.key))
    // An evaluation of no nibbles is the updated key itself; one of nibble n enciphers plaintext n under it.
    const enciphered = (plaintext: string) => aesBlocks(bytes(updatedKeys.k0))(bytes(plaintext))
    expect(of.evaluate(0, '', false).toString('hex')).to.equal(updatedKeys.k0)
    expect(of.evaluate(2, '', false).toString('hex')).to.equal(updatedKeys.k2)
    expect(of.evaluate(0, '0', false)).to.deep.equal(enciphered(plaintexts.p0))
    expect(of.evaluate(0, 'F', false)).to.deep.equal(enciphered(plaintexts.p15))
  })

  it('LRP: all 50 evaluations of AN12304', () => {
    for (const { key, input, final, updatedKey, result } of lrp.evaluations)
      expect(lrpOf(bytes(key)).evaluate(updatedKey, input, final).toString('hex')).to.equal(result)
    expect(lrp.evaluations).to.have.length(50)
  })

  it('LRP: all 50 MACs of AN12304', () => {
    for (const { key, message, mac } of lrp.macs)
      expect(lrpOf(bytes(key)).cmac(bytes(message)).toString('hex')).to.equal(mac)
    expect(lrp.macs).to.have.length(50)
  })

  it('LRP: encryption of AN12304, both ways', () => {
    const { key, counter, plain, cipher } = lrp.encryption
    const padded = Buffer.concat([bytes(plain), bytes('80'), Buffer.alloc(15)])
    expect(lrpOf(bytes(key)).encrypt(0, bytes(counter), padded).toString('hex')).to.equal(cipher)
    expect(lrpOf(bytes(key)).decrypt(0, bytes(counter), bytes(cipher))).to.deep.equal(padded)
  })

  it('LRP: session keys, MACs and file data of messages read from chips', () => {
    for (const { key, session, macInput, mac, fileCipher, filePlain, ...read } of sun.lrpSessionKeys) {
      expect(lrpSessionKey(bytes(key), mirrored(read)).toString('hex')).to.equal(session)
      const opened = sunSession('lrp', bytes(key), mirrored(read))
      expect(opened.mac(macInput).toString('hex')).to.equal(mac)
      if (!fileCipher) continue
      expect(opened.decryptFile(bytes(fileCipher)).toString('hex')).to.equal(filePlain)
      expect(opened.encryptFile(bytes(filePlain)).toString('hex')).to.equal(fileCipher)
    }
  })

  it('LRP: PICC data, both ways', () => {
    for (const { cipher, plain } of sun.lrpPicc) {
      expect(decryptPicc('lrp', bytes(FACTORY), bytes(cipher)).toString('hex')).to.equal(plain)
      const random = bytes(cipher).subarray(0, 8)
      expect(encryptPicc('lrp', bytes(FACTORY), { block: bytes(plain), random })).to.deep.equal(bytes(cipher))
    }
  })

  for (const { source, query, mode, uid, counter, fileData, metaRead, fileRead } of sun.messages) {
    it(`reads the message of ${source}`, () => {
      const message = parseSun(Object.fromEntries(new URLSearchParams(query)))
      expect(message?.mode).to.equal(mode)
      const keys = { metaRead: bytes(metaRead ?? FACTORY), fileRead: bytes(fileRead ?? FACTORY) }
      const reading = message && readSun(message, { keys, uid: bytes(uid) })
      expect(reading?.counter).to.equal(counter)
      expect(reading?.fileData?.toString('hex') ?? null).to.equal(fileData)
    })
  }
})
