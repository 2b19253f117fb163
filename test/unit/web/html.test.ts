import { expect } from 'chai'
import fc from 'fast-check'
import { escapeText, html, raw } from '../../../server/web/html.ts'

/*
 * insert × place
 * ├── text: element, quoted attribute
 * ├── number, nothing (null, undefined, false), markup, list
 * └── attribute without quotes: refused
 */
describe('html template', () => {
  it('keeps hostile text as text in elements and attributes', () => {
    const hostile = `"><script>alert('x')</script>&amp;`
    expect(html`<p title="${hostile}">${hostile}</p>`.text).to.equal(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;</p>',
    )
  })

  it('leaves spreadsheet formulas and right-to-left marks as the text they are', () => {
    const text = '=HYPERLINK(1)\u202Eabc'
    expect(html`<td>${text}</td>`.text).to.equal(`<td>${text}</td>`)
  })

  it('shows zero and the empty text, and nothing for null, undefined and false', () => {
    expect(html`[${0}][${''}][${null}][${undefined}][${false}]`.text).to.equal('[0][][][][]')
  })

  it('keeps markup, joins lists and escapes text inside lists', () => {
    expect(html`${[html`<b>1</b>`, ['<', 2]]}`.text).to.equal('<b>1</b>&lt;2')
  })

  it('takes raw as markup', () => {
    expect(html`${raw('<hr>')}`.text).to.equal('<hr>')
  })

  it('refuses an insert in an attribute without quotes', () => {
    expect(() => html`<p class=${'a b'}>`).to.throw(TypeError, 'attribute without quotes')
  })

  it('never lets text open a tag, an attribute or an entity', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const escaped = escapeText(text)
        expect(escaped).not.to.match(/[<>"']/)
        const back = escaped.replace(
          /&(amp|lt|gt|quot|#39);/g,
          (_, n: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[n] ?? '',
        )
        expect(back).to.equal(text)
      }),
    )
  })
})
