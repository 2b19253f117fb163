import { AppError } from '../kernel/errors.ts'
import { type ItemKey, parseDigitalLink, parseGtin, parseSerial } from '../kernel/gs1.ts'

/** What a person scanned or typed: an item's number, and the host of the link that it came in, if it was a link. */
export type ReadCode = { readonly key: ItemKey; readonly host: string | null }

const CHARACTERS_MAX = 2048
/** GS1 element string as printed under codes, General Specifications 3: AI 01 then AI 21. */
const ELEMENTS = /^\(01\)(\d{14})\(21\)(\S{1,20})$/
/** A link without its scheme, as people type it. */
const BARE_LINK = /^[^\s/]+(?:\/[^\s/]+)*\/01\/\d/

/** Reads a link, `GTIN serial`, or `(01)…(21)…`. Throws `gs1.bad_gtin`, `gs1.bad_serial` or `gs1.bad_link` with the reason. */
export function readCode(text: string): ReadCode {
  const code = text.slice(0, CHARACTERS_MAX).trim()
  if (code.includes('://')) return ofLink(code)
  if (BARE_LINK.test(code)) return ofLink(`https://${code}`)
  const [, gtin, serial] = ELEMENTS.exec(code) ?? /^(\S+)\s+(\S+)$/.exec(code) ?? []
  if (gtin === undefined || serial === undefined) {
    throw new AppError('gs1.bad_link', 'the text is neither a link nor a GTIN and a serial', {
      link: code.slice(0, 200),
    })
  }
  return { key: { gtin: parseGtin(gtin), serial: parseSerial(serial) }, host: null }
}

function ofLink(link: string): ReadCode {
  const { gtin, serial, origin } = parseDigitalLink(link)
  return { key: { gtin, serial }, host: new URL(origin).host }
}

/** GS1's own resolver names items of every brand. */
const GS1_HOST = 'id.gs1.org'

/** True where a link on this host may name an item of the brand: this service, the brand's domain and below, or GS1's. */
export function isOfficialHost(
  host: string,
  official: { publicUrl: string; brandDomain: string | null },
): boolean {
  if (host === GS1_HOST || host === new URL(official.publicUrl).host) return true
  const domain = official.brandDomain
  return domain !== null && (host === domain || host.endsWith(`.${domain}`))
}
