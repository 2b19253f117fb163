import type { ErrorDescription } from '../../../kernel/errors.ts'

/** Codes of chips and their bindings. What a chip's message amounts to is a finding, not an error. */
export const TAG_ERRORS = {
  'tag.bad_uid': {
    meaning: 'The text is not the UID of an NTAG 424 DNA.',
    remedy: 'Send 14 hexadecimal digits that begin with 04.',
  },
  'tag.bad_key': {
    meaning: 'The master key is not 16 bytes, or is no secret: the factory key, or one byte repeated.',
    remedy: 'Send 32 hexadecimal digits from a good source of randomness.',
  },
  'tag.bad_link': {
    meaning: 'The link cannot be written to a chip.',
    remedy: 'Use the item’s own link; a shorter host leaves more room.',
  },
  'tag.bad_cursor': { meaning: 'The cursor was not given by this list.', remedy: 'Start without a cursor.' },
  'tag.not_found': {
    meaning: 'There is no such chip of this brand on this item.',
    remedy: 'Check UID, GTIN and serial.',
  },
  'tag.already_bound': {
    meaning: 'The chip is bound to another item.',
    remedy: 'Remove it there first, with a reason.',
  },
  'tag.conflict': {
    meaning: 'The item has had the most chips an item can have, or the chip has changed hands too often.',
    remedy: 'Check the list of the item’s chips; tell the operator if it is right.',
  },
  'tag.changed': {
    meaning: 'The chip was changed by somebody else at the same time.',
    remedy: 'Look at it and send the change again.',
  },
  'tag.keys_gone': {
    meaning: 'The chip is in use: its keys were given out before its first tap and are not given again.',
    remedy: 'Bind a new chip in its place if this one must be written again.',
  },
  'tag.keys_unavailable': {
    meaning: 'The master key of the chip cannot be reached.',
    remedy: 'Try again; tell the operator if it stays.',
  },
  'tags.rejected': {
    meaning: 'Lines of the file are wrong; no chip was bound.',
    remedy: 'Mend the lines listed and send the file again.',
  },
  'tags.bad_file': {
    meaning: 'The file cannot be read as CSV with the columns uid, gtin and serial.',
    remedy: 'See the detail; save it as CSV with these columns.',
  },
  'tags.too_large': { meaning: 'The file has too many lines.', remedy: 'Send it in several files.' },
} as const satisfies Record<string, ErrorDescription>
