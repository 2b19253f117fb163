import { expect } from 'chai'
import fc from 'fast-check'
import {
  type BrandIndex,
  brandIndex,
  mentionsIn,
  type Spelling,
  searchable,
} from '../../../server/modules/screening/text/brand-names.ts'
import { CONFUSABLES } from '../../../server/modules/screening/text/confusables.ts'
import { fold } from '../../../server/modules/screening/text/fold.ts'
import { MAISON } from './knowledge.ts'

const index: BrandIndex = brandIndex([{ brandId: MAISON.brand.id, ...MAISON.brand }])

function strong(text: string, brands = index) {
  return mentionsIn(searchable(text), brands).filter((mention) => mention.strong)
}

const TWINS = new Map<string, string[]>()
for (const [twin, letter] of CONFUSABLES) TWINS.set(letter, [...(TWINS.get(letter) ?? []), twin])

describe('names of brands in a text', () => {
  const SPELLINGS: readonly (readonly [string, Spelling])[] = [
    ['Maison Exemple', 'plain'],
    ['MAISON EXEMPLE', 'plain'],
    ['Maison-Exemple', 'plain'],
    ['#MaisonExemple', 'plain'],
    ['Maisón Éxemple', 'plain'],
    ['Ｍａｉｓｏｎ Ｅｘｅｍｐｌｅ', 'styled'],
    ['𝕸𝖆𝖎𝖘𝖔𝖓 𝕰𝖝𝖊𝖒𝖕𝖑𝖊', 'styled'],
    ['M a i s o n  E x e m p l e', 'spaced'],
    ['M.A.I.S.O.N.E.X.E.M.P.L.E', 'spaced'],
    ['Maison Exempl', 'near'],
    ['Maison Exxemple', 'near'],
    ['Ma1s0n Ex3mple', 'leet'],
    ['M@ison €xemple', 'leet'],
    ['Mai\u200bson Exem\u200dple', 'zero_width'],
    ['Mai\u00adson Exemple', 'zero_width'],
    ['Mаison Exemple', 'homoglyph'],
    ['Μαison Εxemple', 'homoglyph'],
    ['🅼🅰🅸🆂🅾🅽 Exemple', 'styled'],
    ['rnaison Exernple', 'homoglyph'],
  ]
  for (const [text, spelling] of SPELLINGS) {
    it(`finds ${JSON.stringify(text)} and calls it ${spelling}`, () => {
      const found = strong(`A bag: ${text} in black`)
      expect(found.map((mention) => mention.spelling)).to.include(spelling)
    })
  }

  const UNRELATED = [
    'maison à vendre, exemple de plan',
    'Une maison. Exemple de contrat.',
    'maison, exemple, école',
    'la maison donne un bel exemple',
    'Exemple maison',
    'Bague émeraude 18k',
    'un exemple de maison',
    'maison exemplaire de rénovation',
    'Maisonette Example House',
  ]
  for (const text of UNRELATED) {
    it(`finds no brand in ${JSON.stringify(text)}`, () => {
      expect(strong(text)).to.deep.equal([])
    })
  }

  it('takes a name of two common words in small letters for the brand only where goods are spoken of', () => {
    expect(strong('maison exemple de rénovation')).to.have.length(0)
    expect(strong('sac maison exemple noir')).to.have.length(1)
  })

  it('finds a name with any letters changed for look-alikes of other alphabets', () => {
    const letter = fc.double({ min: 0, max: 1, noNaN: true })
    const property = fc.property(fc.array(letter, { minLength: 13, maxLength: 13 }), (picks) => {
      let at = 0
      const disguised = [...'maison exemple'].map((c) => {
        if (c === ' ') return c
        const twins = [c, ...(TWINS.get(c) ?? [])]
        return twins[Math.floor((picks[at++] ?? 0) * (twins.length - 1))] ?? c
      })
      expect(strong(`bag ${disguised.join('')}`)).to.have.length.greaterThan(0)
    })
    fc.assert(property, { numRuns: 2_000, seed: 20261123 })
  })

  it('keeps common words of other brands apart: short names need their own word', () => {
    const dior = brandIndex([{ brandId: 'short.example', name: 'Orio', trademarks: [] }])
    expect(strong('Radio rio, orion, glorio us', dior)).to.deep.equal([])
    expect(strong('Orio bag', dior)).to.have.length(1)
  })

  it('finds names of scripts without spaces inside a sentence, also with signs between', () => {
    const found = mentionsIn(searchable('转让 翡·翠 包 一只'), index)
    expect(found.map((m) => [m.name, m.text, m.strong])).to.deep.equal([['翡翠包', '翡·翠 包', true]])
  })
})

describe('folding', () => {
  it('keeps the place in the source of every character', () => {
    const property = fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const folded = fold(text)
      expect(folded.origins).to.have.length(folded.text.length + 1)
      expect(folded.origins.at(-1)).to.equal(text.length)
      const sorted = [...folded.origins].sort((a, b) => a - b)
      expect(folded.origins).to.deep.equal(sorted)
    })
    fc.assert(property, { numRuns: 1_000, seed: 7 })
  })

  it('folds what is folded to itself', () => {
    const property = fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const once = fold(text).text
      expect(fold(once).text).to.equal(once)
    })
    fc.assert(property, { numRuns: 1_000, seed: 8 })
  })
})
