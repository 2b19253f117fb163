import { GROUPS, SPELLING_WEIGHTS, TITLE_EXTRA } from './policy.ts'
import {
  type BrandIndex,
  type Mention,
  mentionsIn,
  type SearchedText,
  searchable,
} from './text/brand-names.ts'
import type { TermGroup } from './text/replica-terms.ts'
import { type Role, roleOf } from './text/role.ts'
import { firstOfEach, type TermHit, termsIn } from './text/trade-terms.ts'
import type { ListingContent, Signal } from './types.ts'

/** What the words of a listing say. */
export type TextReading = {
  readonly signals: readonly Signal[]
  /** Brands whose own goods the text offers, names or leans on, the first named first. */
  readonly brandIds: readonly string[]
  /** How the brand is used; null where none is named. */
  readonly role: Role | null
  readonly title: SearchedText
  readonly description: SearchedText
}

type Field = 'title' | 'description'
type Placed<T> = T & { readonly field: Field }

/** Reads title and description: brands named and how, words of the trade in copies, ways around the platform. */
export function readText(
  content: Pick<ListingContent, 'title' | 'description'>,
  brands: BrandIndex,
): TextReading {
  const texts = { title: searchable(content.title), description: searchable(content.description) }
  const mentions = both(texts, (text) => mentionsIn(text, brands))
  const terms = both(texts, termsIn)
  const strong = mentions.filter((mention) => mention.strong)
  const role = strong.length === 0 ? null : roleOf(texts, strong, terms)
  const factor = strong.length > 0 ? 'full' : mentions.length > 0 ? 'half' : 'alone'
  const trade = terms.filter((hit) => hit.group !== 'inspired')
  const signals = [...brandSignals(strong), ...termSignals(trade, factor), ...inspiredSignals(role, terms)]
  return { signals, brandIds: [...new Set(strong.map((m) => m.brandId))], role, ...texts }
}

function both<T>(texts: Record<Field, SearchedText>, find: (text: SearchedText) => T[]): Placed<T>[] {
  const place = (field: Field) => find(texts[field]).map((found) => ({ ...found, field }))
  return [...place('title'), ...place('description')]
}

function brandSignals(mentions: readonly Placed<Mention>[]): Signal[] {
  const first = mentions[0]
  if (first === undefined) return []
  const named: Signal = {
    kind: 'brand_mention',
    weight: 0,
    detail: `The listing names ${first.name}.`,
    evidence: { ...evidenceOf(first), brandId: first.brandId },
  }
  const worst = mentions.reduce((a, b) =>
    SPELLING_WEIGHTS[b.spelling] > SPELLING_WEIGHTS[a.spelling] ? b : a,
  )
  if (worst.spelling === 'plain') return [named]
  const detail = `The name ${worst.name} is written ${SPELLING_WORDS[worst.spelling]}.`
  const evidence = { ...evidenceOf(worst), spelling: worst.spelling, brandId: worst.brandId }
  return [named, { kind: 'brand_obfuscated', weight: SPELLING_WEIGHTS[worst.spelling], detail, evidence }]
}

const SPELLING_WORDS: Readonly<Record<Mention['spelling'], string>> = {
  plain: 'plainly',
  styled: 'in decorative letters',
  spaced: 'with its letters set apart',
  near: 'with a letter changed',
  leet: 'with digits or signs for letters',
  zero_width: 'with invisible characters inside',
  homoglyph: 'with look-alike letters of another alphabet',
}

function termSignals(hits: readonly Placed<TermHit>[], factor: 'full' | 'half' | 'alone'): Signal[] {
  const spent = new Map<TermGroup, number>()
  const signals: Signal[] = []
  const weightOf = (hit: Placed<TermHit>) => weightFor(hit, factor)
  for (const hit of (firstOfEach(hits) as Placed<TermHit>[]).sort((a, b) => weightOf(b) - weightOf(a))) {
    const group = GROUPS[hit.group]
    const used = spent.get(hit.group) ?? 0
    const weight = Math.min(weightOf(hit), group.max - used)
    spent.set(hit.group, used + weight)
    signals.push({
      kind: group.kind,
      weight,
      detail: `${group.says}: “${hit.term}”.`,
      evidence: { ...evidenceOf(hit), term: hit.id },
    })
  }
  return signals
}

function inspiredSignals(role: Role | null, hits: readonly Placed<TermHit>[]): Signal[] {
  if (role?.kind !== 'inspired') return []
  const hit = hits.find((h) => h.group === 'inspired')
  const detail = `${GROUPS.inspired.says}; a person decides whether it is a free design or an imitation.`
  return [
    {
      kind: GROUPS.inspired.kind,
      weight: GROUPS.inspired.max,
      detail,
      evidence: hit ? evidenceOf(hit) : { text: role.cue },
    },
  ]
}

function weightFor(hit: Placed<TermHit>, factor: 'full' | 'half' | 'alone'): number {
  if (factor === 'alone') return hit.alone
  if (factor === 'half') return Math.round((hit.weight + hit.alone) / 2)
  return hit.weight + (hit.group === 'replica' && hit.field === 'title' ? TITLE_EXTRA : 0)
}

const EVIDENCE_CHARACTERS_MAX = 120

function evidenceOf(found: { field: Field; text: string; start: number; end: number }): Signal['evidence'] {
  return {
    field: found.field,
    text: found.text.slice(0, EVIDENCE_CHARACTERS_MAX),
    start: found.start,
    end: found.end,
  }
}
