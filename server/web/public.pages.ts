import { z } from 'zod'
import { SESSION_COOKIE } from '../http/auth.ts'
import { type Reply, type RequestInfo, type Route, route } from '../http/route.ts'
import { type AppError, isAppError } from '../kernel/errors.ts'
import { digitalLinkPath } from '../kernel/gs1.ts'
import { isOfficialHost, type ReadCode, readCode } from './code.ts'
import { contextOf, href, type PageContext } from './context.ts'
import { requireFromHere } from './from-here.ts'
import { homePage } from './pages/home.page.ts'
import { loginPage } from './pages/login.page.ts'
import { foreignPage, unreadablePage } from './pages/refused.page.ts'
import { scanPage } from './pages/scan.page.ts'
import type { PublicDeps } from './ports.ts'
import { pageReply, redirect } from './reply.ts'

/** Every page takes `?lang=`; other search parameters that it does not know are let be. */
export const pageQuery = z.object({ lang: z.string().max(20).optional() })
export const PAGE = { documented: false, produces: ['text/html'], responses: { 200: 'a page' } } as const
const KEY_TRIAL_COST = 10

export function publicPages(deps: PublicDeps): Route[] {
  return [...readingPages(deps), ...sessionPages(deps)]
}

function readingPages(deps: PublicDeps): Route[] {
  const { assets } = deps
  return [
    route({
      ...PAGE,
      method: 'get',
      path: '/',
      audience: 'public',
      summary: 'The first page',
      query: pageQuery,
      run: async (input) =>
        pageReply(homePage(contextOf({ ...input, caller: null }, assets), await deps.demo())),
    }),
    route({
      ...PAGE,
      method: 'get',
      path: '/scan',
      audience: 'public',
      summary: 'The camera scanner',
      query: pageQuery,
      run: async (input) => pageReply(scanPage(contextOf({ ...input, caller: null }, assets))),
    }),
    route({
      ...PAGE,
      method: 'get',
      path: '/check',
      audience: 'public',
      summary: 'Leads from a scanned or typed code to the item’s page, on this site only',
      query: pageQuery.extend({ code: z.string().max(4096).default('') }),
      run: (input) => check(deps, contextOf({ ...input, caller: null }, assets), input.query.code),
    }),
  ]
}

async function check(deps: PublicDeps, page: PageContext, code: string): Promise<Reply> {
  const read = tryRead(code)
  if (isAppError(read)) return pageReply(unreadablePage(page, { code, reason: read.message }), 400)
  const { key, host } = read
  if (host !== null) {
    const brandDomain = (await deps.brands.byGtin(key.gtin))?.id ?? null
    if (!isOfficialHost(host, { publicUrl: deps.publicUrl, brandDomain }))
      return pageReply(foreignPage(page, host))
  }
  return redirect(href(page, digitalLinkPath(key)))
}

function tryRead(code: string): ReadCode | AppError {
  try {
    return readCode(code)
  } catch (error) {
    if (isAppError(error)) return error
    throw error
  }
}

function sessionPages(deps: PublicDeps): Route[] {
  const { assets } = deps
  return [
    route({
      ...PAGE,
      method: 'get',
      path: '/login',
      audience: 'public',
      summary: 'Log in to a desk',
      query: pageQuery,
      run: async (input) =>
        pageReply(loginPage(contextOf({ ...input, caller: null }, assets), { wrong: false })),
    }),
    route({
      ...PAGE,
      method: 'post',
      path: '/login',
      audience: 'public',
      summary: 'Exchanges an API key for a session cookie',
      body: z.strictObject({ apiKey: z.string().max(200), lang: z.string().max(20).optional() }),
      cost: KEY_TRIAL_COST,
      run: ({ body, request }) => logIn(deps, request, body),
    }),
    route({
      ...PAGE,
      method: 'post',
      path: '/logout',
      audience: 'public',
      summary: 'Ends the session of this browser',
      run: async () => redirect('/', { 'Set-Cookie': cookie(deps, '', 0) }),
    }),
  ]
}

async function logIn(
  deps: PublicDeps,
  request: RequestInfo,
  { apiKey, lang }: { apiKey: string; lang?: string | undefined },
): Promise<Reply> {
  requireFromHere(request)
  const page = contextOf({ request: { language: lang ?? request.language }, query: { lang } }, deps.assets)
  const caller = await deps.accounts.byApiKey(apiKey.trim())
  if (!caller) return pageReply(loginPage(page, { wrong: true }), 422)
  const token = await deps.sessions.issue(caller)
  return redirect(href(page, DESKS[caller.kind] ?? '/docs'), {
    'Set-Cookie': cookie(deps, token, deps.sessionSeconds),
  })
}

/** Where an account lands; kinds without a desk use the API. */
const DESKS: Readonly<Record<string, string>> = { brand: '/brand', marketplace: '/marketplace' }

function cookie({ publicUrl }: PublicDeps, token: string, seconds: number): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
  return `${SESSION_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`
}
