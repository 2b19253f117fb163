import { stringify } from 'csv-stringify/sync'
import type { LineError } from '../../modules/items/index.ts'
import { numberText } from '../context.ts'
import { type DeskPage, deskLayout, table } from '../desk-parts.ts'
import { html, type Insert, type Markup } from '../html.ts'
import { keptLanguage } from '../parts.ts'
import { fill } from '../texts/index.ts'

/** Why a file was refused: a sentence, and its wrong lines where it could be read. */
export type Refusal = {
  readonly detail: string
  readonly errors: readonly LineError[]
  readonly errorCount: number
  readonly total: number
}

export type RegisterModel = { readonly idempotencyKey: string; readonly refusal: Refusal | null }

const COLUMNS =
  'gtin, serial, model, category, colour, materials, country_of_production, production_date, facility, currency, retail_price'

/** The upload form; after a refused file, its faults by line and field above it. */
export function registerPage(page: DeskPage, { idempotencyKey, refusal }: RegisterModel): string {
  const t = page.desk.register
  const body = html`<h1>${t.title}</h1><p class="lead">${t.lead}</p>
${refusal && faults(page, refusal)}
<form class="stack" method="post" action="/brand/batches" enctype="multipart/form-data" data-upload>
<input type="hidden" name="idempotencyKey" value="${idempotencyKey}">${keptLanguage(page)}
<div class="drop"><label for="file">${t.label}</label>
<input id="file" name="file" type="file" required accept=".csv,.tsv,.ndjson,.jsonl,.xlsx" aria-describedby="file-hint">
<p class="hint" id="file-hint">${t.drop}</p></div>
<button>${t.button}</button>
<div class="note" role="status" data-busy hidden><p>${t.busy}</p><progress aria-label="${t.busy}"></progress></div></form>
<section><h2>${t.columnsTitle}</h2><p>${t.columns}</p><pre class="wrap"><code>${COLUMNS}</code></pre></section>`
  return deskLayout(page, 'register', { title: refusal ? t.refused : t.title, body, islands: ['upload'] })
}

function faults(page: DeskPage, { detail, errors, errorCount, total }: Refusal): Markup {
  const t = page.desk.register
  const says =
    errorCount > 0
      ? fill(t.counts, { errors: numberText(page, errorCount), total: numberText(page, total) })
      : detail
  return html`<section class="note bad" role="alert"><h2>${t.refused}</h2><p>${says}</p></section>
${errors.length > 0 && faultTable(page, errors, errorCount)}`
}

function faultTable(page: DeskPage, errors: readonly LineError[], errorCount: number): Insert {
  const t = page.desk.register
  const { common } = page.desk
  const columns = [
    { name: common.line, number: true, cell: ({ line }: LineError) => line },
    { name: common.field, cell: ({ field }: LineError) => html`<code>${field}</code>` },
    {
      name: common.fault,
      cell: ({ message, code }: LineError) => html`${message} <span class="soft">${code}</span>`,
    },
  ]
  return [
    errors.length < errorCount && html`<p class="hint">${fill(t.shown, { count: errors.length })}</p>`,
    table(columns, errors, t.refused),
    html`<p><a href="${csvAddress(errors)}" download="faults.csv">${t.download}</a></p>`,
  ]
}

/** The faults as a file inside the page, so that nothing has to be kept for a later download. */
function csvAddress(errors: readonly LineError[]): string {
  const rows = errors.map(({ line, field, code, message }) => [line, field, code, message])
  const csv = stringify([['line', 'field', 'code', 'message'], ...rows], { escape_formulas: true, bom: true })
  return `data:text/csv;charset=utf-8;base64,${Buffer.from(csv).toString('base64')}`
}
