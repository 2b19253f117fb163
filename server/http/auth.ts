import type { Request } from 'express'
import { AppError } from '../kernel/errors.ts'
import type { Audience, Caller } from './route.ts'
import { senderOf } from './sender.ts'

/** How the edge learns who calls. */
export type Authenticator = {
  byApiKey(apiKey: string): Promise<Caller | null>
  bySession(token: string): Promise<Caller | null>
}

export const SESSION_COOKIE = 'cachet_session'

/**
 * The caller of a request by its bearer token (an API key or a session token), else by its session cookie, else null.
 * A token that is sent and not known is `request.unauthenticated`, also on public routes.
 */
export async function callerOf(req: Request, authenticator: Authenticator): Promise<Caller | null> {
  const header = req.headers.authorization
  if (header !== undefined) return byBearer(header, authenticator)
  const cookie = cookieOf(req, SESSION_COOKIE)
  if (cookie === null) return null
  const caller = await authenticator.bySession(cookie)
  if (caller && changesState(req)) requireSameOrigin(req)
  return caller
}

/** Throws unless the caller is one of the audience. */
export function admit(audience: Audience, caller: Caller | null): void {
  if (audience === 'public') return
  if (caller === null) {
    throw new AppError('request.unauthenticated', 'send an API key: Authorization: Bearer ck_…')
  }
  if (audience !== 'any' && !audience.includes(caller.kind)) {
    const message = `this is for ${audience.join(' or ')} accounts; the key sent is of a ${caller.kind}`
    throw new AppError('request.forbidden', message, { allowed: audience, caller: caller.kind })
  }
}

async function byBearer(header: string, authenticator: Authenticator): Promise<Caller> {
  const token = /^Bearer +([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(header)?.[1]
  const caller = token === undefined ? null : await readToken(token, authenticator)
  if (caller) return caller
  throw new AppError(
    'request.unauthenticated',
    'the Authorization header has no key or session that is known here',
  )
}

function readToken(token: string, authenticator: Authenticator): Promise<Caller | null> {
  return token.startsWith('ck_') ? authenticator.byApiKey(token) : authenticator.bySession(token)
}

function changesState(req: Request): boolean {
  return req.method !== 'GET' && req.method !== 'HEAD'
}

/** A cookie is sent by the browser whoever asked, so a change by cookie must come from our own pages. */
function requireSameOrigin(req: Request): void {
  if (senderOf((name) => req.get(name)) === 'here') return
  throw new AppError('request.forbidden', 'a change with a session cookie must come from this site')
}

function cookieOf(req: Request, name: string): string | null {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=')
    if (key === name) return value.join('=')
  }
  return null
}
