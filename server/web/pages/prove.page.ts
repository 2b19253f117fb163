import type { Challenge } from '../../modules/ownership/index.ts'
import { VERDICT_LOOKS, type VerdictKind, verdictText } from '../../modules/verification/index.ts'
import type { PageContext } from '../context.ts'
import { html, type Insert, type Markup } from '../html.ts'
import {
  backLinks,
  done,
  itemCard,
  itemData,
  type OwnItem,
  ownerLayout,
  ownerTexts,
  progress,
} from './owner-parts.ts'

/** The buyer's side: a question to whoever offers the item, as a code on the buyer's screen, and then the answer. */
export function askPage(page: PageContext, item: OwnItem): string {
  const { ask: t } = ownerTexts(page)
  const body = html`<section class="intro"><h1>${t.title}</h1><p class="lead">${item.state.claimed ? t.lead : t.leadUnclaimed}</p></section>
${answers(page)}
${itemCard(page, item)}
<section data-own="ask"${itemData(item)}>
<p><button type="button" data-show hidden>${t.button}</button></p>
<div data-code hidden><p><img class="qr large" alt="${t.alt}" data-picture width="240" height="240"></p>
<p><a data-link href="/">${t.share}</a></p></div>${progress()}</section>
<p class="hint">${t.limits}</p>
${backLinks(page, item)}`
  return ownerLayout(page, { title: t.title, body })
}

/** One for each verdict, of which the island shows the one that came: the words are those of the scan page. */
function answers(page: PageContext): Insert {
  const kinds = Object.keys(VERDICT_LOOKS) as VerdictKind[] // keys of a total record
  return [...kinds.map((kind) => answer(page, kind, 'label')), answer(page, 'verified', 'holder')]
}

function answer(page: PageContext, verdict: VerdictKind, assurance: 'label' | 'holder'): Markup {
  const { tone, symbol } = VERDICT_LOOKS[verdict]
  const { headline, meaning, advice } = verdictText(page.language, { verdict, assurance })
  return html`<section class="verdict ${tone}" data-answer="${verdict}:${assurance}" hidden tabindex="-1"><p class="seal" aria-hidden="true">${symbol}</p>
<h1>${headline}</h1><p class="meaning">${meaning}</p><p class="meaning">${advice}</p></section>`
}

/** The holder's side: answers by the owner's passkey, or by the code of an item that nobody has claimed. */
export function provePage(page: PageContext, item: OwnItem, { id, status }: Challenge): string {
  const { prove: t } = ownerTexts(page)
  const isOpen = status === 'open'
  const body = html`<section class="intro"><h1>${t.title}</h1><p class="lead">${isOpen ? t.lead : t.gone}</p></section>
${itemCard(page, item)}
${isOpen && form(page, item, id)}
${done(page, item, { title: t.done, text: t.doneText })}
${backLinks(page, item)}`
  return ownerLayout(page, { title: t.title, body })
}

function form(page: PageContext, item: OwnItem, id: string): Markup {
  const { prove: t, claim } = ownerTexts(page)
  const code =
    !item.state.claimed &&
    html`<div><label for="code">${claim.code}</label>
<input id="code" name="code" required maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint">
<p class="hint" id="code-hint">${claim.hint}</p></div>`
  return html`<section><form class="stack" data-act="prove" data-challenge="${id}"${itemData(item)} hidden>${code}
<p class="note warn">${t.warning}</p>
<p><button>${item.state.claimed ? t.button : t.codeButton}</button></p><p class="hint">${t.nothing}</p>${progress()}</form></section>`
}
