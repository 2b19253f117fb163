import type { PageContext } from '../context.ts'
import { html, type Markup } from '../html.ts'
import { keptLanguage } from '../parts.ts'
import {
  backLinks,
  done,
  itemCard,
  itemData,
  type OwnItem,
  ownerLayout,
  ownerTexts,
  ownPath,
  progress,
  type Visit,
} from './owner-parts.ts'

/** The present owner's side of a hand-over: first the new owner's key, then the signature. */
export function transferPage(page: PageContext, item: OwnItem, { to }: Visit): string {
  const { transfer: t } = ownerTexts(page)
  const movable = item.state.claimed && !item.state.stolen
  const body = html`<section class="intro"><h1>${t.title}</h1><p class="lead">${t.lead}</p></section>
${itemCard(page, item)}
${movable && (to === null ? askFor(page, item) : sign(page, item, to))}
${done(page, item, { title: t.done, text: t.doneText })}
${backLinks(page, item)}`
  return ownerLayout(page, { title: t.title, body })
}

function askFor(page: PageContext, item: OwnItem): Markup {
  const { transfer: t } = ownerTexts(page)
  return html`<section><p>${t.how}</p><form class="stack" data-paste action="${ownPath(item, '/transfer')}">${keptLanguage(page)}
<div><label for="link">${t.paste}</label><input id="link" name="to" required maxlength="400" autocomplete="off" spellcheck="false"></div>
<p><button class="quiet">${t.use}</button></p><p class="note bad" role="alert" data-refused hidden></p></form></section>`
}

function sign(page: PageContext, item: OwnItem, to: string): Markup {
  const { transfer: t, gas } = ownerTexts(page)
  return html`<section><form class="stack" data-act="transfer"${itemData(item)} data-to="${to}" hidden>
<p>${t.to} <code class="words">${wordsOf(to)}</code></p><p class="hint">${t.compare}</p>
<p><button>${t.button}</button></p><p class="hint">${gas}</p>${progress()}</form></section>`
}

const WORDS = 4
const WORD_CHARACTERS = 4

/** The beginning of a key in groups that two people can compare: 96 bits. */
export function wordsOf(point: string): string {
  return Array.from({ length: WORDS }, (_, i) =>
    point.slice(i * WORD_CHARACTERS, (i + 1) * WORD_CHARACTERS),
  ).join(' ')
}
