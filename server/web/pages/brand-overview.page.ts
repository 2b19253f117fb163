import type { Batch } from '../../modules/items/index.ts'
import { href, numberText, timeText } from '../context.ts'
import { type DeskPage, deskLayout, type Tone, table, tag, when } from '../desk-parts.ts'
import { html, type Markup } from '../html.ts'
import { fill } from '../texts/index.ts'

/** What a brand sees first: how much is registered, and its latest batches. */
export function brandOverviewPage(page: DeskPage, batches: readonly Batch[], more: boolean): string {
  const t = page.desk.overview
  const body = html`<h1>${page.account.name}</h1>
${batches.length === 0 ? empty(page) : [counts(page, batches), more && scope(page, batches.length), recent(page, batches)]}`
  return deskLayout(page, 'overview', { title: t.title, body })
}

function empty(page: DeskPage): Markup {
  const t = page.desk.overview
  return html`<p class="lead">${t.empty}</p><p><a class="button" href="${href(page, '/brand/register')}">${t.begin}</a></p>`
}

function counts(page: DeskPage, batches: readonly Batch[]): Markup {
  const t = page.desk.overview
  const anchored = batches
    .filter(({ status }) => status === 'anchored')
    .reduce((sum, { total }) => sum + total, 0)
  const failed = batches.filter(({ status }) => status === 'failed').length
  const underWay = batches.filter(({ status }) => status !== 'anchored' && status !== 'failed').length
  return html`<div class="counts">
<a class="count" href="${href(page, '/brand/items')}"><b>${numberText(page, anchored)}</b><span>${t.registered}</span></a>
<div class="count"><b>${underWay}</b>${t.underWay}</div><div class="count"><b>${failed}</b>${t.failed}</div></div>`
}

/** The counts cover the batches shown, which is said where there are more. */
function scope(page: DeskPage, count: number): Markup {
  return html`<p class="hint">${fill(page.desk.overview.scope, { count })}</p>`
}

function recent(page: DeskPage, batches: readonly Batch[]): Markup {
  const t = page.desk.overview
  const { common } = page.desk
  const columns = [
    {
      name: t.batch,
      cell: (b: Batch) => html`<a href="${href(page, `/brand/batches/${b.id}`)}"><code>${b.id}</code></a>`,
    },
    { name: t.items, number: true, cell: (b: Batch) => numberText(page, b.total) },
    { name: common.status, cell: (b: Batch) => batchTag(page, b) },
    { name: common.created, cell: (b: Batch) => when(b.createdAtMs, timeText(page, b.createdAtMs)) },
  ]
  return html`<section><h2>${t.recent}</h2>${table(columns, batches, t.recent)}</section>`
}

const TONES: Readonly<Record<Batch['status'], Tone>> = {
  queued: 'neutral',
  signing: 'neutral',
  anchoring: 'neutral',
  anchored: 'good',
  failed: 'bad',
}

export function batchTag(page: DeskPage, { status }: Pick<Batch, 'status'>): Markup {
  return tag(page.desk.batchStatus[status], TONES[status])
}
