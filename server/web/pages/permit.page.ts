import type { PageContext } from '../context.ts'
import { html, type Markup } from '../html.ts'
import type { OwnerDeps } from '../ports.ts'
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

const DAYS = [1, 7, 30] as const
const USUAL_DAYS = 7

/** The owner's permit to list the item: once, by one marketplace, in one listing. */
export async function permitPage(
  page: PageContext,
  item: OwnItem,
  visit: Visit,
  { marketplaces }: Pick<OwnerDeps, 'marketplaces'>,
): Promise<string> {
  const { permit: t } = ownerTexts(page)
  const isOfferable = item.state.claimed && !item.state.stolen
  const body = html`<section class="intro"><h1>${t.title}</h1><p class="lead">${isOfferable ? t.lead : t.notNow}</p></section>
${itemCard(page, item)}
${isOfferable && form(page, item, { ...visit, marketplaces: await marketplaces() })}
${done(page, item, { title: t.done, text: t.doneText, more: html`<p><code data-permit></code></p>` })}
${backLinks(page, item)}`
  return ownerLayout(page, { title: t.title, body })
}

type Places = Pick<Visit, 'marketplace' | 'listing'> & {
  readonly marketplaces: Awaited<ReturnType<OwnerDeps['marketplaces']>>
}

function form(page: PageContext, item: OwnItem, { marketplaces, marketplace, listing }: Places): Markup {
  const { permit: t } = ownerTexts(page)
  if (marketplaces.length === 0) return html`<section><p>${t.none}</p></section>`
  const places = marketplaces.map(
    ({ id, name }) => html`<option value="${id}"${id === marketplace && html` selected`}>${name}</option>`,
  )
  const days = DAYS.map(
    (count) =>
      html`<option value="${count}"${count === USUAL_DAYS && html` selected`}>${fill(count === 1 ? t.day : t.days, { count })}</option>`,
  )
  return html`<section><form class="stack" data-act="permit"${itemData(item)} hidden>
<div><label for="marketplace">${t.marketplace}</label><select id="marketplace" name="marketplace" required>${places}</select></div>
<div><label for="listing">${t.listing}</label>
<input id="listing" name="listing" required maxlength="128" pattern="\\S+" autocomplete="off" spellcheck="false" value="${listing ?? ''}" aria-describedby="listing-hint">
<p class="hint" id="listing-hint">${t.listingHint}</p></div>
<div><label for="days">${t.valid}</label><select id="days" name="days">${days}</select></div>
<p><button>${t.button}</button></p><p class="hint">${t.free}</p>${progress()}</form></section>`
}
