import type { Mention, SearchedText } from './brand-names.ts'
import { densePhrase, isUnspaced } from './dense.ts'
import { foldPhrase } from './fold.ts'
import { PhraseIndex } from './phrases.ts'
import {
  ACCESSORY_NOUNS,
  DISCLAIMERS,
  FITTING_WORDS,
  MANNER_WORDS,
  MEDIA_NOUNS,
  PRODUCT_NOUNS,
} from './roles.ts'
import { squash } from './tokens.ts'
import type { TermHit } from './trade-terms.ts'

/** How a listing uses a brand's name: for the brand's own goods, for things that fit them, for things in their manner. */
export type Role = { readonly kind: 'goods' | 'compatible' | 'inspired'; readonly cue: string | null }

type Field = 'title' | 'description'
type Placed<T> = T & { readonly field: Field }
type Texts = Readonly<Record<Field, SearchedText>>

/** Words between a cue and the name it belongs to. */
const DISTANCE_WORDS = 3

const fitting = lexicon(FITTING_WORDS)
const accessories = lexicon(ACCESSORY_NOUNS)
const disclaimers = lexicon(DISCLAIMERS)
const media = lexicon(MEDIA_NOUNS)
const products = lexicon(PRODUCT_NOUNS)
const MANNER = new Set([...MANNER_WORDS].map((word) => squash(foldPhrase(word))))

/** The use that the first names make of a brand: those of the title, or of the description where the title has none. */
export function roleOf(
  texts: Texts,
  mentions: readonly Placed<Mention>[],
  terms: readonly Placed<TermHit>[],
): Role {
  const inTitle = mentions.filter((mention) => mention.field === 'title')
  const deciding = inTitle.length > 0 ? inTitle : mentions
  const inspired = deciding.every((mention) => isInspired(texts[mention.field], mention, terms))
  if (inspired) return { kind: 'inspired', cue: deciding[0]?.text ?? null }
  const compatible = compatibleCue(texts, deciding)
  return compatible === null ? { kind: 'goods', cue: null } : { kind: 'compatible', cue: compatible }
}

function isInspired(
  text: SearchedText,
  mention: Placed<Mention>,
  terms: readonly Placed<TermHit>[],
): boolean {
  const next = text.tokens[mention.to]
  if (mention.to > 0 && next && MANNER.has(next.word)) return true
  return terms.some((hit) => {
    if (hit.group !== 'inspired' || hit.field !== mention.field) return false
    if (hit.to > 0 && mention.to > 0) return hit.to <= mention.from && mention.from - hit.to <= DISTANCE_WORDS
    return Math.abs(hit.start - mention.end) <= 8 || Math.abs(mention.start - hit.end) <= 8
  })
}

/** The cue of an accessory: a thing that goes with goods, said to be for them or not by their maker. */
function compatibleCue(texts: Texts, deciding: readonly Placed<Mention>[]): string | null {
  const printed = media.first(texts.title)
  if (printed !== null && products.first(texts.title) === null) return printed
  const noun = accessories.first(texts.title)
  if (noun === null) return null
  const disclaimer = disclaimers.first(texts.title) ?? disclaimers.first(texts.description)
  if (disclaimer !== null) return disclaimer
  const fits = deciding.every((mention) => fitting.before(texts[mention.field], mention, DISTANCE_WORDS))
  return fits ? noun : null
}

type Lexicon = {
  first(text: SearchedText): string | null
  before(text: SearchedText, mention: Mention, words: number): boolean
}

function lexicon(phrases: readonly string[]): Lexicon {
  const index = new PhraseIndex<null>()
  const dense: string[] = []
  for (const phrase of phrases) {
    if (isUnspaced(phrase)) dense.push(densePhrase(phrase))
    else index.add(phrase, null)
  }
  return {
    first: (text) =>
      index.search(text.tokens)[0]?.phrase.text ??
      dense.find((phrase) => text.dense.text.includes(phrase)) ??
      null,
    before(text, mention, words) {
      const source = text.folded.source
      const near = densePhrase(
        source.slice(Math.max(0, mention.start - 12), mention.start) +
          source.slice(mention.end, mention.end + 6),
      )
      if (dense.some((phrase) => near.includes(phrase))) return true
      if (mention.to === 0) return false
      const from = Math.max(0, mention.from - words)
      return index.search(text.tokens.slice(from, mention.from)).length > 0
    },
  }
}
