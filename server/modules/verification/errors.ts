import type { ErrorDescription } from '../../kernel/errors.ts'

/** Codes this module raises. Everything that could be checked and does not hold is a verdict, not an error. */
export const VERIFICATION_ERRORS = {
  'certificate.malformed': {
    meaning: 'The text sent as a certificate is not a compact JWS of three parts, or is longer than 16 kB.',
    remedy: 'Send the certificate as it was downloaded, without line breaks or quotes.',
  },
  'verification.not_found': {
    meaning: 'No verdict with this id is kept here.',
    remedy: 'Check the id; verdicts of listings that were screened are kept with the listing.',
  },
  'verification.bundle_not_found': {
    meaning: 'The verdict has no certificate and proof that could be checked elsewhere.',
    remedy: 'Bundles exist for items that are registered and anchored.',
  },
} as const satisfies Record<string, ErrorDescription>
