import { LEET } from './confusables.ts'
import type { Folded } from './fold.ts'

/** A word of the text in the form that is compared: look-alikes, leet and easily mistaken letters made one. */
export type Token = {
  readonly word: string
  /** Place in the folded text. */
  readonly start: number
  readonly end: number
  /** What stands between this word and the one before, in folded text. */
  readonly gap: string
}

/** Longest text taken apart; what is beyond is not screened and the parser refuses it anyway. */
const TOKENS_MAX = 6_000
const LETTER = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{N}]/u

/** Words in scripts that put spaces between them. Others (Chinese, Japanese, Korean, Thai, Arabic) are searched as they stand. */
export function tokensOf(folded: Folded): Token[] {
  const tokens: Token[] = []
  const { text } = folded
  let previousEnd = 0
  for (let at = 0; at < text.length && tokens.length < TOKENS_MAX; ) {
    const end = wordEnd(text, at)
    if (end === at) {
      at += 1
      continue
    }
    tokens.push({ word: squash(text.slice(at, end)), start: at, end, gap: text.slice(previousEnd, at) })
    previousEnd = end
    at = end
  }
  return tokens
}

/** One form for what a reader takes for the same word: leet digits as letters, l as i, rn as m, vv as w. */
export function squash(word: string): string {
  const leet = word.length === 1 || /\p{L}/u.test(word)
  let letters = ''
  for (const c of word) letters += (leet ? LEET.get(c) : undefined) ?? c
  return letters.replaceAll('l', 'i').replaceAll('rn', 'm').replaceAll('vv', 'w')
}

function wordEnd(text: string, start: number): number {
  let at = start
  while (at < text.length && (LETTER.test(text[at] ?? '') || isLetterSign(text, at, start))) at += 1
  return at
}

/** True where a sign such as `@` or `$` stands for a letter: after a letter, or before one at the head of a word. */
function isLetterSign(text: string, at: number, start: number): boolean {
  const sign = text[at] ?? ''
  if (!'@$€!|'.includes(sign)) return false
  const before = at > start && /\p{L}/u.test(text[at - 1] ?? '')
  const after = /\p{L}/u.test(text[at + 1] ?? '')
  if (sign === '!' || sign === '|') return before && after
  if (at === start) return sign !== '@' && after
  return before || after
}
