import type { RequestInfo } from '../http/route.ts'
import { AppError } from '../kernel/errors.ts'

/** Nobody else's page may act for a visitor, such as log them in to an account of its own (log-in CSRF). */
export function requireFromHere(request: Pick<RequestInfo, 'header'>): void {
  const site = request.header('sec-fetch-site')
  const origin = request.header('origin')
  const foreign =
    site === undefined
      ? origin !== undefined && hostOf(origin) !== request.header('host')
      : site !== 'same-origin'
  if (foreign) throw new AppError('request.forbidden', 'this form must be sent from this site')
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
