import { type Attempt, type Delivery, type Endpoint, EVENT_TYPES } from '../../webhooks/index.ts'
import { href, timeText } from '../context.ts'
import { type DeskPage, deskLayout, pager, table, tag, when } from '../desk-parts.ts'
import { html, type Insert, type Markup } from '../html.ts'
import { facts, keptLanguage } from '../parts.ts'

export type WebhooksModel = {
  readonly endpoints: readonly Endpoint[]
  /** Of an endpoint that was just made: shown this once. */
  readonly secret: string | null
  /** Why an endpoint could not be added. */
  readonly fault: string | null
  readonly url: string
}

/** The account's endpoints and the form for another. */
export function webhooksPage(page: DeskPage, { endpoints, secret, fault, url }: WebhooksModel): string {
  const t = page.desk.webhooks
  const columns = [
    { name: t.url, cell: (e: Endpoint) => html`<a href="${href(page, `/webhooks/${e.id}`)}">${e.url}</a>` },
    {
      name: t.events,
      cell: (e: Endpoint) => (e.events.length === 0 ? page.desk.common.all : e.events.join(', ')),
    },
    { name: page.desk.common.status, cell: (e: Endpoint) => endpointTag(page, e) },
    {
      name: page.desk.common.created,
      cell: (e: Endpoint) => when(e.createdAtMs, timeText(page, e.createdAtMs)),
    },
  ]
  const body = html`<h1>${t.title}</h1><p class="lead">${t.lead}</p>
${secret !== null && html`<section class="note good" role="status"><h2>${t.secretTitle}</h2><p>${t.secretText}</p><pre class="wrap"><code>${secret}</code></pre></section>`}
<section>${endpoints.length > 0 ? table(columns, endpoints, t.title) : html`<p>${page.desk.common.none}</p>`}</section>
${addForm(page, { fault, url })}`
  return deskLayout(page, 'webhooks', { title: t.title, body })
}

function addForm(page: DeskPage, { fault, url }: Pick<WebhooksModel, 'fault' | 'url'>): Markup {
  const t = page.desk.webhooks
  const events = EVENT_TYPES.filter((type) => type !== 'webhook.test')
  return html`<section><h2>${t.add}</h2>
${fault !== null && html`<div class="note bad" role="alert"><p lang="en">${fault}</p></div>`}
<form class="stack" method="post" action="/webhooks">${keptLanguage(page)}
<div><label for="url">${t.url}</label><input id="url" name="url" type="url" value="${url}" required maxlength="2048" placeholder="https://"></div>
<fieldset><legend>${t.events}</legend>${events.map((type) => html`<label class="check"><input type="checkbox" name="events" value="${type}"><code>${type}</code></label>`)}</fieldset>
<button>${t.add}</button></form></section>`
}

function endpointTag(page: DeskPage, { status }: Endpoint): Markup {
  return tag(page.desk.webhooks[status], status === 'active' ? 'good' : 'bad')
}

export type WebhookModel = {
  readonly endpoint: Endpoint
  readonly deliveries: readonly Delivery[]
  readonly next: string | null
  readonly cursor: string | undefined
}

/** One endpoint: how it does, and what was sent to it. */
export function webhookPage(page: DeskPage, { endpoint, deliveries, next, cursor }: WebhookModel): string {
  const t = page.desk.webhooks
  const path = `/webhooks/${endpoint.id}`
  const body = html`<p><a href="${href(page, '/webhooks')}">${t.title}</a></p><h1 class="address">${endpoint.url}</h1>
${facts([
  [page.desk.common.status, endpointTag(page, endpoint)],
  [
    t.disabled,
    endpoint.disabled &&
      html`${when(endpoint.disabled.atMs, timeText(page, endpoint.disabled.atMs))} <span lang="en">${endpoint.disabled.reason}</span>`,
  ],
  [t.failures, String(endpoint.failuresInARow)],
  [t.event, endpoint.events.length === 0 ? page.desk.common.all : endpoint.events.join(', ')],
])}
<div class="row"><form method="post" action="${path}/${endpoint.status === 'active' ? 'test' : 'enable'}">${keptLanguage(page)}
<button class="quiet">${endpoint.status === 'active' ? t.test : t.enable}</button></form></div>
<section><h2>${t.deliveries}</h2>${deliveries.length > 0 ? deliveryTable(page, endpoint, deliveries) : html`<p>${page.desk.common.none}</p>`}
${pager(page, path, { next, cursor })}</section>
<section><details><summary>${t.remove}</summary><form class="stack" method="post" action="${path}/remove">${keptLanguage(page)}
<label class="check"><input type="checkbox" name="confirmed" value="yes" required>${t.removeConfirm}</label><button class="danger">${t.remove}</button></form></details></section>`
  return deskLayout(page, 'webhooks', { title: endpoint.url, body })
}

function deliveryTable(page: DeskPage, { id }: Endpoint, deliveries: readonly Delivery[]): Markup {
  const { webhooks: t, common } = page.desk
  const columns = [
    {
      name: t.event,
      cell: (d: Delivery) =>
        html`<code>${d.type}</code><details><summary>${t.open}</summary><pre class="wrap"><code>${d.body}</code></pre></details>`,
    },
    { name: common.created, cell: (d: Delivery) => when(d.createdAtMs, timeText(page, d.createdAtMs)) },
    {
      name: common.status,
      cell: (d: Delivery) =>
        tag(t[d.state], d.state === 'delivered' ? 'good' : d.state === 'stuck' ? 'bad' : 'neutral'),
    },
    { name: t.attempts, number: true, cell: (d: Delivery) => d.attemptsDone },
    { name: t.lastAnswer, cell: (d: Delivery) => attemptText(d.attempts.at(-1)) },
    {
      name: t.again,
      cell: (d: Delivery) =>
        html`<form method="post" action="/webhooks/${id}/deliveries/${d.id}/redeliver">${keptLanguage(page)}<button class="plain" aria-label="${t.again}: ${d.type}">${t.again}</button></form>`,
    },
  ]
  return table(columns, deliveries, t.deliveries)
}

function attemptText(attempt: Attempt | undefined): Insert {
  return attempt && html`<span lang="en">${attempt.status ?? attempt.error}</span>`
}
