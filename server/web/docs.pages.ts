import { audienceText } from '../http/openapi.ts'
import { type Route, route } from '../http/route.ts'
import type { Assets } from './assets.ts'
import { contextOf, type PageContext } from './context.ts'
import { html, type Insert, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { PAGE, pageQuery } from './public.pages.ts'
import { pageReply } from './reply.ts'

type Deps = { readonly assets: Assets; readonly publicUrl: string; readonly rows: readonly Route[] }

/** `/docs`: every documented operation with who may call it and a command to try, in the order of the route table. */
export function docsPages({ assets, publicUrl, rows }: Deps): Route[] {
  const documented = rows.filter((row) => row.documented !== false)
  return [
    route({
      ...PAGE,
      method: 'get',
      path: '/docs',
      audience: 'public',
      summary: 'The API for people',
      query: pageQuery,
      run: async (input) =>
        pageReply(docsPage(contextOf({ ...input, caller: null }, assets), documented, publicUrl)),
    }),
  ]
}

/** The text is in English, as are the names of fields, whatever the language of the frame. */
export function docsPage(page: PageContext, rows: readonly Route[], publicUrl: string): string {
  const body = html`<div lang="en"><section class="intro"><h1>The API</h1>
<p class="lead">JSON over HTTP. Every field of every request and answer is in <a href="/openapi.json">the OpenAPI 3.1 description</a>.</p></section>
<section><h2>Rules for all operations</h2><ul>
<li>Send your key as <code>Authorization: Bearer ck_…</code>.</li>
<li>Errors are problem details (RFC 9457): <code>code</code> is for programs, <code>detail</code> for people, <code>errors</code> point at fields.</li>
<li>Operations that create take an <code>Idempotency-Key</code>: the same key and request give the same answer for a day.</li>
<li>Lists take <code>limit</code> and <code>cursor</code>, and give the next cursor.</li>
<li>Every verdict is answered with status 200. <code>unverifiable</code> means that we could not check, never that something is wrong.</li>
</ul></section>
${groups(rows).map(([name, group]) => groupSection(name, group, publicUrl))}</div>`
  return layout(page, { title: 'The API', body, wide: true })
}

/** Operations by the first word of their path after the version. */
function groups(rows: readonly Route[]): (readonly [string, Route[]])[] {
  const found = new Map<string, Route[]>()
  for (const row of rows) {
    const name = row.path.replace(/^\/v1/, '').split('/')[1] || 'first page'
    found.set(name, [...(found.get(name) ?? []), row])
  }
  return [...found]
}

function groupSection(name: string, rows: readonly Route[], publicUrl: string): Markup {
  return html`<section><h2>${name}</h2>${rows.map((row) => operation(row, publicUrl))}</section>`
}

function operation(row: Route, publicUrl: string): Markup {
  const answers = Object.entries(row.responses).map(([status, answer]): Insert => {
    return html`<li><b>${status}</b> ${typeof answer === 'string' ? answer : 'JSON'}</li>`
  })
  return html`<h3><code>${row.method.toUpperCase()} ${row.path}</code></h3>
<p>${row.summary}. ${audienceText(row)}</p>
<pre tabindex="0"><code>${curl(row, publicUrl)}</code></pre>
<ul>${answers}</ul>`
}

function curl(row: Route, publicUrl: string): string {
  const path = row.path.replace(/:([A-Za-z]+)/g, (_, name: string) => `{${name}}`)
  const parts = [`curl${row.method === 'get' ? '' : ` -X ${row.method.toUpperCase()}`} '${publicUrl}${path}'`]
  if (row.audience !== 'public') parts.push(`-H 'Authorization: Bearer ck_…'`)
  if (row.idempotent) parts.push(`-H 'Idempotency-Key: …'`)
  if (row.produces && row.produces[0] !== 'application/json') parts.push(`-H 'Accept: ${row.produces[0]}'`)
  if (row.body === 'upload') parts.push(`-H 'Content-Type: text/csv' --data-binary @items.csv`)
  else if (row.body) parts.push(`-H 'Content-Type: application/json' -d '{…}'`)
  return parts.join(' \\\n  ')
}
