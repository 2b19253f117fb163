import type { StoredBatch } from '../../modules/items/index.ts'
import { href, numberText, timeText } from '../context.ts'
import { type DeskPage, deskLayout, table, when } from '../desk-parts.ts'
import { html, type Insert, type Markup } from '../html.ts'
import { facts } from '../parts.ts'
import { fill } from '../texts/index.ts'
import { batchTag } from './brand-overview.page.ts'

/** A batch as its desk shows it. */
export type DeskBatch = Pick<
  StoredBatch,
  | 'id'
  | 'status'
  | 'total'
  | 'done'
  | 'root'
  | 'transactionHash'
  | 'gasUsed'
  | 'errors'
  | 'createdAtMs'
  | 'anchoredAtMs'
  | 'sealedSecret'
>

const REFRESH_SECONDS = 3

/** A batch on its way to the chain, and what it gives once it is there. */
export function batchPage(page: DeskPage, batch: DeskBatch): string {
  const t = page.desk.batch
  const title = fill(t.title, { count: numberText(page, batch.total) })
  const underWay = batch.status !== 'anchored' && batch.status !== 'failed'
  const body = html`<h1>${title}</h1>
<p><code>${batch.id}</code></p>
${underWay ? progress(page, batch) : html`<p>${batchTag(page, batch)}</p>`}
${batch.status === 'failed' && failure(page, batch)}
${batch.status === 'anchored' && html`<div class="pair">${labels(page, batch)}${claimCodes(page, batch)}</div>`}
${chain(page, batch)}`
  return deskLayout(page, 'overview', {
    title,
    body,
    islands: underWay ? ['progress'] : [],
    refreshSeconds: underWay ? REFRESH_SECONDS : null,
  })
}

/** The words for every status travel with the page, so that the island needs none of its own. */
function progress(page: DeskPage, { id, status, total, done }: DeskBatch): Markup {
  const t = page.desk.batch
  const words = page.desk.batchStatus
  const [before, after] = fill(t.progress, { total: numberText(page, total) }).split('{done}')
  return html`<div data-events="/v1/batches/${id}/events" data-status-queued="${words.queued}" data-status-signing="${words.signing}"
 data-status-anchoring="${words.anchoring}" data-status-anchored="${words.anchored}" data-status-failed="${words.failed}">
<p role="status"><span class="tag neutral" data-status>${words[status]}</span></p>
<progress max="${total}" value="${done}" aria-label="${words.signing}"></progress>
<p>${before}<b data-done>${numberText(page, done)}</b>${after}</p><p class="hint">${t.waiting}</p></div>`
}

function failure(page: DeskPage, { errors }: DeskBatch): Markup {
  const { common, batch: t } = page.desk
  const columns = [
    { name: common.line, number: true, cell: (error: DeskBatch['errors'][number]) => error.line },
    { name: common.field, cell: (error: DeskBatch['errors'][number]) => html`<code>${error.field}</code>` },
    { name: common.fault, cell: (error: DeskBatch['errors'][number]) => error.message },
  ]
  return html`<div class="note bad"><p>${t.failed}</p></div>${errors.length > 0 && table(columns, errors, common.fault)}`
}

function labels(page: DeskPage, { id }: DeskBatch): Markup {
  const t = page.desk.batch
  return html`<section><h2>${t.labelsTitle}</h2>
<p><a class="button" href="/v1/batches/${id}/labels.pdf" download>${t.labels}</a></p>
<p><a href="/v1/batches/${id}/items.ndjson" download>${t.certificates}</a></p>
<p><a href="${href(page, '/brand/items', { batch: id })}">${t.itemsOf}</a></p></section>`
}

function claimCodes(page: DeskPage, { id, sealedSecret }: DeskBatch): Markup {
  const t = page.desk.batch
  if (sealedSecret === null) return html`<section><h2>${t.codesTitle}</h2><p>${t.codesGone}</p></section>`
  return html`<section><h2>${t.codesTitle}</h2><div class="note warn"><p>${t.codesWarning}</p></div>
<form class="stack" action="/v1/batches/${id}/claim-codes.csv">
<label class="check"><input type="checkbox" required>${t.codesConfirm}</label>
<button class="quiet">${t.codes}</button></form></section>`
}

function chain(
  page: DeskPage,
  { root, transactionHash, gasUsed, total, createdAtMs, anchoredAtMs }: DeskBatch,
): Markup {
  const t = page.desk.batch
  const time = (ms: number | null): Insert => ms !== null && when(ms, timeText(page, ms))
  const gas =
    gasUsed !== null &&
    fill(t.gasEach, {
      gas: numberText(page, gasUsed),
      each: numberText(page, Math.round((gasUsed / total) * 100) / 100),
    })
  return html`<section><h2>${t.chain}</h2>${facts([
    [page.desk.common.created, time(createdAtMs)],
    [page.desk.overview.anchoredAt, time(anchoredAtMs)],
    [t.root, root && html`<code class="hash">${root}</code>`],
    [t.transaction, transactionHash && html`<code class="hash">${transactionHash}</code>`],
    [t.gas, gas],
  ])}</section>`
}
