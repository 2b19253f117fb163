import type { PageContext } from '../context.ts'
import { html, type Markup } from '../html.ts'
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

/** Reported stolen, or the report taken back: whichever the item's state allows. */
export function reportPage(page: PageContext, item: OwnItem): string {
  const { report: t } = ownerTexts(page)
  const back = item.state.claimed && item.state.stolen !== null
  const title = back ? t.recoveredTitle : t.title
  const words = back
    ? { title: t.recoveredDone, text: t.recoveredDoneText }
    : { title: t.done, text: t.doneText }
  const body = html`<section class="intro"><h1>${title}</h1><p class="lead">${back ? t.recoveredLead : t.lead}</p></section>
${itemCard(page, item)}
${item.state.claimed && form(page, item, back)}
${done(page, item, words)}
${backLinks(page, item)}`
  return ownerLayout(page, { title, body })
}

function form(page: PageContext, item: OwnItem, back: boolean): Markup {
  const { report: t, gas } = ownerTexts(page)
  const act = back ? 'report_recovered' : 'report_stolen'
  return html`<section><form class="stack" data-act="${act}"${itemData(item)} hidden>
<p><button${back ? '' : html` class="danger"`}>${back ? t.recoveredButton : t.button}</button></p>
<p class="hint">${gas}</p>${progress()}</form></section>`
}
