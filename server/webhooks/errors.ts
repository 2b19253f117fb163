import type { ErrorDescription } from '../kernel/errors.ts'

/** Codes of webhooks. */
export const WEBHOOK_ERRORS: Readonly<Record<string, ErrorDescription>> = {
  'webhook.not_found': { meaning: 'The caller has no endpoint with this id.', remedy: 'List the endpoints.' },
  'webhook.delivery_not_found': {
    meaning: 'The endpoint has no delivery with this id, or it is older than 30 days.',
    remedy: 'List the deliveries.',
  },
  'webhook.bad_url': {
    meaning: 'The URL cannot be delivered to.',
    remedy: 'Give an https URL on a public address.',
  },
  'webhook.too_many': { meaning: 'The account has the most endpoints allowed.', remedy: 'Remove one first.' },
  'webhook.disabled_conflict': { meaning: 'The endpoint is disabled.', remedy: 'Enable it first.' },
  'webhook.bad_cursor': {
    meaning: 'The cursor was not given by this list.',
    remedy: 'Start without a cursor.',
  },
  'outbound.address_not_allowed': {
    meaning: 'A host resolves to an address inside a network.',
    remedy: 'Give a public address.',
  },
}
