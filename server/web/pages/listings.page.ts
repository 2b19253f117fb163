import { badgeOf, type Decision, type Listing, type ListingStatus } from '../../modules/screening/index.ts'
import { href, numberText, timeText } from '../context.ts'
import { type DeskPage, deskLayout, pager, type Tone, table, tag, when } from '../desk-parts.ts'
import { html, type Insert, type Markup } from '../html.ts'
import { keptLanguage } from '../parts.ts'

export const STATUSES = [
  'live',
  'in_review',
  'refused',
  'taken_down',
] as const satisfies readonly ListingStatus[]
export const DECISIONS = ['approve', 'review', 'reject'] as const satisfies readonly Decision[]

export type ListingsModel = {
  readonly listings: readonly Listing[]
  readonly counts: Readonly<Record<ListingStatus, number>>
  readonly status: ListingStatus | undefined
  readonly decision: Decision | undefined
  readonly cursor: string | undefined
  readonly next: string | null
}

/** The marketplace's listings, newest first; filters are in the address. */
export function listingsPage(page: DeskPage, model: ListingsModel): string {
  const t = page.desk.listings
  const { listings, status, decision, cursor, next } = model
  const columns = [
    { name: t.listing, cell: (l: Listing) => listingLink(page, l) },
    { name: t.seller, cell: (l: Listing) => html`<span class="whole">${l.sellerId}</span>` },
    { name: t.price, number: true, cell: (l: Listing) => priceText(page, l) },
    { name: t.score, number: true, cell: (l: Listing) => l.score },
    { name: t.decision, cell: (l: Listing) => tag(t[l.decision], DECISION_TONES[l.decision]) },
    {
      name: page.desk.common.status,
      cell: (l: Listing) => html`${statusTag(page, l.status)}${badgeTag(page, l)}`,
    },
    { name: t.decided, cell: (l: Listing) => when(l.decidedAtMs, timeText(page, l.decidedAtMs)) },
  ]
  const body = html`<h1>${t.title}</h1>
<div class="counts">${STATUSES.map((name) => count(page, name, model.counts[name]))}</div>
${filters(page, model)}
<section>${listings.length > 0 ? table(columns, listings, t.title) : html`<p>${t.empty}</p>`}
${pager(page, '/marketplace', { next, cursor, query: { status, decision } })}</section>`
  return deskLayout(page, 'listings', { title: t.title, body })
}

function count(page: DeskPage, status: ListingStatus, number: number): Markup {
  return html`<a class="count" href="${href(page, '/marketplace', { status })}"><b>${numberText(page, number)}</b><span>${page.desk.listings[status]}</span></a>`
}

function filters(page: DeskPage, { status, decision }: ListingsModel): Markup {
  const { listings: t, common } = page.desk
  return html`<form class="row" action="/marketplace">${keptLanguage(page)}
<div class="grow"><label for="status">${common.status}</label>${select(
    'status',
    STATUSES.map((name) => [name, t[name]]),
    { chosen: status, all: common.all },
  )}</div>
<div class="grow"><label for="decision">${t.decision}</label>${select(
    'decision',
    DECISIONS.map((name) => [name, t[name]]),
    { chosen: decision, all: common.all },
  )}</div>
<button class="quiet">${common.filter}</button></form>`
}

type Options = readonly (readonly [string, string])[]

function select(
  name: string,
  options: Options,
  { chosen, all }: { chosen: string | undefined; all: string },
): Markup {
  const rows = options.map(
    ([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`,
  )
  return html`<select id="${name}" name="${name}"><option value="">${all}</option>${rows}</select>`
}

function listingLink(page: DeskPage, { externalId, title }: Listing): Markup {
  return html`<a href="${href(page, `/marketplace/listings/${encodeURIComponent(externalId)}`)}">${title}</a> <span class="soft">${externalId}</span>`
}

export function priceText(page: DeskPage, { price }: Listing): Insert {
  return price && `${numberText(page, price.amount)}\u00A0${price.currency}`
}

export const DECISION_TONES: Readonly<Record<Decision, Tone>> = {
  approve: 'good',
  review: 'warn',
  reject: 'bad',
}
const STATUS_TONES: Readonly<Record<ListingStatus, Tone>> = {
  live: 'good',
  in_review: 'warn',
  refused: 'bad',
  taken_down: 'bad',
}

export function statusTag(page: DeskPage, status: ListingStatus): Markup {
  return tag(page.desk.listings[status], STATUS_TONES[status])
}

/** Why a listing may be trusted beyond its decision: its item's owner permitted it. */
export function badgeTag(page: DeskPage, listing: Listing): Insert {
  const badge = badgeOf(listing)
  return badge && html` ${tag(`✓ ${page.desk.listings.badges[badge]}`, 'good')}`
}
