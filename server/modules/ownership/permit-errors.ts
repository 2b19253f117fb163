import type { ErrorDescription } from '../../kernel/errors.ts'

/** Codes of listing permits. */
export const PERMIT_ERRORS = {
  'permit.not_found': { meaning: 'There is no permit with this id.', remedy: 'Ask the seller for its id.' },
  'permit.other_marketplace_rejected': {
    meaning: 'The permit is for another marketplace.',
    remedy: 'The owner must sign one for this marketplace.',
  },
  'permit.other_listing_rejected': {
    meaning: 'The permit is for another listing of this marketplace.',
    remedy: 'The owner must sign one for this listing.',
  },
  'permit.already_redeemed': {
    meaning: 'The permit was redeemed before: it counts once.',
    remedy: 'The owner must sign a new one.',
  },
  'permit.already_listed': {
    meaning: 'The item is offered in another listing, or another permit of it was redeemed.',
    remedy: 'That offer must end first.',
  },
  'permit.unclaimed_rejected': {
    meaning: 'Nobody has claimed the item, so nobody can permit its sale.',
    remedy: 'The owner must claim it first.',
  },
  'permit.stolen_rejected': { meaning: 'The item is reported stolen.', remedy: 'Do not list it.' },
  'permit.recovery_rejected': {
    meaning: 'Somebody asks for the item to be given to a new owner, and that is pending.',
    remedy: 'Wait until the recovery is finished or cancelled.',
  },
  'permit.origin_rejected': {
    meaning: 'The item was not claimed with the record this service has of it.',
    remedy: 'Tell the operator.',
  },
  'permit.revoked_rejected': { meaning: 'The brand revoked the item.', remedy: 'Do not list it.' },
  'permit.recalled_rejected': { meaning: 'The brand recalled the item.', remedy: 'Do not list it.' },
  'permit.brand_suspended_rejected': {
    meaning: 'The brand of the item is suspended.',
    remedy: 'Wait until it is reinstated.',
  },
  'permit.suspected_clone_rejected': {
    meaning: 'The item’s label is probably copied.',
    remedy: 'Have the brand examine the object before it is listed.',
  },
  'permit.item_changed': {
    meaning: 'The item has changed since the owner signed: it was moved, reported or recovered.',
    remedy: 'The present owner must sign a new permit.',
  },
  'permit.expired_rejected': {
    meaning: 'The permit has expired.',
    remedy: 'The owner must sign a new one.',
  },
  'permit.not_owner_rejected': {
    meaning: 'The signer does not own the item.',
    remedy: 'The present owner must sign.',
  },
  'permit.signature_rejected': {
    meaning: 'The owner did not sign exactly this permit.',
    remedy: 'Sign the message that this service gives.',
  },
} as const satisfies Record<string, ErrorDescription>

export type PermitErrorCode = keyof typeof PERMIT_ERRORS
