import type { Reply } from '../http/route.ts'

const HTML = 'text/html; charset=utf-8'

/** Pages tell of one moment, and desks of one account: nothing in between may keep them. */
export function pageReply(text: string, status = 200): Reply {
  return {
    status,
    text,
    type: HTML,
    headers: { 'Cache-Control': 'no-store', Vary: 'Accept, Accept-Language, Cookie' },
  }
}

/** After a form was taken in, or to an address of this site: 303, so that reloading sends nothing again (RFC 9110 15.4.4). */
export function redirect(path: string, headers: Readonly<Record<string, string>> = {}): Reply {
  if (!/^\/(?![/\\])/.test(path)) throw new TypeError('redirects stay on this site')
  return { status: 303, headers: { Location: path, 'Cache-Control': 'no-store', ...headers } }
}
