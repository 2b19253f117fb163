import type { RequestInfo } from '../http/route.ts'
import { senderOf } from '../http/sender.ts'
import { AppError } from '../kernel/errors.ts'

/**
 * Nobody else's page may act for a visitor, such as log them in to an account of its own (log-in CSRF). There is no
 * cookie to protect yet, so that a client that does not say whose page it is on may go on.
 */
export function requireFromHere(request: Pick<RequestInfo, 'header'>): void {
  if (senderOf(request.header) === 'elsewhere')
    throw new AppError('request.forbidden', 'this form must be sent from this site')
}
