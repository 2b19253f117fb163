import { fold } from './fold.ts'
import { type Token, tokensOf } from './tokens.ts'

/** A phrase that is looked for, with whatever it stands for. */
export type Phrase<T> = { readonly text: string; readonly words: readonly string[]; readonly about: T }

/** A phrase found: the tokens from `from` to `to` (exclusive) in the list searched. */
export type PhraseMatch<T> = {
  readonly phrase: Phrase<T>
  readonly from: number
  readonly to: number
  readonly near: boolean
}

const WINDOW_WORDS_MAX = 6
/** Letters set apart one by one: the longest name searched. */
const WINDOW_LETTERS_MAX = 32
/** From this length on, a name is taken for itself also when glued together or cut elsewhere than between its words. */
const DISTINCT_LENGTH_MIN = 7
/** From this length on, one wrong letter is still taken for the name. */
const NEAR_LENGTH_MIN = 10
/** Near spellings are searched among the first words only, which bounds the work for very long texts. */
const NEAR_TOKENS_MAX = 400

/** Phrases in word-spaced scripts, found in one pass over the tokens of a text, whatever their number. */
export class PhraseIndex<T> {
  readonly #exact = new Map<string, Phrase<T>[]>()
  readonly #near = new Map<string, Phrase<T>[]>()
  readonly #glued = new Map<number, Map<string, Phrase<T>[]>>()

  /** `near` also finds spellings with one letter missing, added or changed. */
  add(text: string, about: T, options: { near?: boolean; glued?: boolean } = {}): void {
    const words = tokensOf(fold(text)).map((token) => token.word)
    const joined = words.join('')
    if (joined === '') return
    const phrase = { text, words, about }
    put(this.#exact, joined, phrase)
    if (options.glued && joined.length >= DISTINCT_LENGTH_MIN + 1) {
      const ofLength = this.#glued.get(joined.length) ?? new Map<string, Phrase<T>[]>()
      put(ofLength, joined, phrase)
      this.#glued.set(joined.length, ofLength)
    }
    if (options.near && joined.length >= NEAR_LENGTH_MIN) {
      for (const cut of [joined, ...deletions(joined)]) put(this.#near, cut, phrase)
    }
  }

  /** All phrases in the text, in order; of overlapping near spellings and exact ones, the exact ones. */
  search(tokens: readonly Token[]): PhraseMatch<T>[] {
    const found: PhraseMatch<T>[] = []
    for (let from = 0; from < tokens.length; from++) {
      this.#searchGlued(tokens, from, found)
      this.#searchFrom(tokens, from, found)
    }
    return found
  }

  #searchFrom(tokens: readonly Token[], from: number, found: PhraseMatch<T>[]): void {
    let joined = ''
    let singles = true
    for (let to = from; to < tokens.length; to++) {
      const token = tokens[to] as Token
      singles &&= token.word.length === 1
      const wide = singles ? WINDOW_LETTERS_MAX : WINDOW_WORDS_MAX
      if (to - from >= wide || (to > from && !joins(token.gap, singles))) return
      joined += token.word
      for (const phrase of this.#exact.get(joined) ?? []) {
        if (to - from + 1 === phrase.words.length || singles || joined.length >= DISTINCT_LENGTH_MIN) {
          found.push({ phrase, from, to: to + 1, near: false })
        }
      }
      if (from < NEAR_TOKENS_MAX) this.#searchNear(joined, { from, to: to + 1 }, found)
    }
  }

  #searchNear(joined: string, at: { from: number; to: number }, found: PhraseMatch<T>[]): void {
    if (joined.length < NEAR_LENGTH_MIN - 1 || this.#near.size === 0 || this.#exact.has(joined)) return
    const seen = new Set<Phrase<T>>()
    for (const cut of [joined, ...deletions(joined)]) {
      for (const phrase of this.#near.get(cut) ?? []) {
        const alike =
          Math.abs(joined.length - phrase.words.join('').length) <= 1 && joined[0] === phrase.words[0]?.[0]
        if (alike && at.to - at.from <= phrase.words.length && !seen.has(phrase))
          found.push({ phrase, ...at, near: true })
        seen.add(phrase)
      }
    }
  }

  #searchGlued(tokens: readonly Token[], from: number, found: PhraseMatch<T>[]): void {
    const word = tokens[from]?.word ?? ''
    for (const [length, phrases] of this.#glued) {
      if (word.length <= length) continue
      for (const phrase of phrases.get(word.slice(0, length)) ?? [])
        found.push({ phrase, from, to: from + 1, near: false })
    }
  }
}

/** True where two words belong together: a blank or one joining sign between them, no end of a sentence, no list. */
function joins(gap: string, singles: boolean): boolean {
  if (singles) return gap.length <= 4 && !gap.includes('\n')
  return /^(?: {0,3}|[-_.·•*~'’&+/]| [-–·•&+] )$/.test(gap)
}

function deletions(word: string): string[] {
  return Array.from({ length: word.length }, (_, i) => word.slice(0, i) + word.slice(i + 1))
}

function put<T>(map: Map<string, Phrase<T>[]>, key: string, phrase: Phrase<T>): void {
  const known = map.get(key)
  if (known) known.push(phrase)
  else map.set(key, [phrase])
}
