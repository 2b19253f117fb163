import { isoTime } from '../kernel/clock.ts'
import type { AssetUrls } from './context.ts'
import { contextOf, href, type PageContext } from './context.ts'
import { html, type Insert, type Markup } from './html.ts'
import { layout, type PageParts } from './layout.ts'
import { type DeskTexts, deskTextsIn } from './texts/desk.ts'

/** A desk's page is rendered for an account, with the words of the desks. */
export type DeskPage = PageContext & {
  readonly account: NonNullable<PageContext['account']>
  readonly desk: DeskTexts
}

export function deskContext(
  input: Parameters<typeof contextOf>[0] & { caller: DeskPage['account'] & { readonly id: string } },
  assets: AssetUrls,
): DeskPage {
  const page = contextOf(input, assets)
  return { ...page, account: input.caller, desk: deskTextsIn(page.language) }
}

type Tab = 'overview' | 'register' | 'items' | 'listings' | 'webhooks'

const TABS: Readonly<Record<string, readonly (readonly [Tab, string])[]>> = {
  brand: [
    ['overview', '/brand'],
    ['register', '/brand/register'],
    ['items', '/brand/items'],
    ['webhooks', '/webhooks'],
  ],
  marketplace: [
    ['listings', '/marketplace'],
    ['webhooks', '/webhooks'],
  ],
}

/** A page of a desk: tabs above, wide column. */
export function deskLayout(page: DeskPage, tab: Tab, parts: PageParts): string {
  const t = page.desk.tabs
  const links = (TABS[page.account.kind] ?? []).map(
    ([name, path]) =>
      html`<a href="${href(page, path)}"${name === tab && html` aria-current="page"`}>${t[name]}</a>`,
  )
  const body = html`<nav class="tabs" aria-label="${t.sections}">${links}</nav>
${parts.body}`
  return layout(page, { ...parts, body, wide: true })
}

export type Tone = 'good' | 'warn' | 'bad' | 'neutral'

/** A state in a word, with a tone that only repeats what the word says. */
export function tag(text: string, tone: Tone): Markup {
  return html`<span class="tag ${tone}">${text}</span>`
}

/** A table whose cells carry their column's name, so that a phone can stack them. */
export type Column<T> = {
  readonly name: string
  readonly number?: boolean
  readonly cell: (row: T) => Insert
}

export function table<T>(columns: readonly Column<T>[], rows: readonly T[], caption: string): Markup {
  const kind = (column: Column<T>) => column.number && html` class="number"`
  const cells = (row: T) =>
    columns.map(
      (column) => html`<td${kind(column)} data-name="${column.name}"><div>${column.cell(row)}</div></td>`,
    )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="stacked">
<thead><tr>${columns.map((column) => html`<th scope="col"${kind(column)}>${column.name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table></div>`
}

/** The way to the next page of a list, and back to the first. */
export function pager(
  page: DeskPage,
  path: string,
  {
    next,
    cursor,
    query = {},
  }: { next: string | null; cursor: string | undefined; query?: PageContext['query'] },
): Insert {
  if (next === null && cursor === undefined) return null
  const t = page.desk.common
  return html`<p class="row">${cursor !== undefined && html`<a href="${href(page, path, query)}">${t.first}</a>`}
${next !== null && html`<a class="button quiet" href="${href(page, path, { ...query, cursor: next })}">${t.next}</a>`}</p>`
}

/** Dates of a row: machine-readable, shown to the minute. */
export function when(ms: number, text: string): Markup {
  return html`<time datetime="${isoTime(ms)}">${text}</time>`
}
