import type { Language } from '../../modules/verification/index.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'
import { zhHans } from './zh-hans.ts'

/** The same entries in every language: the English table is the pattern. */
export type Like<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends readonly string[]
      ? readonly string[]
      : Like<T[K]>
}
export type Texts = Like<typeof en>

const TEXTS: Readonly<Record<Language, Texts>> = { en, fr, 'zh-Hans': zhHans }

/** What each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  fr: 'Français',
  'zh-Hans': '简体中文',
}

/** The words of the public pages in a language. */
export function textsIn(language: Language): Texts {
  return TEXTS[language]
}

/** Puts values in the places `{name}` of a text. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}
