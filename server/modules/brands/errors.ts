import type { ErrorDescription } from '../../kernel/errors.ts'

/** Codes raised by this module. */
export const BRAND_ERRORS = {
  'brand.already_registered': {
    meaning: 'The domain or one of the GS1 company prefixes belongs to a brand that is registered.',
    remedy: 'Check the domain and the prefixes; a prefix has one owner.',
  },
  'brand.not_found': {
    meaning: 'No brand has this id.',
    remedy: 'The id is the domain of the brand, in lower case.',
  },
  'brand.key_not_found': {
    meaning: 'The brand has no key of this kid.',
    remedy: 'List the keys with GET /v1/brands/{id}.',
  },
  'brand.not_ready': {
    meaning: 'The brand is not active on chain yet, or was suspended.',
    remedy: 'Wait until its status is active; onboarding takes a few blocks.',
  },
  'brand.changed': {
    meaning: 'Somebody else changed the brand at the same time.',
    remedy: 'Read it again and repeat.',
  },
} as const satisfies Record<string, ErrorDescription>
