import type { SearchedText } from './brand-names.ts'
import { densePhrase, findDense, isUnspaced } from './dense.ts'
import { foldPhrase, sourceOf } from './fold.ts'
import { PhraseIndex } from './phrases.ts'
import { PATTERNS, TERMS, type TermGroup } from './replica-terms.ts'
import { NEGATIONS, NEGATIONS_AFTER, NEGATIONS_BEFORE } from './roles.ts'
import { squash, type Token } from './tokens.ts'

/** A term of the trade in copies that was found. */
export type TermHit = {
  readonly id: string
  readonly group: TermGroup
  readonly weight: number
  readonly alone: number
  /** The term as it stands in the table: safe to repeat to anybody. */
  readonly term: string
  readonly text: string
  readonly start: number
  readonly end: number
  readonly from: number
  readonly to: number
}

type Entry = (typeof TERMS)[number]

const UNSPACED_HITS_MAX = 50
const HITS_MAX = 1_000
const AROUND_CHARACTERS = 30
const NEGATION_WORDS = 3
const NEGATION_WORD_FORMS = new Set([...NEGATIONS].map((word) => squash(foldPhrase(word))))
const DENIED_BEFORE = NEGATIONS_BEFORE.map(densePhrase)
const DENIED_AFTER = NEGATIONS_AFTER.map(densePhrase)
/** Characters between a term and the words that deny it. */
const DENIAL_DISTANCE = 3

const spaced = new PhraseIndex<Entry>()
const unspaced: { entry: Entry; term: string; phrase: string }[] = []
const honestWords = new Map<string, readonly string[]>()
for (const entry of [...TERMS, ...PATTERNS]) honestWords.set(entry.id, (entry.unless ?? []).map(foldPhrase))
for (const entry of TERMS) {
  for (const term of entry.phrases) {
    if (isUnspaced(term)) unspaced.push({ entry, term, phrase: densePhrase(term) })
    else spaced.add(term, entry)
  }
}

/** The terms in a text that are neither denied nor used honestly; each row of the table counts once. */
export function termsIn(text: SearchedText): TermHit[] {
  const hits = [...spacedHits(text), ...unspacedHits(text), ...patternHits(text)]
  return hits.filter((hit) => !isHonest(text, hit)).slice(0, HITS_MAX)
}

/** The first hit of each row. */
export function firstOfEach(hits: readonly TermHit[]): TermHit[] {
  return [...new Map([...hits].reverse().map((hit) => [hit.id, hit])).values()].reverse()
}

function* spacedHits(text: SearchedText): Generator<TermHit> {
  for (const { phrase, from, to } of spaced.search(text.tokens)) {
    const first = text.tokens[from]
    const last = text.tokens[to - 1]
    if (!first || !last || isNegated(text.tokens, from, phrase.about.group)) continue
    yield { ...facts(phrase.about, phrase.text), ...sourceOf(text.folded, first.start, last.end), from, to }
  }
}

function* unspacedHits(text: SearchedText): Generator<TermHit> {
  for (const { entry, term, phrase } of unspaced) {
    for (const at of findDense(text.dense, phrase, UNSPACED_HITS_MAX)) {
      if (entry.group === 'replica' && isDenied(text.folded.text, at)) continue
      yield { ...facts(entry, term), ...sourceOf(text.folded, at.from, at.to), from: 0, to: 0 }
    }
  }
}

function isDenied(folded: string, at: { from: number; to: number }): boolean {
  const before = densePhrase(folded.slice(Math.max(0, at.from - 6), at.from))
  const after = densePhrase(folded.slice(at.to, at.to + 24))
  const follows = (word: string) => after.includes(word) && after.indexOf(word) <= DENIAL_DISTANCE
  return DENIED_BEFORE.some((word) => before.endsWith(word)) || DENIED_AFTER.some(follows)
}

function* patternHits(text: SearchedText): Generator<TermHit> {
  for (const entry of PATTERNS) {
    for (const match of text.folded.text.matchAll(entry.pattern)) {
      const place = sourceOf(text.folded, match.index, match.index + match[0].length)
      yield { ...facts(entry, entry.id), ...place, from: 0, to: 0 }
    }
  }
}

function facts(
  entry: Omit<Entry, 'phrases'>,
  term: string,
): Omit<TermHit, 'text' | 'start' | 'end' | 'from' | 'to'> {
  return { id: entry.id, group: entry.group, weight: entry.weight, alone: entry.alone, term }
}

function isNegated(tokens: readonly Token[], from: number, group: TermGroup): boolean {
  if (group !== 'replica') return false
  for (let at = Math.max(0, from - NEGATION_WORDS); at < from; at++) {
    const aside = tokens[at + 1]?.gap.includes(',') ?? false
    if (NEGATION_WORD_FORMS.has(tokens[at]?.word ?? '') && !aside && stays(tokens, at + 1, from)) return true
  }
  return false
}

/** True when no sentence ends between the negation and the term. */
function stays(tokens: readonly Token[], from: number, to: number): boolean {
  return tokens.slice(from, to + 1).every((token) => !/[.!?;\n]/.test(token.gap))
}

function isHonest(text: SearchedText, hit: TermHit): boolean {
  const words = honestWords.get(hit.id) ?? []
  if (words.length === 0) return false
  const source = text.folded.source.slice(
    Math.max(0, hit.start - AROUND_CHARACTERS),
    hit.end + AROUND_CHARACTERS,
  )
  const around = ` ${foldPhrase(source).replace(/[^\p{L}\p{N}]+/gu, ' ')}`
  return words.some((word) => around.includes(isUnspaced(word) ? word : ` ${word}`))
}
