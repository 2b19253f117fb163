import { html, type Insert, type Markup } from './html.ts'

/** Names and values side by side; a row without a value is left out. */
export function facts(rows: readonly (readonly [string, Insert])[]): Markup {
  const there = rows.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
  return html`<dl>${there.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}
