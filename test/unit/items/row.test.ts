import { expect } from 'chai'
import { COUNTRY_COUNT } from '../../../server/modules/items/countries.ts'
import { currencyDecimals } from '../../../server/modules/items/currencies.ts'
import { type RawRow, readRow } from '../../../server/modules/items/row.ts'

const RULES = { prefixes: ['9521234'], latestDate: '2026-11-24' }
const GOOD: RawRow = {
  gtin: '09521234001157',
  serial: 'A1',
  model: 'Parfum N° 12 Édition',
  category: 'fragrance',
  country_of_production: 'FR',
  production_date: '2026-08-02',
  currency: 'CHF',
  retail_price: '690',
}

/*
 * a row
 * ├── good: facts, with absent fields null; serial null where one must be made
 * ├── each field wrong: the field and code
 * ├── several fields wrong: all of them
 * └── unusual text: data
 */
describe('Row of a brand’s file', () => {
  it('becomes facts whose absent fields are null', () => {
    expect(readRow(GOOD, RULES)).to.deep.equal({
      errors: [],
      key: { gtin: '09521234001157', serial: 'A1' },
      facts: {
        gtin: '09521234001157',
        serial: 'A1',
        model: 'Parfum N° 12 Édition',
        category: 'fragrance',
        colour: null,
        materials: null,
        countryOfProduction: 'FR',
        productionDate: '2026-08-02',
        facility: null,
        currency: 'CHF',
        retailPrice: '690',
      },
    })
  })

  it('may lack a serial, which is then made, and has no key yet', () => {
    const { facts, key } = readRow({ ...GOOD, serial: '' }, RULES)
    expect(facts?.serial).to.equal(null)
    expect(key).to.equal(null)
  })

  const accepted: [string, RawRow][] = [
    ['a GTIN-13, padded to 14 digits', { gtin: '9521234001157' }],
    ['a formula as text', { model: '=HYPERLINK("http://example.org")' }],
    ['markup as text', { colour: '<script>alert(1)</script>' }],
    ['right-to-left and Chinese text', { model: 'حقيبة 手袋' }],
    ['a country in lower case', { country_of_production: 'fr' }],
    ['the last day that has begun anywhere', { production_date: '2026-11-24' }],
    ['29 February of a leap year', { production_date: '2024-02-29' }],
    ['a price of zero', { retail_price: '0' }],
    ['two decimals', { retail_price: '690.50' }],
    ['zeros beyond the currency’s decimals', { currency: 'JPY', retail_price: '69000.00' }],
    ['three decimals in dinars', { currency: 'KWD', retail_price: '69.125' }],
    ['a currency without a price', { retail_price: '' }],
    ['500 characters', { facility: 'é'.repeat(500) }],
    ['spaces around a code', { serial: ' A1 ', currency: ' EUR ' }],
  ]
  for (const [title, change] of accepted) {
    it(`accepts ${title}`, () => {
      const { facts, errors } = readRow({ ...GOOD, ...change }, RULES)
      expect(errors).to.deep.equal([])
      expect(facts?.gtin).to.equal('09521234001157')
    })
  }

  const refused: [string, RawRow, string, string][] = [
    ['no GTIN', { gtin: '' }, 'gtin', 'item.required'],
    ['a wrong check digit', { gtin: '09521234001158' }, 'gtin', 'gs1.bad_gtin'],
    ['a GTIN of 15 digits', { gtin: '095212340001157' }, 'gtin', 'gs1.bad_gtin'],
    ['a GTIN of another company', { gtin: '04012345678901' }, 'gtin', 'item.prefix_not_owned'],
    ['a serial of 21 characters', { serial: 'ABCDEFGHJKMNPQRSTVWXY' }, 'serial', 'gs1.bad_serial'],
    ['a serial with a space', { serial: 'A 1' }, 'serial', 'gs1.bad_serial'],
    ['no model', { model: '  ' }, 'model', 'item.required'],
    ['501 characters', { materials: 'é'.repeat(501) }, 'materials', 'item.too_long'],
    ['a bell', { colour: 'noir\u0007' }, 'colour', 'item.control_character'],
    ['a C1 control', { model: 'Sac\u0085noir' }, 'model', 'item.control_character'],
    ['a text-direction override', { model: 'Sac \u202Eeruaemé' }, 'model', 'item.control_character'],
    ['half of a character pair', { model: 'Sac \ud83d' }, 'model', 'item.control_character'],
    [
      'a three-letter country',
      { country_of_production: 'FRA' },
      'country_of_production',
      'item.unknown_country',
    ],
    [
      'a country that was dissolved',
      { country_of_production: 'YU' },
      'country_of_production',
      'item.unknown_country',
    ],
    ['30 February', { production_date: '2025-02-30' }, 'production_date', 'item.bad_date'],
    ['29 February of a common year', { production_date: '2025-02-29' }, 'production_date', 'item.bad_date'],
    ['a date in another order', { production_date: '02/08/2026' }, 'production_date', 'item.bad_date'],
    [
      'a day that has begun nowhere',
      { production_date: '2026-11-25' },
      'production_date',
      'item.future_date',
    ],
    ['a currency that is none', { currency: 'EURO' }, 'currency', 'item.unknown_currency'],
    ['a currency that was withdrawn', { currency: 'HRK' }, 'currency', 'item.unknown_currency'],
    ['a negative price', { retail_price: '-5' }, 'retail_price', 'item.bad_price'],
    ['a decimal comma', { retail_price: '690,50' }, 'retail_price', 'item.bad_price'],
    ['an exponent', { retail_price: '6e9' }, 'retail_price', 'item.bad_price'],
    ['three decimals in francs', { retail_price: '690.505' }, 'retail_price', 'item.bad_price'],
    ['decimals in yen', { currency: 'JPY', retail_price: '690.50' }, 'retail_price', 'item.bad_price'],
    ['a price of 13 digits', { retail_price: '1234567890123' }, 'retail_price', 'item.bad_price'],
    ['a price without a currency', { currency: '' }, 'retail_price', 'item.currency_required'],
  ]
  for (const [title, change, field, code] of refused) {
    it(`refuses ${title} as ${code} of ${field}`, () => {
      const { facts, errors } = readRow({ ...GOOD, ...change }, RULES)
      expect(errors.map((error) => [error.field, error.code])).to.deep.equal([[field, code]])
      expect(errors[0]?.message).to.have.length.greaterThan(10)
      expect(facts).to.equal(null)
    })
  }

  it('reports every wrong field, and still knows which item it names', () => {
    const { errors, key } = readRow(
      { ...GOOD, model: '', country_of_production: 'X', retail_price: '-1' },
      RULES,
    )
    expect(errors.map((error) => error.field)).to.have.members([
      'model',
      'country_of_production',
      'retail_price',
    ])
    expect(key).to.deep.equal({ gtin: '09521234001157', serial: 'A1' })
  })
})

describe('Code lists', () => {
  it('know the 249 countries of ISO 3166-1', () => {
    expect(COUNTRY_COUNT).to.equal(249)
  })

  it('know the decimals of currencies, and nothing of funds, metals and test codes', () => {
    expect(['EUR', 'JPY', 'KWD', 'XCG'].map(currencyDecimals)).to.deep.equal([2, 0, 3, 2])
    expect(['XAU', 'XTS', 'CHE', 'DEM', ''].map(currencyDecimals)).to.deep.equal([
      null,
      null,
      null,
      null,
      null,
    ])
  })
})
