import { type AppError, isAppError } from '../kernel/errors.ts'

/** RFC 9457 problem details, with a stable code, the request's id and, for bad input, what was wrong where. */
export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly requestId: string
  /** One entry a fault: JSON pointer (RFC 6901) into the body, or `query/…`, `params/…`, `header/…`. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
  readonly [extension: string]: unknown
}

/** Status by the last word of a code: the one place where codes become HTTP. First match wins. */
const STATUS_BY_SUFFIX: readonly (readonly [RegExp, number])[] = [
  [/unauthenticated$/, 401],
  [/forbidden$/, 403],
  [/not_found$/, 404],
  [/method_not_allowed$/, 405],
  [/not_acceptable$/, 406],
  [/(conflict|already_[a-z_]+|in_progress|not_ready|changed)$/, 409],
  [/gone$/, 410],
  [/too_large$/, 413],
  [/unsupported_media_type$/, 415],
  [/(malformed|bad_[a-z_]+|not_hex)$/, 400],
  [/too_many$/, 429],
  [/(unreachable|unavailable|timeout)$/, 503],
  [/(invalid|mismatch|rejected|not_owned|not_allowed)$/, 422],
]

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request could not be understood',
  401: 'Who is calling is not known',
  403: 'The caller may not do this',
  404: 'Not found',
  405: 'This method is not offered here',
  406: 'None of the accepted formats can be served',
  409: 'The request does not fit the present state',
  410: 'No longer available',
  413: 'Too large',
  415: 'This format is not read here',
  422: 'The content has faults',
  429: 'Too many requests',
  500: 'Something went wrong on our side',
  503: 'Not available at the moment',
}

export function statusOf(error: unknown): number {
  if (!isAppError(error)) return 500
  return STATUS_BY_SUFFIX.find(([suffix]) => suffix.test(error.code))?.[1] ?? 500
}

/** The problem sent for an error. Unknown errors tell nothing but the request's id. */
export function problemOf(error: unknown, requestId: string): Problem {
  const status = statusOf(error)
  const known = status !== 500 && isAppError(error) ? error : null
  const code = known?.code ?? 'internal'
  return {
    ...(known ? extensionsOf(known) : {}),
    type: `urn:cachet:problem:${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    code,
    detail: known?.message ?? `Please try again; if it stays, tell the operator the request id ${requestId}.`,
    requestId,
  }
}

const RESERVED = new Set(['type', 'title', 'status', 'code', 'detail', 'requestId', 'instance'])

function extensionsOf(error: AppError): Record<string, unknown> {
  return Object.fromEntries(Object.entries(error.data).filter(([name]) => !RESERVED.has(name)))
}
