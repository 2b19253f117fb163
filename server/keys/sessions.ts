import { jwtVerify, SignJWT } from 'jose'
import type { AccountKind, Caller } from '../http/route.ts'
import type { Clock } from '../kernel/clock.ts'
import { unixSeconds } from '../kernel/clock.ts'
import type { GatewayKeys } from './gateway-key.store.ts'

/** How long a desk session lasts. */
export const SESSION_SECONDS = 8 * 60 * 60
const AUDIENCE = 'cachet-desk'
const TYPE = 'session+jwt'

/** Desk sessions: signed tokens, sent as a cookie or as a bearer token, that stand for one account for eight hours. */
export type Sessions = {
  issue(caller: Caller): Promise<string>
  /** The caller, or null for a token that is not ours, has expired or was altered. */
  read(token: string): Promise<Caller | null>
}

/** `issuer` is the service's public URL: a session of one deployment means nothing to another. */
export function createSessions(keys: GatewayKeys, issuer: string, clock: Clock): Sessions {
  return {
    issue(caller) {
      const now = unixSeconds(clock.nowMs())
      return new SignJWT({ kind: caller.kind, name: caller.name })
        .setProtectedHeader({ alg: 'ES256', kid: keys.current.kid, typ: TYPE })
        .setSubject(caller.id)
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setIssuedAt(now)
        .setExpirationTime(now + SESSION_SECONDS)
        .sign(keys.current.privateKey)
    },
    async read(token) {
      try {
        const { payload } = await jwtVerify(token, keys.current.publicKey, {
          algorithms: ['ES256'],
          typ: TYPE,
          issuer,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'exp', 'iat'],
          currentDate: new Date(clock.nowMs()),
        })
        return { kind: payload['kind'] as AccountKind, id: payload.sub ?? '', name: String(payload['name']) }
      } catch {
        return null
      }
    },
  }
}
