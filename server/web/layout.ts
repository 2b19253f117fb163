import { LANGUAGES } from '../modules/verification/index.ts'
import { href, type PageContext } from './context.ts'
import { html, type Insert, type Markup } from './html.ts'
import { LANGUAGE_NAMES } from './texts/index.ts'

export type PageParts = {
  readonly title: string
  readonly body: Markup
  /** Names of islands (script files) that this page uses. */
  readonly islands?: readonly string[]
  /** Wider column, for desks with tables. */
  readonly wide?: boolean
  /** Seconds until the page loads itself again where script is off. */
  readonly refreshSeconds?: number | null
  /** True for pages that do with the first stylesheet, so that they are there soonest. */
  readonly bare?: boolean
  /** False on pages that must not lead to a log-in: a look-alike must gain nothing by copying them. */
  readonly logIn?: boolean
}

/** A whole page: frame, navigation, languages, and the body in the middle. */
export function layout(page: PageContext, parts: PageParts): string {
  const { title, body, islands = [], wide = false, bare = false, refreshSeconds = null } = parts
  return html`<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Cachet</title>
<link rel="stylesheet" href="${page.assets.url('styles.css')}">
${!bare && html`<link rel="stylesheet" href="${page.assets.url('desk.css')}">`}
<link rel="icon" type="image/svg+xml" href="${page.assets.url('icon.svg')}">
${islands.map((name) => html`<script type="module" src="${page.assets.url(`${name}.js`)}"></script>`)}
${refreshSeconds !== null && html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`}
</head>
<body>
<a class="skip" href="#main">${page.texts.frame.skip}</a>
${header(page, parts)}
<main id="main"${wide && html` class="wide"`} tabindex="-1">
${body}
</main>
${footer(page)}
</body>
</html>
`.text
}

function header(page: PageContext, { logIn = true }: PageParts): Markup {
  const t = page.texts.frame
  return html`<header class="top">
<a class="mark" href="${href(page, '/')}" aria-label="${t.home}">Cachet</a>
<nav class="links" aria-label="${t.menu}">${page.account ? deskLinks(page, page.account) : publicLinks(page, logIn)}</nav>
</header>`
}

function publicLinks(page: PageContext, logIn: boolean): Insert {
  const t = page.texts.frame
  return [
    html`<a href="${href(page, '/scan')}">${t.scan}</a>`,
    html`<a href="${href(page, '/own')}">${t.own}</a>`,
    logIn && html`<a href="${href(page, '/login')}">${t.desk}</a>`,
  ]
}

function deskLinks(page: PageContext, account: NonNullable<PageContext['account']>): Insert {
  const desk = account.kind === 'marketplace' ? '/marketplace' : '/brand'
  return html`<a href="${href(page, desk)}">${account.name}</a>
<form method="post" action="/logout"><button class="plain">${page.texts.frame.logOut}</button></form>`
}

function footer(page: PageContext): Markup {
  const t = page.texts.frame
  return html`<footer class="foot">
<nav class="languages" aria-label="${t.languages}">${LANGUAGES.map((language) => languageLink(page, language))}</nav>
<p>${t.footer} · <a href="/docs">${t.docs}</a></p>
</footer>`
}

function languageLink(page: PageContext, language: PageContext['language']): Markup {
  if (language === page.language) return html`<b lang="${language}">${LANGUAGE_NAMES[language]}</b>`
  const to = href({ language, chosen: true }, '', page.query)
  return html`<a href="${to}" lang="${language}" hreflang="${language}">${LANGUAGE_NAMES[language]}</a>`
}
