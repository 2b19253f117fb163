import type { PageContext } from '../context.ts'
import { html } from '../html.ts'
import { layout } from '../layout.ts'
import { keptLanguage } from '../parts.ts'

/** Exchanges an API key for a session. `wrong` tells that the key sent belongs to no account. */
export function loginPage(page: PageContext, { wrong }: { wrong: boolean }): string {
  const t = page.texts.login
  const body = html`<section class="intro"><h1>${t.title}</h1><p class="lead">${t.lead}</p>
${wrong && html`<div class="note bad" role="alert"><p>${t.wrong}</p></div>`}
<form class="stack" method="post" action="/login">${keptLanguage(page)}
<div><label for="apiKey">${t.label}</label>
<input id="apiKey" name="apiKey" type="password" autocomplete="off" spellcheck="false" maxlength="200" required aria-describedby="key-hint"${wrong && html` aria-invalid="true"`}>
<p class="hint" id="key-hint">${t.hint}</p></div>
<button>${t.button}</button></form></section>`
  return layout(page, { title: t.title, body, logIn: false })
}
