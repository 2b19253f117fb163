import { expect } from 'chai'
import { ASSURANCE_TEXTS, verdictText } from '../../../server/modules/verification/assurance-texts.ts'
import { FINDING_TEXTS, findingText } from '../../../server/modules/verification/finding-texts.ts'
import { TAG_ADVICE } from '../../../server/modules/verification/tags/tag-advice.ts'
import { VERDICTS } from '../../../server/modules/verification/types.ts'
import {
  FOREIGN_HOST_ADVICE,
  LANGUAGES,
  languageOf,
  VERDICT_LOOKS,
  VERDICT_TEXTS,
} from '../../../server/modules/verification/verdict-texts.ts'

/** Words that would call the object itself the real thing, which a label never proves (threat T1). */
const PROMISES = /authenti|genuin|v[ée]ritable|正品|真品|真货/iu

describe('verdict texts', () => {
  const texts = LANGUAGES.flatMap((language) => [
    ...VERDICTS.flatMap((verdict) => Object.values(VERDICT_TEXTS[language][verdict])),
    ...Object.values(FINDING_TEXTS).map((text) => text[language]),
    FOREIGN_HOST_ADVICE[language],
    ...Object.values(TAG_ADVICE).map((text) => text[language]),
    ...ASSURANCE_TEXTS.filter(([of]) => of === language).flatMap(([, text]) => Object.values(text)),
  ])

  it(`call no object the real thing, in any of ${texts.length} texts`, () => {
    for (const text of texts) expect(text).not.to.match(PROMISES)
  })

  it('are there in every language for every verdict, each with a symbol and a tone', () => {
    for (const language of LANGUAGES) {
      for (const verdict of VERDICTS) {
        const { headline, meaning, advice } = VERDICT_TEXTS[language][verdict]
        for (const text of [headline, meaning, advice]) expect(text.trim()).to.equal(text).and.not.equal('')
        expect(VERDICT_LOOKS[verdict].symbol).to.have.length(1)
      }
    }
  })

  it('say on a verified label that a label can be copied', () => {
    expect(VERDICT_TEXTS.en.verified.meaning).to.include('A label can be copied')
    expect(VERDICT_TEXTS.fr.verified.meaning).to.include('Une étiquette peut être copiée')
    expect(VERDICT_TEXTS['zh-Hans'].verified.meaning).to.include('标签可以被复制')
  })

  it('say more of a chip that answered only where the verdict is verified, and then in every language', () => {
    for (const language of LANGUAGES) {
      for (const verdict of VERDICTS) {
        const [label, tag] = (['label', 'tag'] as const).map((assurance) =>
          verdictText(language, { verdict, assurance }),
        )
        expect(label).to.equal(VERDICT_TEXTS[language][verdict])
        if (verdict === 'verified') expect(tag).not.to.deep.equal(label)
        else expect(tag).to.equal(label)
      }
    }
  })

  it('name the same values in every language', () => {
    const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? '').sort()
    for (const text of Object.values(FINDING_TEXTS)) {
      for (const language of LANGUAGES) expect(names(text[language])).to.deep.equal(names(text.en))
    }
  })

  it('put the values of a finding into its words', () => {
    const finding = {
      check: 'signature',
      result: 'pass',
      code: 'signed',
      values: { date: '2026-01-04' },
    } as const
    expect(findingText(finding, 'en')).to.equal('ES256, key registered 2026-01-04')
    expect(findingText(finding, 'fr')).to.equal('ES256, clé enregistrée le 2026-01-04')
  })

  it('fall back to English for a language that is not spoken here', () => {
    expect(languageOf('zh-Hans')).to.equal('zh-Hans')
    expect(languageOf('eo')).to.equal('en')
  })
})
