import { z } from 'zod'
import { policyWith } from '../http/policy.ts'
import { type RequestInfo, type Route, route } from '../http/route.ts'
import { requireFromHere } from './from-here.ts'
import { PAGE } from './public.pages.ts'
import { redirect } from './reply.ts'

const COOKIE = 'cachet_endpoints'
const YEAR_SECONDS = 31_536_000
const ENDPOINTS_MAX = 3
const CHARACTERS_MAX = 300

/** Where a page's own check asks the chain: what the visitor entered, else what the operator names, else this service. */
export type Endpoints = { readonly urls: readonly string[]; readonly isOwn: boolean }

export function endpointsOf(request: Pick<RequestInfo, 'header'>, configured: readonly string[]): Endpoints {
  const pair = (request.header('cookie') ?? '').split(/;\s*/).find((one) => one.startsWith(`${COOKIE}=`))
  const own = readEndpoints(decoded(pair?.slice(COOKIE.length + 1) ?? ''))
  return own.length > 0 ? { urls: own, isOwn: true } : { urls: configured, isOwn: false }
}

/** A page may connect to these endpoints and to its own origin, and to no other host. */
export function connectPolicy({ urls }: Endpoints): string {
  return policyWith([...new Set(urls.map((url) => new URL(url).origin))])
}

/** The endpoints in a text, one a line or a word; what is none is left out, and so is what is one too many. */
export function readEndpoints(text: string): string[] {
  return text.split(/\s+/).filter(isEndpoint).slice(0, ENDPOINTS_MAX)
}

/** HTTPS, or a node on the visitor's own machine; no user name, nothing that a header could not carry. */
function isEndpoint(text: string): boolean {
  if (text.length > CHARACTERS_MAX || !URL.canParse(text)) return false
  const { protocol, hostname, username, password, href, origin } = new URL(text)
  const local = protocol === 'http:' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
  const plain = username === '' && password === '' && /^[\x21-\x7e]+$/.test(href) && !/[;,'"\\]/.test(origin)
  return plain && (protocol === 'https:' || local)
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    // A cookie that we did not write.
    return ''
  }
}

/** Keeps the endpoints that a visitor enters, in a cookie that is sent with item pages only. */
export function endpointRoutes({ publicUrl }: { readonly publicUrl: string }): Route[] {
  return [
    route({
      ...PAGE,
      method: 'post',
      path: '/settings/endpoints',
      audience: 'public',
      summary: 'Keeps which chain endpoints this browser asks when it checks an item by itself',
      body: z.object({
        endpoints: z.string().max(1_200).default(''),
        back: z
          .string()
          .regex(/^\/01\/[\x21-\x7e]+$/)
          .max(400),
      }),
      run: async ({ body, request }) => {
        requireFromHere(request)
        const urls = readEndpoints(body.endpoints)
        const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
        const age = urls.length === 0 ? 0 : YEAR_SECONDS
        const value = encodeURIComponent(urls.join(' '))
        const cookie = `${COOKIE}=${value}; Path=/01/; HttpOnly; SameSite=Lax; Max-Age=${age}${secure}`
        return redirect(body.back, { 'Set-Cookie': cookie })
      },
    }),
  ]
}
