import type { ItemKey } from '../../kernel/gs1.ts'
import { digitalLinkPath } from '../../kernel/gs1.ts'
import type { ItemOwnership } from '../../modules/ownership/index.ts'
import { href, type PageContext, timeText } from '../context.ts'
import { html, type Insert, type Markup } from '../html.ts'
import { layout, type PageParts } from '../layout.ts'
import { facts } from '../parts.ts'
import { fill } from '../texts/index.ts'
import { OWNER_TEXTS, type OwnerTexts } from '../texts/owner.ts'

/** An item as the pages for owners show it. */
export type OwnItem = ItemKey & {
  readonly model: string
  readonly brand: string
  readonly state: ItemOwnership['state']
  /** Address of the contract that checks passkeys, a part of what owns an item. */
  readonly verifier: string
}

/** What the address of a page says besides its item, and what the page is told of the world. */
export type Visit = {
  readonly to: string | null
  readonly host: string
  /** Filled in by a marketplace that links here. */
  readonly marketplace: string | null
  readonly listing: string | null
}

export function ownerTexts({ language }: Pick<PageContext, 'language'>): OwnerTexts {
  return OWNER_TEXTS[language]
}

export function ownPath({ gtin, serial }: ItemKey, part = ''): string {
  return `/own/${gtin}/${encodeURIComponent(serial)}${part}`
}

/** A page whose form is filled in and signed by script; without it, the page says what that takes. */
export function ownerLayout(page: PageContext, parts: Omit<PageParts, 'islands' | 'logIn'>): string {
  const body = html`${parts.body}
<noscript><div class="note"><p>${ownerTexts(page).noScript}</p></div></noscript>`
  return layout(page, { ...parts, body, logIn: false, islands: ['owner'] })
}

/** The item in front of the reader, with what the chain says of its owner. */
export function itemCard(page: PageContext, item: OwnItem): Markup {
  const t = page.texts.verdict
  return html`<section class="card">${facts([
    [t.brand, item.brand],
    [t.model, item.model],
    [t.serial, html`<code>${item.serial}</code>`],
  ])}
${stateLines(page, item)}</section>`
}

function stateLines(page: PageContext, { state }: OwnItem): Insert {
  const t = ownerTexts(page).item
  if (!state.claimed) return html`<p>${t.unclaimed}</p>`
  const date = (unix: number): string => timeText(page, unix * 1000)
  return [
    html`<p>${fill(t.claimed, { date: date(state.claimedAtUnix) })}</p>`,
    state.stolen &&
      html`<p class="note bad">${fill(t.stolen[state.stolen.by], { date: date(state.stolen.atUnix) })}</p>`,
    state.recovery &&
      html`<p class="note warn">${fill(t.recovery, { date: date(state.recovery.readyAtUnix) })}</p>`,
  ]
}

/** Attributes by which the island knows the item. */
export function itemData({ gtin, serial, model, state, verifier }: OwnItem): Markup {
  const owner = state.claimed && html` data-owner="${state.owner}"`
  return html` data-gtin="${gtin}" data-serial="${serial}" data-name="${model}" data-verifier="${verifier}"${owner}`
}

/** Where the island says what it does, and what came of it; shown once it has something to say. */
export function progress(): Markup {
  return html`<p class="progress" role="status" data-status></p><p class="note bad" role="alert" data-refused hidden></p>`
}

/** What takes the form's place once it is done. */
export function done(
  page: PageContext,
  item: OwnItem,
  words: { readonly title: string; readonly text: string; readonly more?: Markup },
): Markup {
  const t = ownerTexts(page)
  return html`<section class="verdict good" data-done hidden tabindex="-1"><p class="seal" aria-hidden="true">✓</p>
<h1>${words.title}</h1><p class="meaning">${words.text}</p>${words.more}
<p class="choices"><a class="button quiet" href="${href(page, ownPath(item))}">${t.item.back}</a> <a class="button quiet" href="${href(page, '/own')}">${t.mine.link}</a></p></section>`
}

export function backLinks(page: PageContext, item: ItemKey): Markup {
  const t = ownerTexts(page)
  return html`<p class="next"><a href="${href(page, ownPath(item))}">${t.item.back}</a> · <a href="${href(page, digitalLinkPath(item))}">${t.item.label}</a></p>`
}
