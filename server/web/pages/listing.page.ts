import type { Case, CaseEntry } from '../../modules/enforcement/index.ts'
import type { Listing, Signal } from '../../modules/screening/index.ts'
import { VERDICT_LOOKS, VERDICT_TEXTS } from '../../modules/verification/index.ts'
import { countryText, href, timeText } from '../context.ts'
import { type DeskPage, deskLayout, type Tone, tag, when } from '../desk-parts.ts'
import { html, type Insert, type Markup } from '../html.ts'
import { facts } from '../parts.ts'
import { fill } from '../texts/index.ts'
import { badgeTag, DECISION_TONES, priceText, statusTag } from './listings.page.ts'

export type ListingModel = { readonly listing: Listing; readonly cases: readonly Case[] }

/** One listing: its decision with every signal and the evidence behind it, what followed, and the statement of reasons. */
export function listingPage(page: DeskPage, { listing, cases }: ListingModel): string {
  const t = page.desk.listings
  const body = html`<p class="over">${listing.externalId} <span>${listing.sellerId}</span></p>
<h1>${listing.title}</h1>
<p class="row tags">${tag(t[listing.decision], DECISION_TONES[listing.decision])} ${statusTag(page, listing.status)}${badgeTag(page, listing)}
<span>${t.score} <b>${listing.score}</b></span></p>
<div class="pair"><div>${signals(page, listing.signals)}</div>
<div>${verdict(page, listing)}${content(page, listing)}</div></div>
${timeline(page, listing, cases)}
${cases[0] && statement(page, cases[0])}`
  return deskLayout(page, 'listings', { title: listing.title, body })
}

function signals(page: DeskPage, found: readonly Signal[]): Markup {
  const t = page.desk.listing
  if (found.length === 0) return html`<section><h2>${t.signals}</h2><p>${t.noSignals}</p></section>`
  return html`<section><h2>${t.signals}</h2><ul class="findings">${found.map(
    (signal) => html`<li>
<div class="what"><b lang="en">${signal.detail}</b><p class="row tags">${tag(`${t.weight} ${signal.weight > 0 ? '+' : ''}${signal.weight}`, toneOf(signal))} <code>${signal.kind}</code></p>
${facts(Object.entries(signal.evidence).map(([name, value]) => [name, evidenceText(value)]))}</div></li>`,
  )}</ul></section>`
}

function toneOf({ weight }: Signal): Tone {
  if (weight === 0) return 'neutral'
  return weight < 0 ? 'good' : 'bad'
}

/** Evidence is whatever a rule found: words as they stand, the rest as the JSON that the API gives. */
function evidenceText(value: unknown): Insert {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number') return value
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value.join(', ')
  if (typeof value === 'object' && !Array.isArray(value)) return pairsText(value)
  return html`<code>${JSON.stringify(value)}</code>`
}

function pairsText(value: object): Insert {
  const pairs = Object.entries(value).map(
    ([name, part]) => `${name} ${typeof part === 'object' ? JSON.stringify(part) : part}`,
  )
  return pairs.join(' · ')
}

function verdict(page: DeskPage, { verdict: found, itemKey }: Listing): Markup {
  const t = page.desk.listing
  if (found === null) return html`<section><h2>${t.verdict}</h2><p>${t.noItem}</p></section>`
  const look = VERDICT_LOOKS[found.verdict]
  const words = VERDICT_TEXTS[page.language][found.verdict]
  const [gtin, ...serial] = itemKey?.split('/') ?? []
  const path = gtin !== undefined && `/01/${gtin}/21/${encodeURIComponent(serial.join('/'))}`
  return html`<section><h2>${t.verdict}</h2>
<p>${tag(`${look.symbol} ${words.headline}`, look.tone)} ${found.blockNumber !== null && fill(t.readAt, { block: found.blockNumber })}</p>
<p class="soft">${when(Date.parse(found.checkedAt), timeText(page, Date.parse(found.checkedAt)))}</p>
${path && html`<p><a href="${href(page, path)}"><code>${itemKey}</code></a></p>`}</section>`
}

function content(page: DeskPage, listing: Listing): Markup {
  const { listing: t, listings } = page.desk
  const { origin, description, channel, images } = listing
  const from =
    origin &&
    [origin.country && countryName(page, origin.country), origin.channel, origin.proof]
      .filter(Boolean)
      .join(' · ')
  return html`<section><h2>${t.content}</h2>${facts([
    [listings.price, priceText(page, listing)],
    [t.description, description],
    [t.origin, from],
    [t.channel, channel],
    [t.images, images.length > 0 && images.length],
  ])}</section>`
}

/** Sellers write what they like; only two letters can be a country's code. */
function countryName(page: DeskPage, country: string): string {
  return /^[A-Za-z]{2}$/.test(country) ? countryText(page, country.toUpperCase()) : country
}

type Moment = { readonly atMs: number; readonly text: Insert }

function timeline(page: DeskPage, listing: Listing, cases: readonly Case[]): Markup {
  const t = page.desk.listing
  const moments: Moment[] = [
    { atMs: listing.createdAtMs, text: t.received },
    {
      atMs: listing.decidedAtMs,
      text: [
        t.causes[listing.cause.kind],
        ' ',
        tag(page.desk.listings[listing.decision], DECISION_TONES[listing.decision]),
      ],
    },
    ...cases.flatMap(({ entries }) =>
      entries.map((entry) => ({ atMs: entry.atMs, text: entryText(page, entry) })),
    ),
  ]
  const sorted = moments.toSorted((a, b) => a.atMs - b.atMs)
  return html`<section><h2>${t.timeline}</h2><ol class="timeline">${sorted.map(
    ({ atMs, text }) =>
      html`<li>${text}<br><span class="soft">${when(atMs, timeText(page, atMs))}</span></li>`,
  )}</ol></section>`
}

function entryText(page: DeskPage, { action, ground, actor }: CaseEntry): Insert {
  const t = page.desk.listing
  return [
    t[action],
    ground && html` <code>${ground}</code>`,
    html` <span class="soft">${fill(t.by, { actor: actor.id })}</span>`,
  ]
}

function statement(page: DeskPage, { statement: made, externalId }: Case): Markup {
  const t = page.desk.listing
  const rows = Object.entries(made).map(([name, value]): [Insert, Insert] => [
    html`<code>${name}</code>`,
    evidenceText(value),
  ])
  return html`<section lang="en"><h2 lang="${page.language}">${t.statement}</h2><p lang="${page.language}">${t.statementText}</p>
${facts(rows)}
<p lang="${page.language}"><a href="/v1/listings/${encodeURIComponent(externalId)}/statement-of-reasons" download="statement-of-reasons.json">${t.statementJson}</a></p></section>`
}
