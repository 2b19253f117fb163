import { expect } from 'chai'
import fc from 'fast-check'
import { isAppError } from '../../../server/kernel/errors.ts'
import {
  canonicalDigitalLink,
  digitalLinkPath,
  gtinCheckDigit,
  gtinHasPrefix,
  parseDigitalLink,
  parseGtin,
  parseSerial,
} from '../../../server/kernel/gs1.ts'

const SET_82 = '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((d) => d.join(''))
const gtins = digits(13).map((d) => d + gtinCheckDigit(d))
const serials = fc
  .array(fc.constantFrom(...SET_82), { minLength: 1, maxLength: 20 })
  .map((c) => c.join(''))
  .filter((serial) => serial !== '.' && serial !== '..')

function codeOf(run: () => unknown): string | null {
  try {
    run()
    return null
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}

describe('kernel/gs1', () => {
  it('computes the check digits of the examples GS1 publishes', () => {
    expect(gtinCheckDigit('0950600013435')).to.equal('2')
    expect(gtinCheckDigit('0952123454321')).to.equal('3')
  })

  it('pads shorter GTINs with zeros to 14 digits', () => {
    expect(parseGtin('9506000134352')).to.equal('09506000134352')
    expect(parseGtin('96385074')).to.equal('00000096385074')
  })

  it('refuses a GTIN with any one digit changed', () => {
    fc.assert(
      fc.property(gtins, fc.nat(13), fc.integer({ min: 1, max: 9 }), (gtin, at, by) => {
        const changed = [...gtin]
        changed[at] = String((Number(changed[at]) + by) % 10)
        expect(codeOf(() => parseGtin(changed.join('')))).to.equal('gs1.bad_gtin')
      }),
    )
  })

  it('refuses lengths and characters that no GTIN has, and says which', () => {
    expect(() => parseGtin('095212340001001')).to.throw('must have 8, 12, 13 or 14 digits')
    expect(() => parseGtin('0950600013435X')).to.throw('has characters other than digits')
    expect(() => parseGtin('')).to.throw('has characters other than digits')
  })

  it('takes serials of 1 to 20 characters of set 82, and no others', () => {
    fc.assert(
      fc.property(serials, (serial) => {
        expect(parseSerial(serial)).to.equal(serial)
      }),
    )
    for (const bad of ['', '.', '..', 'A'.repeat(21), 'A B', 'É', 'a#b', 'a\u0000', 'a`b']) {
      expect(
        codeOf(() => parseSerial(bad)),
        JSON.stringify(bad),
      ).to.equal('gs1.bad_serial')
    }
  })

  it('reads back every link that it writes, for any GTIN and serial', () => {
    fc.assert(
      fc.property(gtins, serials, (gtin, serial) => {
        const read = parseDigitalLink(
          `https://id.example.com/p${digitalLinkPath({ gtin, serial })}?17=261231`,
        )
        expect(read).to.deep.equal({ gtin, serial, origin: 'https://id.example.com', prefixPath: '/p' })
      }),
    )
  })

  it('keeps a serial with slashes and percent signs in one segment', () => {
    expect(digitalLinkPath({ gtin: '09506000134352', serial: 'A/1%2' })).to.equal(
      '/01/09506000134352/21/A%2F1%252',
    )
    expect(canonicalDigitalLink({ gtin: '09506000134352', serial: 'A' })).to.equal(
      'https://id.gs1.org/01/09506000134352/21/A',
    )
  })

  it('takes variant and lot before the serial, in this order only', () => {
    const at = 'https://x.example/01/09506000134352'
    expect(parseDigitalLink(`${at}/22/V/10/LOT/21/S`).serial).to.equal('S')
    for (const rest of [
      '/10/LOT/22/V/21/S',
      '/21/S/21/T',
      '/21/S/10/LOT',
      '/99/X/21/S',
      '/21/',
      '/10//21/S',
      '',
    ]) {
      expect(
        codeOf(() => parseDigitalLink(at + rest)),
        rest,
      ).to.equal('gs1.bad_link')
    }
  })

  it('refuses what is no web address of an item, each with its reason', () => {
    const item = '/01/09506000134352/21/S'
    const cases: [string, string][] = [
      ['not a url', 'is no URL'],
      [`ftp://x.example${item}`, 'is neither http nor https'],
      [`javascript:alert(1)`, 'is neither http nor https'],
      [`https://brand.com@evil.example${item}`, 'has a user name in it'],
      ['https://x.example/', 'has no /01/ followed by a GTIN'],
      ['https://x.example/01/09506000134352/21/%E0%A4%A', 'malformed percent-encoding'],
      [`https://x.example${item}${'a'.repeat(2100)}`, 'longer than'],
    ]
    for (const [link, reason] of cases) expect(() => parseDigitalLink(link), link).to.throw(reason)
  })

  it('matches a company prefix after the packaging indicator', () => {
    expect(gtinHasPrefix('09521234001157', '9521234')).to.equal(true)
    expect(gtinHasPrefix('19521234001154', '9521234')).to.equal(true)
    expect(gtinHasPrefix('04012345678901', '9521234')).to.equal(false)
  })
})
