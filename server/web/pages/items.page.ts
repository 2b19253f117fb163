import { digitalLinkPath } from '../../kernel/gs1.ts'
import type { ItemRecord } from '../../modules/items/index.ts'
import { href, timeText } from '../context.ts'
import { type DeskPage, deskLayout, pager, table, when } from '../desk-parts.ts'
import { html } from '../html.ts'
import { keptLanguage } from '../parts.ts'

/** What the list shows of an item. */
export type ListedItem = Pick<ItemRecord, 'gtin' | 'serial' | 'model' | 'colour' | 'registeredAtMs'>

export type ItemsModel = {
  readonly items: readonly ListedItem[]
  readonly next: string | null
  readonly search: string
  readonly batchId: string | undefined
  readonly cursor: string | undefined
}

/** The brand's items, newest batch first, with a search by number. */
export function itemsPage(page: DeskPage, { items, next, search, batchId, cursor }: ItemsModel): string {
  const t = page.desk.items
  const columns = [
    {
      name: t.model,
      cell: (item: ListedItem) =>
        html`<a href="${href(page, `/brand${digitalLinkPath(item)}`)}">${item.model}</a> <span class="soft">${item.colour}</span>`,
    },
    { name: t.gtin, cell: (item: ListedItem) => html`<code>${item.gtin}</code>` },
    { name: t.serial, cell: (item: ListedItem) => html`<code>${item.serial}</code>` },
    {
      name: t.registered,
      cell: (item: ListedItem) => when(item.registeredAtMs, timeText(page, item.registeredAtMs)),
    },
  ]
  const query = { q: search, batch: batchId }
  const body = html`<h1>${t.title}</h1>
${batchId !== undefined && html`<p><a href="${href(page, `/brand/batches/${batchId}`)}"><code>${batchId}</code></a></p>`}
<form action="/brand/items">${keptLanguage(page)}<label for="q">${t.searchLabel}</label>
<div class="row"><div class="grow"><input id="q" name="q" value="${search}" maxlength="2048" autocomplete="off" spellcheck="false"></div>
<button class="quiet">${page.desk.common.search}</button></div></form>
<section>${items.length > 0 ? table(columns, items, t.title) : html`<p>${search === '' ? page.desk.common.none : t.notFound}</p>`}
${pager(page, '/brand/items', { next, cursor, query })}</section>`
  return deskLayout(page, 'items', { title: t.title, body })
}
