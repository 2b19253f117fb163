import type { PageContext } from './context.ts'
import { html, type Insert, type Markup } from './html.ts'

/** Names and values side by side; a row without a value is left out. The third part names a value for islands. */
export function facts(rows: readonly (readonly [Insert, Insert, string?])[]): Markup {
  const there = rows.filter(
    ([, value]) => value !== null && value !== undefined && value !== false && value !== '',
  )
  return html`<dl>${there.map(([name, value, named]) => html`<div><dt>${name}</dt><dd${named && html` data-fact="${named}"`}>${value}</dd></div>`)}</dl>`
}

/** The box for a link or a number: works without script. */
export function codeForm(page: PageContext, value = ''): Markup {
  const t = page.texts.home
  return html`<form action="/check">${keptLanguage(page)}
<label for="code">${t.label}</label>
<div class="row"><div class="grow"><input id="code" name="code" value="${value}" required maxlength="2048" autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby="code-hint"></div>
<button>${t.button}</button></div>
<p class="hint" id="code-hint">${t.hint}</p></form>`
}

/** Keeps a language chosen by hand across a form. */
export function keptLanguage(page: Pick<PageContext, 'chosen' | 'language'>): Insert {
  return page.chosen && html`<input type="hidden" name="lang" value="${page.language}">`
}
