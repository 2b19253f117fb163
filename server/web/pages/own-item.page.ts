import { digitalLinkPath } from '../../kernel/gs1.ts'
import { href, type PageContext } from '../context.ts'
import { html, type Insert, type Markup } from '../html.ts'
import { itemCard, itemData, type OwnItem, ownerLayout, ownerTexts, ownPath } from './owner-parts.ts'

/** One item, and what may be done with it. */
export function ownItemPage(page: PageContext, item: OwnItem): string {
  const t = ownerTexts(page)
  const body = html`<section class="intro"><h1>${item.model}</h1></section>
${itemCard(page, item)}
${item.state.claimed && whose(page, item)}
<section><ul class="cards">${actions(page, item)}</ul></section>
<p class="next"><a href="${href(page, '/own')}">${t.mine.link}</a> · <a href="${href(page, digitalLinkPath(item))}">${t.item.label}</a></p>`
  return ownerLayout(page, { title: item.model, body })
}

/** Filled by the island, which knows the passkeys of this browser. */
function whose(page: PageContext, item: OwnItem): Markup {
  const { item: t } = ownerTexts(page)
  return html`<section data-own="item"${itemData(item)}>
<p class="note good" data-yours hidden>${t.yours}</p>
<div data-not-yours hidden><p>${t.notYours}</p><p><button type="button" class="quiet" data-recall>${t.recall}</button></p></div>
<p role="status" data-status></p><p class="note bad" role="alert" data-refused hidden></p></section>`
}

function actions(page: PageContext, item: OwnItem): Insert {
  const { state } = item
  const ask = action(page, item, 'ask', '/ask')
  if (!state.claimed) return [action(page, item, 'claim', '/claim'), ask]
  if (state.stolen) return [action(page, item, 'recovered', '/report'), ask]
  return [
    action(page, item, 'transfer', '/transfer'),
    action(page, item, 'permit', '/permit'),
    action(page, item, 'report', '/report'),
    ask,
  ]
}

function action(
  page: PageContext,
  item: OwnItem,
  name: 'claim' | 'transfer' | 'permit' | 'report' | 'recovered' | 'ask',
  path: string,
): Markup {
  const { item: t } = ownerTexts(page)
  return html`<li><a href="${href(page, ownPath(item, path))}">${t.actions[name]}</a><p>${t.hints[name]}</p></li>`
}
