import { expect } from 'chai'
import fc from 'fast-check'
import { isAppError } from '../../../server/kernel/errors.ts'
import { isOfficialHost, readCode } from '../../../server/web/code.ts'

const GTIN = '09506000134352'
const SERIAL = '7QK2M8XW4R9TNC3H'
const official = { publicUrl: 'https://scan.cachet.example', brandDomain: 'maison-exemple.com' }

/*
 * code: link (with or without scheme), GTIN and serial, GS1 element string, anything else
 * host: ours, the brand's and below, GS1's, anything else
 */
describe('reading a scanned or typed code', () => {
  const read: readonly (readonly [string, string | null])[] = [
    [`https://scan.cachet.example/01/${GTIN}/21/${SERIAL}`, 'scan.cachet.example'],
    [`scan.cachet.example/01/${GTIN}/21/${SERIAL}`, 'scan.cachet.example'],
    [`  ${GTIN}   ${SERIAL} `, null],
    [`9506000134352 ${SERIAL}`, null],
    [`(01)${GTIN}(21)${SERIAL}`, null],
  ]
  for (const [code, host] of read) {
    it(`takes ${JSON.stringify(code)}`, () => {
      expect(readCode(code)).to.deep.equal({ key: { gtin: GTIN, serial: SERIAL }, host })
    })
  }

  for (const code of [
    '',
    'hello',
    GTIN,
    `09506000134353 ${SERIAL}`,
    'https://example.com/menu',
    `javascript://x/01/${GTIN}/21/A`,
  ]) {
    it(`refuses ${JSON.stringify(code)} with a reason`, () => {
      expect(() => readCode(code))
        .to.throw()
        .with.property('code')
        .that.matches(/^gs1\.bad_/)
    })
  }

  it('never fails in another way, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 300 }), (text) => {
        try {
          readCode(text)
        } catch (error) {
          expect(isAppError(error)).to.equal(true)
        }
      }),
    )
  })
})

describe('the host of a scanned link', () => {
  for (const host of ['scan.cachet.example', 'id.gs1.org', 'maison-exemple.com', 'id.maison-exemple.com']) {
    it(`is official as ${host}`, () => expect(isOfficialHost(host, official)).to.equal(true))
  }

  const shapes: readonly ((n: number) => string)[] = [
    (n) => `https://maison-exemple.com@evil${n}.example/01/${GTIN}/21/A`,
    (n) => `https://maison-exemple.com.evil${n}.example/01/${GTIN}/21/A`,
    (n) => `https://evilmaison-exemple.com/${n}/01/${GTIN}/21/A`,
    (n) => `https://maison-exempl\u0435.com/${n}/01/${GTIN}/21/A`,
    (n) => `https://maison-exemple.com:${n + 1000}/01/${GTIN}/21/A`,
    (n) => `https://maison-exemple.com.:${n + 1000}/01/${GTIN}/21/A`,
    (n) => `https://[::1]:${n + 1000}/01/${GTIN}/21/A`,
    (n) => `https://evil${n}.example\\@maison-exemple.com/01/${GTIN}/21/A`,
    (n) => `https://scan.cachet.example%2eevil${n}.example/01/${GTIN}/21/A`,
    (n) => `//evil${n}.example/01/${GTIN}/21/A`,
  ]
  it('is foreign, or no host at all, in 500 hostile spellings', () => {
    const accepted = shapes
      .flatMap((shape) => Array.from({ length: 50 }, (_, n) => shape(n)))
      .filter((link) => {
        try {
          const { host } = readCode(link)
          return host === null || isOfficialHost(host, official)
        } catch {
          return false
        }
      })
    expect(accepted).to.deep.equal([])
  })
})
