import type { Language } from '../../modules/verification/index.ts'
import type { Like } from './index.ts'
import { ownerEn } from './owner-en.ts'
import { ownerFr } from './owner-fr.ts'
import { ownerZhHans } from './owner-zh-hans.ts'

export type OwnerTexts = Like<typeof ownerEn>

/** Words of the pages for owners; their islands use them too. */
export const OWNER_TEXTS: Readonly<Record<Language, OwnerTexts>> = {
  en: ownerEn,
  fr: ownerFr,
  'zh-Hans': ownerZhHans,
}
