import type { ErrorDescription } from '../../kernel/errors.ts'

/** Codes this module raises; codes of single lines of a file are in `LINE_ERRORS`. */
export const ITEM_ERRORS = {
  'batch.not_found': {
    meaning: 'There is no such batch, or it is another brand’s.',
    remedy: 'Check the id.',
  },
  'batch.rejected': {
    meaning: 'Lines of the file break rules; nothing was registered.',
    remedy: 'Mend the lines listed and send the file again.',
  },
  'batch.not_utf8_rejected': {
    meaning: 'The text of the file is not UTF-8.',
    remedy: 'Save it as "CSV UTF-8" and send it again.',
  },
  'batch.bad_file': {
    meaning: 'The file cannot be read as what it claims to be.',
    remedy: 'See the detail; export the file again.',
  },
  'batch.columns_rejected': {
    meaning: 'The header misses a column or has one that is not known.',
    remedy: 'Use the column names of the template.',
  },
  'batch.empty_rejected': {
    meaning: 'The file has no items.',
    remedy: 'Send a file with at least one line under the header.',
  },
  'batch.too_large': {
    meaning: 'The file has more bytes or lines than one batch may.',
    remedy: 'Send it in several files.',
  },
  'batch.unsupported_media_type': {
    meaning: 'The file is neither CSV, NDJSON nor XLSX.',
    remedy: 'Send one of these, with its media type.',
  },
  'batch.too_many': {
    meaning: 'Too many files are being read at this moment.',
    remedy: 'Try again in a few seconds.',
  },
  'batch.conflict': {
    meaning: 'The batch is not in the state this needs.',
    remedy: 'Wait until it is anchored.',
  },
  'batch.claim_codes_gone': {
    meaning: 'The claim codes were handed out once and then erased.',
    remedy: 'Use the file downloaded then.',
  },
  'idempotency.mismatch': {
    meaning: 'This Idempotency-Key was used before with another body.',
    remedy: 'Use a new key for a new request.',
  },
  'item.not_found': { meaning: 'There is no such item of this brand.', remedy: 'Check GTIN and serial.' },
  'item.conflict': {
    meaning: 'The item is not in the state this needs.',
    remedy: 'Wait until its batch is anchored.',
  },
} as const satisfies Record<string, ErrorDescription>

/** Codes of a single field of a single line. */
export const LINE_ERRORS = {
  'gs1.bad_gtin': 'The GTIN has a wrong length, a wrong check digit or characters other than digits.',
  'gs1.bad_serial': 'The serial is too long or has a character outside the GS1 set.',
  'item.prefix_not_owned': 'The GTIN is of a company prefix that this brand does not own.',
  'item.duplicate_in_file': 'The same GTIN and serial are on two lines.',
  'item.already_registered': 'The GTIN and serial were registered before.',
  'item.required': 'The field is empty and must not be.',
  'item.control_character': 'The text has a control or text-direction character.',
  'item.too_long': 'The text has too many characters.',
  'item.unknown_country': 'The country is no ISO 3166-1 alpha-2 code.',
  'item.bad_date': 'The date is no calendar date of the form YYYY-MM-DD.',
  'item.future_date': 'The date is in the future.',
  'item.unknown_currency': 'The currency is no current ISO 4217 code.',
  'item.currency_required': 'A price needs a currency.',
  'item.bad_price': 'The price is no decimal number from 0 up with the currency’s decimals.',
  'row.columns': 'The line has more or fewer fields than the header.',
  'row.malformed': 'The line is not what the format asks for.',
  'row.too_long': 'The line is too long.',
  'row.unknown_field': 'The line has a field that is not known.',
} as const

export type LineErrorCode = keyof typeof LINE_ERRORS
