import { CAPITALS, CONFUSABLES } from './confusables.ts'

/** Text reduced to what it looks like, with the place in the source that each character came from. */
export type Folded = {
  readonly source: string
  readonly text: string
  /** For each UTF-16 unit of `text`, where its character begins in `source`; one more entry for the end. */
  readonly origins: readonly number[]
}

const IGNORABLE = /^[\p{Default_Ignorable_Code_Point}\p{Cf}]$/u
const MARKS = /\p{M}/gu

/**
 * Folds case, diacritics, compatibility forms (full width, mathematical, ligatures), look-alike letters of other
 * scripts, and takes out what is invisible (zero-width, bidirectional controls, variation selectors).
 */
export function fold(source: string): Folded {
  let text = ''
  const origins: number[] = []
  let at = 0
  for (const character of source) {
    const folded = foldCharacter(character)
    for (let i = 0; i < folded.length; i++) origins.push(at)
    text += folded
    at += character.length
  }
  origins.push(at)
  return { source, text, origins }
}

/** The folded form of a phrase, for comparison with folded text. */
export function foldPhrase(phrase: string): string {
  return fold(phrase).text
}

/** What the source says between two places of the folded text. */
export function sourceOf(
  folded: Folded,
  from: number,
  to: number,
): { text: string; start: number; end: number } {
  const start = folded.origins[from] ?? folded.source.length
  const end = folded.origins[to] ?? folded.source.length
  return { text: folded.source.slice(start, end), start, end }
}

function foldCharacter(character: string): string {
  if (character >= 'a' && character <= 'z') return character
  if (IGNORABLE.test(character)) return ''
  let small = ''
  for (const letter of character.normalize('NFKD')) small += CAPITALS.get(letter) ?? letter.toLowerCase()
  let folded = ''
  for (const letter of small.normalize('NFKD').replace(MARKS, '')) folded += CONFUSABLES.get(letter) ?? letter
  return folded
}
