import { randomUUID } from 'node:crypto'
import type { Request, Response } from 'express'
import ipaddr from 'ipaddr.js'
import { AppError } from '../kernel/errors.ts'
import type { RequestInfo, Route } from './route.ts'

export const LANGUAGES = ['en', 'fr', 'zh-Hans'] as const
const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/
const AGENT_CHARACTERS_MAX = 300
const IPV4_PREFIX_BITS = 24
const IPV6_PREFIX_BITS = 48

/** What a route may know of its request besides its input. Inbound ids are bounded and checked before they are used. */
export function requestInfoOf(req: Request, res: Response, row: Route): RequestInfo {
  let signal: AbortSignal | null = null
  return {
    requestId: requestIdOf(req, res),
    accepts: acceptsOf(req, row),
    isHead: req.method === 'HEAD',
    language: languageOf(req),
    idempotencyKey: idempotencyKeyOf(req),
    network: networkOf(req.ip ?? ''),
    userAgent: (req.headers['user-agent'] ?? '').slice(0, AGENT_CHARACTERS_MAX),
    header: (name) => req.get(name),
    // Made when first asked for: few routes do, and it costs each request that does not.
    get signal() {
      signal ??= goneSignal(res)
      return signal
    },
  }
}

/** Aborts when the client leaves before its answer has ended; an answer that ended has nothing left to stop. */
function goneSignal(res: Response): AbortSignal {
  const gone = new AbortController()
  const stop = (): void => {
    if (!res.writableFinished) gone.abort()
  }
  if (res.closed) stop()
  else res.once('close', stop)
  return gone.signal
}

function requestIdOf(req: Request, res: Response): string {
  const given = req.get('x-request-id') ?? ''
  const id = REQUEST_ID.test(given) ? given : randomUUID()
  res.setHeader('X-Request-Id', id)
  return id
}

function acceptsOf(req: Request, row: Route): string {
  const offered = row.produces ?? ['application/json']
  if (offered.length === 1) return offered[0] ?? 'application/json'
  const chosen = req.accepts([...offered])
  return chosen === false ? (offered[0] ?? 'application/json') : chosen
}

/** `?lang=` first, for people who choose by hand; then Accept-Language (RFC 9110 section 12.5.4). */
function languageOf(req: Request): string {
  const asked = req.query['lang']
  if (asked === undefined && req.headers['accept-language'] === undefined) return 'en'
  const wanted = typeof asked === 'string' ? [asked] : req.acceptsLanguages()
  for (const tag of wanted) {
    const found = LANGUAGES.find((l) => l.split('-')[0] === tag.toLowerCase().split('-')[0])
    if (found) return found
  }
  return 'en'
}

function idempotencyKeyOf(req: Request): string | null {
  const key = req.get('idempotency-key')
  if (key === undefined) return null
  if (IDEMPOTENCY_KEY.test(key)) return key
  const detail = 'must be 1 to 255 visible ASCII characters'
  throw new AppError('request.malformed', `Idempotency-Key ${detail}`, {
    errors: [{ pointer: 'header/Idempotency-Key', detail }],
  })
}

/** The network an address is in, not the address: enough to limit and to compare scans, too coarse to name a person. */
export function networkOf(ip: string): string {
  const address = addressOf(ip)
  if (address === null) return 'unknown'
  const bits = address.kind() === 'ipv4' ? IPV4_PREFIX_BITS : IPV6_PREFIX_BITS
  const bytes = address.toByteArray().map((byte, i) => (i * 8 < bits ? byte : 0))
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`
}

function addressOf(ip: string): ReturnType<typeof ipaddr.process> | null {
  try {
    return ipaddr.process(ip)
  } catch {
    // Not an address, which is an answer and no accident.
    return null
  }
}
