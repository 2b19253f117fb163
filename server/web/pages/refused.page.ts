import { href, type PageContext } from '../context.ts'
import { html } from '../html.ts'
import { layout } from '../layout.ts'
import { codeForm } from '../parts.ts'
import { fill } from '../texts/index.ts'

/** A code whose link leads to a site that is neither ours nor the brand's: it is not followed, and the page says why. */
export function foreignPage(page: PageContext, host: string): string {
  const t = page.texts.refused
  const body = html`<section class="verdict bad"><p class="seal" aria-hidden="true">✕</p>
<p class="over"><code>${host}</code></p><h1>${t.title}</h1><p class="meaning">${fill(t.text, { host })}</p></section>
<section class="advice"><h2>${t.adviceTitle}</h2><ul>${t.advice.map((line) => html`<li>${line}</li>`)}</ul></section>
<p class="next"><a class="button quiet" href="${href(page, '/scan')}">${t.again}</a></p>`
  return layout(page, { title: t.title, body, logIn: false, bare: true })
}

/** What was scanned or typed names no item. */
export function unreadablePage(
  page: PageContext,
  { code, reason }: { code: string; reason: string },
): string {
  const t = page.texts.refused
  const body = html`<section class="intro"><h1>${t.badTitle}</h1><p class="lead">${t.badText}</p>
<div class="note"><p>${fill(t.reason, { reason })}</p></div>${codeForm(page, code)}</section>`
  return layout(page, { title: t.badTitle, body })
}
