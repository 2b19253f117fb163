import { type Folded, foldPhrase } from './fold.ts'

/** Folded text without blanks and signs: what is searched for phrases of scripts that put no spaces between words. */
export type Dense = {
  readonly text: string
  /** For each character of `text`, its place in the folded text; one more entry for the end. */
  readonly places: readonly number[]
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u

/** True for phrases with letters of a script that is written without spaces, or with particles glued to words. */
export function isUnspaced(phrase: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Devanagari}]/u.test(
    phrase,
  )
}

export function densePhrase(phrase: string): string {
  return foldPhrase(phrase).replace(/[^\p{L}\p{N}]/gu, '')
}

export function denseOf(folded: Folded): Dense {
  let text = ''
  const places: number[] = []
  for (let at = 0; at < folded.text.length; at++) {
    const unit = folded.text[at] ?? ''
    const surrogate = unit >= '\ud800' && unit <= '\udfff'
    if (!surrogate && !LETTER_OR_DIGIT.test(unit)) continue
    text += unit
    places.push(at)
  }
  places.push(folded.text.length)
  return { text, places }
}

/** Places of a phrase in folded text, at most `limit`. */
export function findDense(dense: Dense, phrase: string, limit: number): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = []
  if (phrase === '') return found
  for (
    let at = dense.text.indexOf(phrase);
    at >= 0 && found.length < limit;
    at = dense.text.indexOf(phrase, at + phrase.length)
  ) {
    const last = dense.places[at + phrase.length - 1] ?? 0
    found.push({ from: dense.places[at] ?? 0, to: last + 1 })
  }
  return found
}
