import { type Finding, VERDICT_LOOKS, type Verdict, verdictText } from '../../modules/verification/index.ts'
import { countryText, href, numberText, type PageContext, timeText } from '../context.ts'
import type { Endpoints } from '../endpoints.ts'
import { html, type Insert, type Markup } from '../html.ts'
import { layout } from '../layout.ts'
import { facts } from '../parts.ts'
import { fill, type Texts } from '../texts/index.ts'

export type VerdictModel = {
  readonly page: PageContext
  readonly verdict: Verdict
  /** Whom the page's own check asks about the chain. */
  readonly endpoints: Endpoints
}

/** The answer to a scan: verdict, advice, the item to compare with, findings, limits, and how to check without us. */
export function verdictPage({ page, verdict, endpoints }: VerdictModel): string {
  const words = verdictText(page.language, verdict)
  const subject = verdict.item?.model ?? verdict.item?.serial ?? verdict.brand?.name
  const title = subject
    ? fill(page.texts.verdict.title, { verdict: words.headline, model: subject })
    : words.headline
  const body = html`${seal(page, verdict, endpoints)}
${advice(page.texts, verdict)}
${item(page, verdict)}
${findings(page.texts, verdict.findings)}
${limits(page.texts, verdict)}
${chain(page, verdict)}
${keep(page, verdict)}
<p class="next">${ownerLink(page, verdict)}<a class="button quiet" href="${href(page, '/scan')}">${page.texts.verdict.another}</a></p>`
  return layout(page, { title, body, logIn: false, bare: true, islands: ['recheck'] })
}

/** Where its owner claims it, hands it over or reports it; only for what is registered here. */
function ownerLink(page: PageContext, { item, certificate }: Verdict): Insert {
  if (item === null || certificate === null) return null
  const path = `/own/${item.gtin}/${encodeURIComponent(item.serial)}`
  return html`<a class="button quiet" href="${href(page, path)}">${page.texts.verdict.owner}</a> `
}

function seal(
  page: PageContext,
  { id, verdict, assurance, brand, checkedAt }: Verdict,
  endpoints: Endpoints,
): Markup {
  const look = VERDICT_LOOKS[verdict]
  const words = verdictText(page.language, { verdict, assurance })
  return html`<section class="verdict ${look.tone}">
<p class="seal" aria-hidden="true">${look.symbol}</p>
${brand && html`<p class="over"><b data-fact="brand">${brand.name}</b> <span data-fact="brandId">${brand.id}</span></p>`}
<h1>${words.headline}</h1>
<p class="meaning">${words.meaning}</p>
<p class="when">${page.texts.verdict.checkedAt} <time datetime="${checkedAt}">${timeText(page, Date.parse(checkedAt))}</time></p>
${recheckBox(id, endpoints)}
</section>`
}

/** Filled by the island: hidden where script is off, since nothing is checked again there. */
function recheckBox(id: string, { urls, isOwn }: Endpoints): Markup {
  const named = urls.length > 0 && html` data-endpoints="${urls.join(' ')}"`
  return html`<p class="recheck" role="status" data-recheck="${id}"${named}${isOwn && html` data-own`} hidden></p>`
}

function advice({ verdict: t }: Texts, verdict: Verdict): Markup {
  return html`<section class="advice"><h2>${t.doTitle}</h2><p>${verdict.advice}</p></section>`
}

const FACTS = [
  'model',
  'category',
  'colour',
  'materials',
  'countryOfProduction',
  'productionDate',
  'gtin',
  'serial',
] as const

function item(page: PageContext, { item, brand }: Verdict): Insert {
  if (item === null) return null
  const t = page.texts.verdict
  const registered = item.model !== null
  const rows = FACTS.map((name): [string, Insert, string] => [
    t[name],
    factText(page, name, item[name] ?? null),
    COMPARED.has(name) ? name : '',
  ])
  return html`<section><h2>${registered ? t.itemTitle : t.itemAsked}</h2>
${registered && html`<p>${t.compare}</p>`}
${facts([[t.brand, brand && registered && html`${brand.name} <span class="soft whole">${brand.id}</span>`], ...rows])}</section>`
}

/** Facts shown exactly as the brand wrote them. */
const COMPARED: ReadonlySet<string> = new Set(FACTS.filter((name) => name !== 'countryOfProduction'))

function factText(page: PageContext, name: (typeof FACTS)[number], value: string | null): Insert {
  if (value === null) return null
  if (name === 'countryOfProduction') return countryText(page, value)
  return name === 'gtin' || name === 'serial' ? html`<code>${value}</code>` : value
}

const SYMBOLS: Readonly<Record<Finding['result'], string>> = { pass: '✓', warn: '!', fail: '✕', unknown: '–' }

function findings({ verdict: t }: Texts, found: readonly Finding[]): Markup {
  return html`<section><h2>${t.checkedTitle}</h2>
<ul class="findings">${found.map(
    ({ check, result, detail }) => html`<li class="${result}" data-check="${check}">
<span class="dot" aria-hidden="true">${SYMBOLS[result]}</span>
<div class="what"><b>${t.checks[check]}</b> <i>${t.results[result]}</i><p>${detail}</p></div></li>`,
  )}</ul></section>`
}

function limits({ verdict: t }: Texts, verdict: Verdict): Markup {
  return html`<section class="limits"><h2>${t.limitsTitle}</h2><ul>${limitsOf(t, verdict).map((line) => html`<li>${line}</li>`)}</ul></section>`
}

function limitsOf(
  t: Texts['verdict'],
  { verdict: kind, assurance }: Pick<Verdict, 'verdict' | 'assurance'>,
): readonly string[] {
  if (kind === 'verified') return assurance === 'tag' ? t.limitsTag : t.limitsLabel
  if (kind === 'not_registered') return t.limitsUnknown
  return kind === 'pending' || kind === 'unverifiable' ? t.limitsOpen : t.limitsNegative
}

function chain(page: PageContext, { chain: read }: Verdict): Markup {
  const t = page.texts.verdict
  if (read === null) return html`<section><h2>${t.proofTitle}</h2><p>${t.noChain}</p></section>`
  return html`<section><h2>${t.proofTitle}</h2>${facts([
    [t.block, html`<code>${read.blockNumber}</code> <code class="hash">${read.blockHash}</code>`],
    [t.network, html`<code>${read.chainId}</code>`],
    [t.confirmations, numberText(page, read.confirmations)],
    [t.root, html`<code class="hash">${read.root}</code>`],
  ])}</section>`
}

/** The bundle exists where certificate, proof and chain do: without them there is nothing to check elsewhere. */
function keep(page: PageContext, { id, brand, certificate, proof, chain: read }: Verdict): Markup {
  const t = page.texts.verdict
  const whole = brand !== null && certificate !== null && proof !== null && read !== null
  return html`<section class="keep"><h2>${t.keepTitle}</h2>
${
  whole &&
  html`<p><a class="button" href="/v1/verifications/${id}/bundle" download>${t.bundle}</a></p>
<p>${t.withoutUs}</p><pre tabindex="0"><code>npx cachet verify --rpc URL ${id}.json</code></pre>`
}
<p><a href="/v1/verifications/${id}">${t.receipt}</a></p></section>`
}
