import type { PageContext } from '../context.ts'
import { html, type Markup } from '../html.ts'
import { fill } from '../texts/index.ts'
import {
  backLinks,
  done,
  itemCard,
  itemData,
  type OwnItem,
  ownerLayout,
  ownerTexts,
  progress,
  type Visit,
} from './owner-parts.ts'

/** First ownership: the code under the scratch panel and a passkey. */
export function claimPage(page: PageContext, item: OwnItem, { host }: Visit): string {
  const { claim: t } = ownerTexts(page)
  const body = html`<section class="intro"><h1>${t.title}</h1><p class="lead">${item.state.claimed ? t.taken : t.lead}</p></section>
${itemCard(page, item)}
${item.state.claimed ? '' : form(page, item, host)}
${done(page, item, { title: t.done, text: t.doneText })}
${backLinks(page, item)}`
  return ownerLayout(page, { title: t.title, body })
}

function form(page: PageContext, item: OwnItem, host: string): Markup {
  const { claim: t, gas } = ownerTexts(page)
  return html`<section><form class="stack" data-act="claim"${itemData(item)} hidden>
<div><label for="code">${t.code}</label>
<input id="code" name="code" required maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint code-site">
<p class="hint" id="code-hint">${t.hint}</p></div>
<p class="note warn" id="code-site">${fill(t.site, { host })}</p>
<p><button>${t.button}</button></p><p class="hint">${gas}</p>${progress()}</form></section>`
}
