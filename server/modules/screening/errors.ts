import type { ErrorDescription } from '../../kernel/errors.ts'

/** Codes this module can raise. */
export const SCREENING_ERRORS: Readonly<Record<string, ErrorDescription>> = {
  'listing.already_exists': {
    meaning: 'The marketplace has a listing with this externalId.',
    remedy: 'Use PUT /v1/listings/{externalId} to change it, or another externalId.',
  },
  'listing.not_found': {
    meaning: 'The caller has no listing with this externalId.',
    remedy: 'Check the externalId.',
  },
  'listing.changed': {
    meaning: 'The listing was changed by somebody else again and again while this change was decided.',
    remedy: 'Send the change again.',
  },
  'listing.bad_cursor': {
    meaning: 'The cursor was not given by this list.',
    remedy: 'Start without a cursor.',
  },
}
