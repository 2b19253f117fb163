import { isoDate } from '../../kernel/clock.ts'
import { isAppError } from '../../kernel/errors.ts'
import { type Gtin, gtinHasPrefix, parseGtin, parseSerial, type Serial } from '../../kernel/gs1.ts'
import { isCountry } from './countries.ts'
import { currencyDecimals } from './currencies.ts'
import type { LineErrorCode } from './errors.ts'
import type { ImportRules } from './ports.ts'
import type { ItemFacts } from './types.ts'

/** The columns of a brand's file, in the order of the template. */
export const COLUMNS = [
  'gtin',
  'serial',
  'model',
  'category',
  'colour',
  'materials',
  'country_of_production',
  'production_date',
  'facility',
  'currency',
  'retail_price',
] as const
export type Column = (typeof COLUMNS)[number]

/** Columns that a file cannot do without; the others may be missing. */
export const REQUIRED_COLUMNS: readonly Column[] = ['gtin', 'model']

/** The texts of one row, by column; a column that the file does not have is absent. */
export type RawRow = { readonly [column in Column]?: string }

export type FieldError = { readonly field: Column; readonly code: LineErrorCode; readonly message: string }

/** A row that passed; the serial is null where one must be made. */
export type RowFacts = Omit<ItemFacts, 'serial'> & { readonly serial: Serial | null }

export type RowReading = {
  readonly facts: RowFacts | null
  readonly errors: readonly FieldError[]
  readonly key: RowKey | null
}
/** The item that a row names, known even where another field is wrong, so that duplicates are always reported. */
export type RowKey = { readonly gtin: Gtin; readonly serial: Serial }

const FIELD_CHARACTERS_MAX = 500
const PRICE = /^\d{1,12}(?:\.\d{1,6})?$/
const DATE = /^\d{4}-\d{2}-\d{2}$/
/** C0 and C1 controls, line separators, and the marks that override, embed or isolate text direction (UAX #9). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/

/** Checks one row against every rule and reports every field that breaks one. Text that is merely unusual is data. */
export function readRow(raw: RawRow, rules: ImportRules): RowReading {
  const errors: FieldError[] = []
  const take = (field: Column, check: (text: string) => void = () => {}): string | null => {
    const text = (raw[field] ?? '').trim()
    const fault = text === '' ? null : faultOf(field, text, check)
    if (fault) errors.push(fault)
    return text === '' || fault ? null : text
  }
  const gtin = readGtin(raw, rules, errors)
  const serial = take('serial', parseSerial) as Serial | null
  const model = take('model')
  if ((raw.model ?? '').trim() === '') errors.push(required('model'))
  const rest = {
    category: take('category'),
    colour: take('colour'),
    materials: take('materials'),
    countryOfProduction: take('country_of_production', checkCountry)?.toUpperCase() ?? null,
    productionDate: take('production_date', (text) => checkDate(text, rules.latestDate)),
    facility: take('facility'),
    currency: take('currency', checkCurrency)?.toUpperCase() ?? null,
    retailPrice: take('retail_price', (text) => checkPrice(text, (raw.currency ?? '').trim().toUpperCase())),
  }
  const key = gtin !== null && serial !== null ? { gtin, serial } : null
  const passed = errors.length === 0 && gtin !== null && model !== null
  return { facts: passed ? { gtin, serial, model, ...rest } : null, errors, key }
}

function readGtin(raw: RawRow, rules: ImportRules, errors: FieldError[]): Gtin | null {
  const text = (raw.gtin ?? '').trim()
  const fault = text === '' ? required('gtin') : faultOf('gtin', text, (gtin) => checkGtin(gtin, rules))
  if (fault) errors.push(fault)
  return fault ? null : parseGtin(text)
}

/** A rule that was broken; thrown by a field's check and turned into the error of that field. */
class Fault extends Error {
  readonly code: LineErrorCode

  constructor(code: LineErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

function faultOf(field: Column, text: string, check: (text: string) => void): FieldError | null {
  try {
    checkText(text)
    check(text)
    return null
  } catch (error) {
    if (error instanceof Fault) return { field, code: error.code, message: error.message }
    if (isAppError(error)) return { field, code: error.code as LineErrorCode, message: error.message }
    throw error
  }
}

function required(field: Column): FieldError {
  return { field, code: 'item.required', message: `${field} is empty` }
}

function checkText(text: string): void {
  if (text.length > FIELD_CHARACTERS_MAX) {
    throw new Fault('item.too_long', `has ${text.length} characters; the most is ${FIELD_CHARACTERS_MAX}`)
  }
  const control = CONTROL.exec(text)
  const code = control?.[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  if (control)
    throw new Fault(
      'item.control_character',
      `has the control character U+${code} at position ${control.index + 1}`,
    )
  if (!text.isWellFormed())
    throw new Fault('item.control_character', 'has half of a character pair (a lone surrogate)')
}

function checkGtin(text: string, rules: ImportRules): void {
  const gtin = parseGtin(text)
  if (rules.prefixes.some((prefix) => gtinHasPrefix(gtin, prefix))) return
  throw new Fault(
    'item.prefix_not_owned',
    `GTIN ${gtin} is not of a company prefix of this brand (${rules.prefixes.join(', ')})`,
  )
}

function checkCountry(text: string): void {
  if (isCountry(text.toUpperCase())) return
  throw new Fault(
    'item.unknown_country',
    `"${shown(text)}" is no two-letter country code of ISO 3166-1, such as FR`,
  )
}

function checkDate(text: string, latest: string): void {
  if (!DATE.test(text) || !isCalendarDate(text))
    throw new Fault('item.bad_date', `"${shown(text)}" is no date of the form YYYY-MM-DD`)
  if (text > latest) throw new Fault('item.future_date', `${text} is in the future`)
}

function isCalendarDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && isoDate(ms) === text
}

function checkCurrency(text: string): void {
  if (currencyDecimals(text.toUpperCase()) !== null) return
  throw new Fault(
    'item.unknown_currency',
    `"${shown(text)}" is no current currency code of ISO 4217, such as EUR`,
  )
}

function checkPrice(text: string, currency: string): void {
  if (!PRICE.test(text)) {
    throw new Fault(
      'item.bad_price',
      `"${shown(text)}" is no price: digits from 0 up, with a point before the decimals`,
    )
  }
  if (currency === '') throw new Fault('item.currency_required', 'the price has no currency')
  const decimals = currencyDecimals(currency)
  const given = (text.split('.')[1] ?? '').replace(/0+$/, '').length
  if (decimals !== null && given > decimals)
    throw new Fault('item.bad_price', `${currency} has ${decimals} decimals, ${text} has ${given}`)
}

function shown(text: string): string {
  return text.slice(0, 40)
}
