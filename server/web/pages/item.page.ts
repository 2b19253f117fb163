import { REVOCATION_REASONS } from '../../kernel/chain-facts.ts'
import { digitalLinkPath } from '../../kernel/gs1.ts'
import type { ItemRecord } from '../../modules/items/index.ts'
import { VERDICT_LOOKS, VERDICT_TEXTS, type VerdictKind } from '../../modules/verification/index.ts'
import { countryText, href, timeText } from '../context.ts'
import { type DeskPage, deskLayout, tag, when } from '../desk-parts.ts'
import { html, type Insert, type Markup } from '../html.ts'
import { facts, keptLanguage } from '../parts.ts'
import { fill } from '../texts/index.ts'

export type ItemOrder = 'revocation' | 'recall'
export type OrderStatus = 'planned' | 'submitted' | 'included' | 'final' | 'failed'

export type ItemModel = {
  readonly item: ItemRecord
  /** What a scan would answer now. */
  readonly verdict: VerdictKind
  /** How far an order just given has come. */
  readonly ordered: OrderStatus | null
}

/** One item of the brand: facts, state, QR code, and the orders that concern it. */
export function itemPage(page: DeskPage, { item, verdict, ordered }: ItemModel): string {
  const t = page.desk.item
  const path = digitalLinkPath(item)
  const body = html`<h1>${item.model}</h1>
${ordered && html`<div class="note ${ordered === 'failed' ? 'bad' : 'good'}" role="status"><p>${fill(t.ordered, { status: t.orderStatus[ordered] })}</p></div>`}
<div class="pair"><section><h2>${t.state}</h2>
<p>${tag(`${VERDICT_LOOKS[verdict].symbol} ${VERDICT_TEXTS[page.language][verdict].headline}`, VERDICT_LOOKS[verdict].tone)}</p>
<p>${VERDICT_TEXTS[page.language][verdict].meaning}</p>
<p><a href="${href(page, path)}">${t.publicPage}</a></p></section>
<section><h2>${t.qr}</h2><img class="qr" src="${path}/qr.svg" width="192" height="192" alt="${t.qr}">
<p class="row"><a href="${path}/qr.svg" download="${item.serial}.svg">${t.qrSvg}</a><a href="${path}/qr.png" download="${item.serial}.png">${t.qrPng}</a></p></section></div>
${itemFacts(page, item)}
<section><h2>${t.actions}</h2><div class="pair">
${orderForm(page, path, 'revocation')}${orderForm(page, path, 'recall')}</div></section>`
  return deskLayout(page, 'items', { title: item.model, body })
}

function itemFacts(page: DeskPage, item: ItemRecord): Markup {
  const t = page.texts.verdict
  const { item: desk, items } = page.desk
  const price: Insert = item.retailPrice !== null && `${item.retailPrice} ${item.currency}`
  return html`<section><h2>${desk.facts}</h2>${facts([
    [t.gtin, html`<code>${item.gtin}</code>`],
    [t.serial, html`<code>${item.serial}</code>`],
    [t.category, item.category],
    [t.colour, item.colour],
    [t.materials, item.materials],
    [t.countryOfProduction, item.countryOfProduction && countryText(page, item.countryOfProduction)],
    [t.productionDate, item.productionDate],
    [desk.facility, item.facility],
    [desk.price, price],
    [items.registered, when(item.registeredAtMs, timeText(page, item.registeredAtMs))],
    [
      desk.batch,
      html`<a href="${href(page, `/brand/batches/${item.batchId}`)}"><code>${item.batchId}</code></a>`,
    ],
  ])}</section>`
}

/** Works without script: the browser itself holds the form back until the box is ticked. */
function orderForm(page: DeskPage, path: string, kind: ItemOrder): Markup {
  const t = page.desk.item
  const [title, text, verb] =
    kind === 'revocation' ? [t.revokeTitle, t.revokeText, t.revoke] : [t.recallTitle, t.recallText, t.recall]
  const reasons = page.desk.reasons
  return html`<details><summary>${title}</summary>
<form class="stack" method="post" action="/brand${path}/${kind}s">${keptLanguage(page)}
<p>${text}</p>
<div><label for="${kind}-reason">${t.reason}</label>
<select id="${kind}-reason" name="reason">${REVOCATION_REASONS.map((reason) => html`<option value="${reason}">${reasons[reason]}</option>`)}</select></div>
<label class="check"><input type="checkbox" name="confirmed" value="yes" required>${t.confirm}</label>
<button class="danger">${verb}</button></form></details>`
}
