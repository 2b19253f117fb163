import { expect } from 'chai'
import { parseGtin, parseSerial } from '../../../server/kernel/gs1.ts'
import {
  LANGUAGES,
  VERDICT_LOOKS,
  VERDICT_TEXTS,
  VERDICTS,
} from '../../../server/modules/verification/index.ts'
import { escapeText } from '../../../server/web/html.ts'
import { verdictPage } from '../../../server/web/pages/verdict.page.ts'
import { textsIn } from '../../../server/web/texts/index.ts'
import { pageContext, THROUGH_US, verdictOf } from './fixtures.ts'

describe('verdict page', () => {
  for (const kind of VERDICTS) {
    for (const language of LANGUAGES) {
      it(`tells ${kind} in ${language} by word, symbol and tone, and says what it does not prove`, () => {
        const text = verdictPage({
          page: pageContext({ language }),
          verdict: verdictOf(kind),
          endpoints: THROUGH_US,
        })
        expect(text).to.include(`<html lang="${language}">`)
        expect(text).to.include(`<h1>${escapeText(VERDICT_TEXTS[language][kind].headline)}</h1>`)
        expect(text).to.include(`class="verdict ${VERDICT_LOOKS[kind].tone}"`)
        expect(text).to.include(`<p class="seal" aria-hidden="true">${VERDICT_LOOKS[kind].symbol}</p>`)
        expect(text).to.include(escapeText(textsIn(language).verdict.limitsTitle))
      })
    }
  }

  it('shows markup and formulas of a brand’s file as text', () => {
    const item = {
      gtin: parseGtin('09506000134352'),
      serial: parseSerial('A<B&C'),
      model: '<script>alert(1)</script>',
      materials: '=HYPERLINK("x")',
    }
    const text = verdictPage({
      page: pageContext(),
      verdict: verdictOf('verified', { item }),
      endpoints: THROUGH_US,
    })
    expect(text).to.include('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(text).to.include('=HYPERLINK(&quot;x&quot;)')
    expect(text).to.include('<code>A&lt;B&amp;C</code>')
    expect(text).not.to.include('<script>')
  })

  it('names block, chain and every finding in the order of the verdict', () => {
    const verdict = verdictOf('revoked')
    const text = verdictPage({ page: pageContext(), verdict, endpoints: THROUGH_US })
    expect(text).to.include('<code>123</code>').and.to.include('<code>31337</code>')
    const order = verdict.findings.map(({ detail }) => text.indexOf(`<p>${escapeText(detail)}</p>`))
    expect(order).to.deep.equal([...order].sort((a, b) => a - b))
    expect(order[0]).to.be.greaterThan(0)
  })

  it('offers the proof where there is one to check, and only there', () => {
    const link = (kind: 'verified' | 'not_registered') =>
      verdictPage({ page: pageContext(), verdict: verdictOf(kind), endpoints: THROUGH_US }).includes(
        '/bundle"',
      )
    expect([link('verified'), link('not_registered')]).to.deep.equal([true, false])
  })

  it('leads to no log-in and carries no inline script or style', () => {
    const text = verdictPage({ page: pageContext(), verdict: verdictOf('verified'), endpoints: THROUGH_US })
    expect(text).not.to.match(/\/login|<script(?! type="module" src="\/assets\/)|style=|\son\w+=/)
  })

  it('keeps a language that was chosen by hand in its links', () => {
    const text = verdictPage({
      page: pageContext({ language: 'fr', chosen: true }),
      verdict: verdictOf('verified'),
      endpoints: THROUGH_US,
    })
    expect(text).to.include('href="/scan?lang=fr"')
  })
})
