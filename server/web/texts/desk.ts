import type { Language } from '../../modules/verification/index.ts'
import { deskEn } from './desk-en.ts'
import { deskFr } from './desk-fr.ts'
import { deskZhHans } from './desk-zh-hans.ts'
import type { Like } from './index.ts'

export type DeskTexts = Like<typeof deskEn>

const TEXTS: Readonly<Record<Language, DeskTexts>> = { en: deskEn, fr: deskFr, 'zh-Hans': deskZhHans }

/** The words of the desks in a language. */
export function deskTextsIn(language: Language): DeskTexts {
  return TEXTS[language]
}
