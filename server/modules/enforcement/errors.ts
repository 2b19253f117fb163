import type { ErrorDescription } from '../../kernel/errors.ts'

/** Codes this module can raise. */
export const ENFORCEMENT_ERRORS: Readonly<Record<string, ErrorDescription>> = {
  'statement.not_found': {
    meaning: 'The listing was never restricted, or is not the caller’s.',
    remedy: 'Check the externalId and the listing’s status.',
  },
  'statement.bad_cursor': {
    meaning: 'The cursor was not given by this list.',
    remedy: 'Start without a cursor.',
  },
  'enforcement.changed': {
    meaning: 'A case was changed by others again and again.',
    remedy: 'It is tried again by itself.',
  },
}
