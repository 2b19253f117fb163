import { globSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { LANGUAGES, type Language, VERDICTS } from '../../../server/modules/verification/index.ts'
import { verdictPage } from '../../../server/web/pages/verdict.page.ts'
import { pageContext, THROUGH_US, verdictOf } from './fixtures.ts'

/*
 * what may not be said of an object on the strength of a label, which anybody can copy (threat T1)
 * ├── no text of any table of words, in any language
 * └── no page of any verdict, in any language
 */
const SERVER = join(import.meta.dirname, '../../../server')
const TABLES = ['modules/*/*texts*.ts', 'modules/*/texts/*.ts', 'web/texts/*.ts']

/** The words themselves, also denied or as part of others: a reader in a hurry reads the word and not its denial. */
const PROMISES: Readonly<Record<Language, RegExp>> = {
  en: /authenti|genuin|\breal (?:thing|deal|one|item|bag|watch)\b|\blegit|\bbona fide\b|\bnot (?:a )?(?:fake|counterfeit)\b/i,
  fr: /authenti|v[ée]ritable|\bvrai(?:e|s|es)? (?:objet|article|sac|montre)|garanti(?:e|s|es)? d['’]origine|\bpas (?:un |une )?(?:faux|contrefa)/i,
  'zh-Hans': /正品|真品|真货|真貨|保真|正版|正货|正貨|原装|如假包换|不是假|并非假|非仿/,
}
const ANY = new RegExp(LANGUAGES.map((language) => PROMISES[language].source).join('|'), 'iu')

async function textsOf(file: string): Promise<{ place: string; text: string }[]> {
  const exported = (await import(join(SERVER, file))) as Record<string, unknown>
  return strings(exported, file)
}

function strings(value: unknown, place: string): { place: string; text: string }[] {
  if (typeof value === 'string') return [{ place, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, part]) => strings(part, `${place} ${name}`))
}

describe('the words of the service', () => {
  const files = TABLES.flatMap((pattern) => globSync(pattern, { cwd: SERVER })).sort()

  it('are the tables that pages and answers take them from', () => {
    expect(files).to.include.members([
      'modules/verification/finding-texts.ts',
      'modules/verification/verdict-texts.ts',
      'web/texts/en.ts',
      'web/texts/fr.ts',
      'web/texts/recheck.ts',
      'web/texts/zh-hans.ts',
    ])
  })

  for (const file of files) {
    it(`never promise that an object is the real one: ${file}`, async () => {
      const texts = await textsOf(file)
      const promises = texts.filter(({ text }) => ANY.test(text))
      expect(promises).to.deep.equal([])
    })
  }

  it('would be caught if they did, in each language', () => {
    const said: Readonly<Record<Language, readonly string[]>> = {
      en: [
        'This bag is authentic.',
        'Genuine',
        'Authenticity confirmed',
        'It is the real thing',
        'not a fake',
      ],
      fr: ['Cet objet est authentique', 'Authenticité', 'un véritable sac', 'garantie d’origine'],
      'zh-Hans': ['此为正品', '真品', '保真', '这不是假货'],
    }
    for (const language of LANGUAGES) for (const text of said[language]) expect(text).to.match(ANY)
  })

  for (const language of LANGUAGES) {
    it(`promise nothing on the page of any verdict on a label, in ${language}`, () => {
      for (const kind of VERDICTS) {
        const page = verdictPage({
          page: pageContext({ language }),
          verdict: verdictOf(kind),
          endpoints: THROUGH_US,
        })
        expect(page.replace(/<[^>]+>/g, ' '), kind).not.to.match(ANY)
      }
    })
  }
})
