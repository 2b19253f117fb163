import { AppError } from './errors.ts'

/** Global Trade Item Number as 14 digits with a right check digit (GS1 General Specifications 7.9). */
export type Gtin = string & { readonly __brand: 'Gtin' }
/** Serial number, AI (21): 1 to 20 characters of GS1's encodable set 82. */
export type Serial = string & { readonly __brand: 'Serial' }
/** One physical item. */
export type ItemKey = { readonly gtin: Gtin; readonly serial: Serial }

/** GS1 AI encodable character set 82 (General Specifications figure 7.11-1). */
const SET_82 = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+$/
const SERIAL_CHARACTERS_MAX = 20
/** `.` and `..` are taken out of every path (RFC 3986 section 5.2.4), percent-encoded or not. */
const DOT_SEGMENT = /^\.{1,2}$/
const LINK_CHARACTERS_MAX = 2048

/** Check digit of the first 13 digits: weights 3, 1, 3, … from the left. */
export function gtinCheckDigit(thirteenDigits: string): string {
  let sum = 0
  for (let i = 0; i < 13; i++) sum += Number(thirteenDigits[i]) * (i % 2 === 0 ? 3 : 1)
  return String((10 - (sum % 10)) % 10)
}

/** Parses a GTIN-14 (or a GTIN-8, -12, -13, padded with zeros to 14); throws `gs1.bad_gtin`. */
export function parseGtin(text: string): Gtin {
  if (!/^\d+$/.test(text)) throw badGtin(text, 'has characters other than digits')
  if (![8, 12, 13, 14].includes(text.length)) throw badGtin(text, 'must have 8, 12, 13 or 14 digits')
  const padded = text.padStart(14, '0')
  const expected = gtinCheckDigit(padded.slice(0, 13))
  if (padded[13] !== expected)
    throw badGtin(text, `has a wrong check digit: the last digit should be ${expected}`)
  return padded as Gtin
}

/** Parses a serial; throws `gs1.bad_serial`. */
export function parseSerial(text: string): Serial {
  if (text.length === 0) throw badSerial(text, 'is empty')
  if (text.length > SERIAL_CHARACTERS_MAX) {
    throw badSerial(text, `has ${text.length} characters; the most is ${SERIAL_CHARACTERS_MAX}`)
  }
  if (!SET_82.test(text))
    throw badSerial(text, 'has a character outside the GS1 set of 82 (no spaces, no accents)')
  if (DOT_SEGMENT.test(text)) throw badSerial(text, 'is a dot segment, which no web address can carry')
  return text as Serial
}

/** True when the GTIN belongs to the GS1 company prefix: the digits after the packaging indicator begin with it. */
export function gtinHasPrefix(gtin: string, companyPrefix: string): boolean {
  return gtin.startsWith(companyPrefix, 1)
}

/** Path of an item's GS1 Digital Link, percent-encoded: `/01/09506000134352/21/A%2F1`. */
export function digitalLinkPath(key: { gtin: string; serial: string }): string {
  return `/01/${key.gtin}/21/${encodeSegment(key.serial)}`
}

/** The canonical identifier on GS1's own host, the same whichever host printed the label. */
export function canonicalDigitalLink(key: { gtin: string; serial: string }): string {
  return `https://id.gs1.org${digitalLinkPath(key)}`
}

/** What a GS1 Digital Link URI of an item says. */
export type DigitalLink = ItemKey & { readonly origin: string; readonly prefixPath: string }

/**
 * Parses the GS1 Digital Link URI of one item: `…/01/{gtin}[/22/…][/10/…]/21/{serial}`, http or https, any host and path
 * prefix. Strict where readers differ: no key qualifier twice or out of order (22, 10, 21), no user name in the host, no
 * malformed percent-encoding, no unknown key after the GTIN. Throws `gs1.bad_link` with the reason.
 */
export function parseDigitalLink(text: string): DigitalLink {
  if (text.length > LINK_CHARACTERS_MAX)
    throw badLink(text, `is longer than ${LINK_CHARACTERS_MAX} characters`)
  if (!URL.canParse(text)) throw badLink(text, 'is no URL')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw badLink(text, 'is neither http nor https')
  if (url.username !== '' || url.password !== '') throw badLink(text, 'has a user name in it')
  const segments = url.pathname.split('/')
  const start = segments.indexOf('01')
  if (start < 0) throw badLink(text, 'has no /01/ followed by a GTIN')
  const qualifiers = readQualifiers(text, segments.slice(start + 2))
  const serial = qualifiers.get('21')
  if (serial === undefined) throw badLink(text, 'has no /21/ followed by a serial')
  return {
    gtin: parseGtin(decodeSegment(text, segments[start + 1] ?? '')),
    serial: parseSerial(serial),
    origin: url.origin,
    prefixPath: segments.slice(0, start).join('/'),
  }
}

const QUALIFIER_ORDER = ['22', '10', '21']

function readQualifiers(text: string, segments: string[]): Map<string, string> {
  const found = new Map<string, string>()
  let from = 0
  for (let i = 0; i < segments.length; i += 2) {
    const position = QUALIFIER_ORDER.indexOf(segments[i] ?? '', from)
    if (position < 0)
      throw badLink(text, 'has a key after the GTIN that is unknown, repeated or out of order')
    const value = decodeSegment(text, segments[i + 1] ?? '')
    if (value === '') throw badLink(text, `has nothing after /${segments[i]}/`)
    found.set(QUALIFIER_ORDER[position] ?? '', value)
    from = position + 1
  }
  return found
}

/** Percent-encodes what RFC 3986 does not allow in a path segment, and nothing else twice. */
function encodeSegment(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function decodeSegment(text: string, segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (cause) {
    throw new AppError(
      'gs1.bad_link',
      'the link has a malformed percent-encoding',
      { link: text.slice(0, 200) },
      { cause },
    )
  }
}

function badGtin(text: string, reason: string): AppError {
  return new AppError('gs1.bad_gtin', `GTIN ${reason}`, { gtin: text.slice(0, 40), reason })
}

function badSerial(text: string, reason: string): AppError {
  return new AppError('gs1.bad_serial', `serial ${reason}`, { serial: text.slice(0, 40), reason })
}

function badLink(text: string, reason: string): AppError {
  return new AppError('gs1.bad_link', `the link ${reason}`, { link: text.slice(0, 200), reason })
}
