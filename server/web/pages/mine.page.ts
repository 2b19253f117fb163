import { href, type PageContext } from '../context.ts'
import { html } from '../html.ts'
import { ownerLayout, ownerTexts } from './owner-parts.ts'

/** The items of this browser's passkey: the list is in the browser, so the page only has its frame. */
export function minePage(page: PageContext): string {
  const { mine: t } = ownerTexts(page)
  const body = html`<section class="intro"><h1>${t.title}</h1><p class="lead">${t.lead}</p></section>
<section data-own="list"><p data-none>${t.none}</p><ul class="cards" data-items></ul></section>
<section class="stack"><p><a class="button" href="${href(page, '/scan')}">${t.scan}</a></p>
<p><a class="button quiet" href="${href(page, '/own/receive')}">${t.receive}</a></p>
<p class="hint">${t.privacy}</p></section>`
  return ownerLayout(page, { title: t.title, body })
}

/** The new owner's side of a hand-over. */
export function receivePage(page: PageContext): string {
  const { receive: t, mine } = ownerTexts(page)
  const body = html`<section class="intro"><h1>${t.title}</h1><p class="lead">${t.lead}</p></section>
<section data-own="receive">
<p><button type="button" data-show hidden>${t.button}</button></p>
<p role="status" data-status></p><p class="note bad" role="alert" data-refused hidden></p>
<div data-code hidden><p><img class="qr large" alt="${t.alt}" data-picture width="240" height="240"></p>
<p>${t.key} <code class="words" data-words></code></p>
<p><a data-link href="/own/give">${t.share}</a></p>
<p class="hint">${t.after}</p></div></section>
<p class="next"><a href="${href(page, '/own')}">${mine.link}</a></p>`
  return ownerLayout(page, { title: t.title, body })
}

/** Reached by the new owner's code: which item shall it be? */
export function givePage(page: PageContext, to: string | null): string {
  const { transfer: t, mine } = ownerTexts(page)
  const body = html`<section class="intro"><h1>${t.title}</h1><p class="lead">${to === null ? t.how : t.choose}</p></section>
<section data-own="give" data-to="${to ?? ''}"><p data-none>${t.chooseNone}</p><ul class="cards" data-items></ul></section>
<p class="next"><a href="${href(page, '/scan')}">${mine.scan}</a></p>`
  return ownerLayout(page, { title: t.title, body })
}
