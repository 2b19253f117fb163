import { CONFUSABLES, ENCLOSED } from './confusables.ts'
import { type Dense, denseOf, densePhrase, findDense, isUnspaced } from './dense.ts'
import { type Folded, fold, foldPhrase, sourceOf } from './fold.ts'
import { PhraseIndex } from './phrases.ts'
import { PRODUCT_NOUNS } from './roles.ts'
import { squash, type Token, tokensOf } from './tokens.ts'

/** What is known of a brand for screening. */
export type BrandWords = {
  readonly brandId: string
  readonly name: string
  readonly trademarks: readonly string[]
}

/** How a name was written: plainly, or in one of the ways that hide it from a search. */
export type Spelling = 'plain' | 'styled' | 'spaced' | 'near' | 'leet' | 'zero_width' | 'homoglyph'

/**
 * A brand's name in a text. `strong` for the name itself and names that mean nothing else; a line's name that is also a
 * common word (such as a gem's) is weak: it counts only beside other evidence.
 */
export type Mention = {
  readonly brandId: string
  readonly name: string
  readonly strong: boolean
  readonly spelling: Spelling
  readonly text: string
  readonly start: number
  readonly end: number
  /** Tokens of the match; equal where the script has none. */
  readonly from: number
  readonly to: number
}

type About = { readonly brandId: string; readonly name: string; readonly strong: boolean }

/** The names of all brands, ready to be searched. */
export type BrandIndex = {
  readonly spaced: PhraseIndex<About>
  readonly unspaced: readonly (About & { phrase: string })[]
}

const MENTIONS_MAX = 500
const UNSPACED_STRONG_LENGTH = 3
const PRODUCT_WORDS = new Set(PRODUCT_NOUNS.map((noun) => squash(foldPhrase(noun))))

export function brandIndex(brands: readonly BrandWords[]): BrandIndex {
  const spaced = new PhraseIndex<About>()
  const unspaced: (About & { phrase: string })[] = []
  for (const brand of brands) {
    for (const name of new Set([brand.name, ...brand.trademarks])) {
      const about = { brandId: brand.brandId, name, strong: isStrong(brand, name) }
      if (isUnspaced(name)) unspaced.push({ ...about, phrase: densePhrase(name) })
      else spaced.add(name, about, { near: about.strong, glued: about.strong })
    }
  }
  return { spaced, unspaced }
}

export type SearchedText = {
  readonly folded: Folded
  readonly tokens: readonly Token[]
  readonly dense: Dense
}

/** A text made ready for every search. */
export function searchable(text: string): SearchedText {
  const folded = fold(text)
  return { folded, tokens: tokensOf(folded), dense: denseOf(folded) }
}

/** All mentions of brands in a text, in order, at most 500. */
export function mentionsIn(text: SearchedText, index: BrandIndex): Mention[] {
  const found = [...spacedMentions(text, index), ...unspacedMentions(text, index)].slice(0, MENTIONS_MAX)
  return found.map((mention) => ({ ...mention, strong: mention.strong && isMeant(mention, found, text) }))
}

function* spacedMentions(text: SearchedText, index: BrandIndex): Generator<Mention> {
  for (const match of index.spaced.search(text.tokens)) {
    const first = text.tokens[match.from]
    const last = text.tokens[match.to - 1]
    if (!first || !last) continue
    const place = sourceOf(text.folded, first.start, last.end)
    const spelling = match.near ? 'near' : spellingOf(place.text, match.phrase.text)
    yield { ...match.phrase.about, spelling, ...place, from: match.from, to: match.to }
  }
}

function* unspacedMentions(text: SearchedText, index: BrandIndex): Generator<Mention> {
  for (const name of index.unspaced) {
    for (const at of findDense(text.dense, name.phrase, MENTIONS_MAX)) {
      const place = sourceOf(text.folded, at.from, at.to)
      yield { ...about(name), spelling: spellingOf(place.text, name.name), ...place, from: 0, to: 0 }
    }
  }
}

/** Two common words in small letters are a name where goods are spoken of, or another name of the same brand. */
function isMeant(mention: Mention, all: readonly Mention[], text: SearchedText): boolean {
  if (mention.to === 0 || isName(mention.text, mention.spelling)) return true
  const beside = all.some((other) => other.brandId === mention.brandId && other.name !== mention.name)
  return beside || namesProduct(text.tokens)
}

function about(name: About): About {
  return { brandId: name.brandId, name: name.name, strong: name.strong }
}

function isStrong(brand: BrandWords, name: string): boolean {
  if (foldPhrase(name) === foldPhrase(brand.name)) return true
  if (isUnspaced(name)) return densePhrase(name).length >= UNSPACED_STRONG_LENGTH
  return name.trim().split(/\s+/).length > 1
}

/** A capital makes two common words a name. Whoever hides a name means the name. */
function isName(text: string, spelling: Spelling): boolean {
  return spelling === 'near' ? isCapitalised(text) : spelling !== 'plain' || isCapitalised(text)
}

function isCapitalised(text: string): boolean {
  return /\p{Lu}/u.test(text) || !/\p{Ll}/u.test(text)
}

function namesProduct(tokens: readonly Token[]): boolean {
  return tokens.some((token) => PRODUCT_WORDS.has(token.word))
}

const LATIN_PLAIN = /^[\p{Script=Latin}\p{M}\p{N}\p{P}\p{S}\s]*$/u
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u

/** The most telling way in which the text found differs from the name as its owner writes it. */
export function spellingOf(found: string, name: string): Spelling {
  const bare = found.replace(new RegExp(INVISIBLE, 'gu'), '')
  const sameScript = LATIN_PLAIN.test(bare.normalize('NFKC')) || !LATIN_PLAIN.test(name)
  if (!sameScript) return 'homoglyph'
  if (bare !== found) return 'zero_width'
  const letters = lettersOf(bare)
  const expected = lettersOf(name)
  if (letters !== expected && !letters.startsWith(expected))
    return /[\d@$€£!|]/.test(bare) ? 'leet' : 'homoglyph'
  if (/(?:^|[^\p{L}\p{N}])[\p{L}\p{N}](?:[^\p{L}\p{N}]+[\p{L}\p{N}]){3}/u.test(bare)) return 'spaced'
  const decorated = bare.normalize('NFKC') !== bare.normalize('NFC') || bare.search(ENCLOSED) >= 0
  return decorated ? 'styled' : 'plain'
}

/** Lower-case letters and digits without diacritics: equal for all ways of writing a name plainly. */
function lettersOf(text: string): string {
  return text
    .replace(ENCLOSED, (letter) => CONFUSABLES.get(letter) ?? letter)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replaceAll('æ', 'ae')
    .replaceAll('œ', 'oe')
    .replaceAll('ß', 'ss')
    .replace(/[^\p{L}\p{N}]/gu, '')
}
