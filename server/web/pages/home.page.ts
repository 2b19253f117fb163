import { href, type PageContext } from '../context.ts'
import { html, type Markup } from '../html.ts'
import { layout } from '../layout.ts'
import { codeForm } from '../parts.ts'
import type { DemoItem } from '../ports.ts'

/** The first page: what this is, a box for a code, and the ways to the desks. */
export function homePage(page: PageContext, demo: readonly DemoItem[]): string {
  const t = page.texts.home
  const body = html`<section class="intro">
<h1>${t.title}</h1>
<p class="lead">${t.lead}</p>
${codeForm(page)}
<p><a class="button quiet" href="${href(page, '/scan')}">${t.scan}</a></p>
</section>
${demo.length > 0 && demoItems(page, demo)}
<section><h2>${t.howTitle}</h2><ol>${t.how.map((step) => html`<li>${step}</li>`)}</ol></section>
<section><h2>${t.desksTitle}</h2><ul class="cards">
<li><a href="${href(page, '/brand')}">${t.brandDesk}</a><p>${t.brandDeskText}</p></li>
<li><a href="${href(page, '/marketplace')}">${t.marketDesk}</a><p>${t.marketDeskText}</p></li>
</ul></section>
<p class="hint next">${page.texts.frame.statement}</p>`
  return layout(page, { title: t.title, body })
}

function demoItems(page: PageContext, demo: readonly DemoItem[]): Markup {
  const t = page.texts.home
  return html`<section class="note"><h2>${t.demoTitle}</h2><p>${t.demoText}</p>
<ul>${demo.map(({ title, path }) => html`<li><a href="${href(page, path)}">${title}</a></li>`)}</ul></section>`
}
