import { isoTime } from '../kernel/clock.ts'
import { adviceText } from '../modules/verification/assurance-texts.ts'
import { TAG_ADVICE } from '../modules/verification/tags/tag-advice.ts'
import type { Verdict } from '../modules/verification/types.ts'
import type { Language } from '../modules/verification/verdict-texts.ts'
import type { OfflineCertificate } from './certificate.ts'
import { domainOf } from './check-bundle.ts'

/** What does not fit in an answer; `part` names the member where there are several. */
export type Fault = { readonly code: FaultCode; readonly part?: string }
export type FaultCode =
  /** The answer lacks a part, or one has the wrong form. */
  | 'malformed'
  /** It is about another item than the one whose page this is. */
  | 'other_item'
  /** The service did not sign precisely this. */
  | 'receipt'
  /** A fact of the item or brand is not what the brand signed. */
  | 'fact'
  /** What the page shows is not what was answered. */
  | 'shown'
  /** It claims a proof that was never given on this page. */
  | 'assurance'
  /** It is dated otherwise than now. */
  | 'clock'
  /** The advice is not that of the verdict. */
  | 'advice'
  /** It names another registry than this phone knows, or two that do not belong together. */
  | 'registry'
  /** The block it was read at is not on the chain. */
  | 'block'
  /** The certificate, the proof or the chain give another result for one check. */
  | 'finding'
  /** They give another verdict. */
  | 'verdict'

type Claims = Readonly<Record<string, unknown>>

/** How each fact of an answer follows from what the brand signed. */
const FACTS: Readonly<Record<string, (product: Claims, traits: Claims) => unknown>> = {
  gtin: (product) => product['registeredId'],
  serial: (product) => product['serialNumber'],
  model: (product) => product['name'],
  category: (_, traits) => traits['category'],
  colour: (_, traits) => traits['colour'],
  materials: (_, traits) => traits['materials'],
  countryOfProduction: (product) => product['countryOfProduction'],
  productionDate: (product) => product['productionDate'],
}

/** Facts that the brand did not sign as the answer states them. */
export function factFaults({ item, brand }: Verdict, certificate: OfflineCertificate): Fault[] {
  const product = certificate.payload.credentialSubject.product as unknown as Claims
  const traits = (product['characteristics'] ?? {}) as Claims
  const wrong = Object.entries(FACTS)
    .filter(([name, of]) => (item?.[name] ?? null) !== (of(product, traits) ?? null))
    .map(([name]): Fault => ({ code: 'fact', part: name }))
  if (brand?.id !== domainOf(certificate)) wrong.push({ code: 'fact', part: 'brandId' })
  if (brand?.name !== certificate.payload.issuer.name) wrong.push({ code: 'fact', part: 'brand' })
  return wrong
}

/** What this page is about and shows, as the phone sees it. */
export type Seen = {
  readonly language: Language
  /** From the page's own address, which the code on the label carries. */
  readonly key: { readonly gtin: string; readonly serial: string }
  /** Texts of the page by name: `verdict`, `brand`, `brandId` and the facts of the item. */
  readonly shown: Readonly<Record<string, string>>
  /** Which proofs beyond the label the address of the page carries. */
  readonly proofs: { readonly tag: boolean; readonly holder: boolean }
  readonly nowMs: number
}

/** A phone's clock and a page left open are often a few minutes off. */
const CLOCK_MS_MAX = 10 * 60_000

/** What can be told without the certificate: address, page, dates and words. */
export function outerFaults(answer: Verdict, seen: Seen): Fault[] {
  const faults: Fault[] = []
  const { item, checkedAt, assurance } = answer
  if (item?.gtin !== seen.key.gtin || item.serial !== seen.key.serial) faults.push({ code: 'other_item' })
  if (!isDatedNow(checkedAt, seen.nowMs)) faults.push({ code: 'clock' })
  if (assurance !== 'label' && !seen.proofs[assurance]) faults.push({ code: 'assurance' })
  if (!advicesOf(answer, seen).includes(answer.advice)) faults.push({ code: 'advice' })
  for (const [name, text] of Object.entries(seen.shown)) {
    if (text !== answered(answer, name)) faults.push({ code: 'shown', part: name })
  }
  return faults
}

/** The verdict's own advice; where the address carries a chip's message, also what is said of that. */
function advicesOf({ verdict, assurance }: Verdict, { language, proofs }: Seen): readonly string[] {
  const own = adviceText({ verdict, assurance, foreign: false }, language)
  return proofs.tag ? [own, ...Object.values(TAG_ADVICE).map((text) => text[language])] : [own]
}

/** False too for every other spelling of the time. */
function isDatedNow(text: string, nowMs: number): boolean {
  const ms = Date.parse(text)
  return Math.abs(ms - nowMs) <= CLOCK_MS_MAX && isoTime(ms) === text
}

function answered({ verdict, brand, item }: Verdict, name: string): string | null | undefined {
  if (name === 'verdict') return verdict
  if (name === 'brand') return brand?.name
  return name === 'brandId' ? brand?.id : item?.[name]
}
