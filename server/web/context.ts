import type { Caller, RequestInfo } from '../http/route.ts'
import { type Language, languageOf } from '../modules/verification/index.ts'
import { type Texts, textsIn } from './texts/index.ts'

/** Files that pages link to, by the name they have in the source: `styles.css` → `/assets/styles-3F2A.css`. */
export type AssetUrls = { url(name: string): string }

/** What every page is rendered with. */
export type PageContext = {
  readonly language: Language
  readonly texts: Texts
  /** True where the reader chose the language by `?lang=`: links keep it then. */
  readonly chosen: boolean
  /** Search parameters of this page without `lang`, which links to its other languages keep. */
  readonly query: Readonly<Record<string, string | undefined>>
  /** Whose desk this is; null on public pages. */
  readonly account: Pick<Caller, 'kind' | 'name'> | null
  readonly assets: AssetUrls
}

type Asked = {
  readonly request: Pick<RequestInfo, 'language'>
  readonly query?: Readonly<Record<string, string | undefined>> | undefined
  readonly caller?: Caller | null
}

/** The context of a request's page. `query` is the route's checked query, `lang` among it. */
export function contextOf({ request, query = {}, caller = null }: Asked, assets: AssetUrls): PageContext {
  const { lang, ...kept } = query
  const language = languageOf(request.language)
  const account = caller && { kind: caller.kind, name: caller.name }
  return { language, texts: textsIn(language), chosen: lang !== undefined, query: kept, account, assets }
}

/** A path of this site with search parameters; those without a value are left out, a chosen language is kept. */
export function href(
  page: Pick<PageContext, 'language' | 'chosen'>,
  path: string,
  query: PageContext['query'] = {},
): string {
  const all = page.chosen ? { ...query, lang: page.language } : query
  const pairs = Object.entries(all).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '',
  )
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`
}

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr-FR', 'zh-Hans': 'zh-Hans-CN' }

export function numberText(page: Pick<PageContext, 'language'>, value: number): string {
  return new Intl.NumberFormat(LOCALES[page.language]).format(value)
}

/** Date and time to the minute in UTC, which is said. */
export function timeText(page: Pick<PageContext, 'language'>, ms: number): string {
  const format = new Intl.DateTimeFormat(LOCALES[page.language], {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
  return `${format.format(ms)} UTC`
}

/** The name of a country by its ISO 3166-1 code; the code itself where the name is not known. */
export function countryText(page: Pick<PageContext, 'language'>, code: string): string {
  return (
    new Intl.DisplayNames([LOCALES[page.language]], { type: 'region', fallback: 'code' }).of(code) ?? code
  )
}
