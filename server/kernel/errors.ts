/**
 * The one error type of Cachet: a stable dotted code for programs, a message for people, the offending values as data.
 *
 * Codes are `module.what_is_wrong`; each module lists its own in its `errors.ts`. Which HTTP status a code becomes is
 * decided in `http/problem.ts` alone.
 */
export class AppError extends Error {
  readonly code: string
  readonly data: ErrorData

  constructor(code: string, message: string, data: ErrorData = {}, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.data = data
  }
}

/** Values that explain an error: JSON only, never a secret. */
export type ErrorData = { readonly [key: string]: unknown }

/** One entry of a module's `errors.ts`: what the code means, what the reader can do. */
export type ErrorDescription = { readonly meaning: string; readonly remedy: string }

export function isAppError(error: unknown, code?: string): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code)
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Proves a switch total: the compiler rejects a call that can be reached. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value ${JSON.stringify(value)}`)
}
