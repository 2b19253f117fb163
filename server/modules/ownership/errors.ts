import type { ErrorDescription } from '../../kernel/errors.ts'

/** Codes this module raises. Those the contract decides are named by its errors in `refusals.ts`. */
export const OWNERSHIP_ERRORS = {
  'ownership.item_not_found': {
    meaning: 'No item is registered here under this number.',
    remedy: 'Check GTIN and serial, or scan the label again.',
  },
  'ownership.token_not_found': {
    meaning: 'No item that this service knows was claimed as this token.',
    remedy: 'Check the token id; ask whoever registered the item if it was claimed without this service.',
  },
  'ownership.not_ready': {
    meaning: 'The item’s registration is not on the chain yet.',
    remedy: 'Try again in a few minutes.',
  },
  'ownership.already_claimed': {
    meaning: 'The item has an owner already.',
    remedy: 'Ask that owner for a transfer; if you are it and lost your key, ask the brand for a recovery.',
  },
  'ownership.unclaimed_rejected': {
    meaning: 'Nobody has claimed the item, so there is no owner who could do this.',
    remedy: 'Claim it with the code under the scratch panel.',
  },
  'ownership.leaf_rejected': {
    meaning: 'The chain does not take this service’s record of the item.',
    remedy: 'Tell the operator: the record must be restored from a copy.',
  },
  'ownership.revoked_rejected': {
    meaning: 'The brand revoked the item; it cannot be claimed.',
    remedy: 'Ask the brand.',
  },
  'ownership.brand_suspended_rejected': {
    meaning: 'The brand is suspended, and this needs an active one.',
    remedy: 'Ask the brand.',
  },
  'ownership.owner_rejected': {
    meaning: 'The owner named is neither an address nor a point of the P-256 curve.',
    remedy: 'Send an address, or the public key of a passkey made with ES256.',
  },
  'ownership.expired_rejected': {
    meaning: 'The deadline of the signature has passed.',
    remedy: 'Ask for a new message and sign that.',
  },
  'ownership.deadline_rejected': {
    meaning: 'The deadline asked for is in the past or too far ahead.',
    remedy: 'Ask for a shorter one, or leave it out.',
  },
  'ownership.claim_signature_rejected': {
    meaning: 'The claim code’s key did not sign exactly this: item, owner, deadline, chain and contract.',
    remedy: 'Check the code; ask for a new message and sign that.',
  },
  'ownership.signature_rejected': {
    meaning: 'The owner did not sign exactly this: item, act, nonce, deadline, chain and contract.',
    remedy: 'Ask for a new message and sign that.',
  },
  'ownership.assertion_rejected': {
    meaning: 'The passkey’s answer is no assertion over this message.',
    remedy: 'Use `challenge` of the signing request as the challenge, and send the answer unchanged.',
  },
  'ownership.chain_mismatch': {
    meaning: 'The signature was made for another chain.',
    remedy: 'Sign the message that this service gives.',
  },
  'ownership.contract_mismatch': {
    meaning: 'The signature was made for another contract.',
    remedy: 'Sign the message that this service gives.',
  },
  'ownership.nonce_changed': {
    meaning: 'The item has changed since the signature was made, or the signature was used before.',
    remedy: 'Ask for a new message and sign that.',
  },
  'ownership.not_owner_rejected': {
    meaning: 'The signer does not own the item.',
    remedy: 'Sign with the key or account that owns it.',
  },
  'ownership.brand_not_allowed': {
    meaning: 'This gateway’s account may not speak for the brand of the item.',
    remedy: 'The brand must make it an anchoring account.',
  },
  'ownership.stolen_rejected': {
    meaning: 'The item is reported stolen: it can neither move nor be reported again.',
    remedy: 'Whoever reported it must report it recovered first.',
  },
  'ownership.not_stolen_rejected': {
    meaning: 'The item is not reported stolen.',
    remedy: 'Nothing has to be taken back.',
  },
  'ownership.other_reporter_rejected': {
    meaning: 'Somebody else reported the item stolen, and alone can take it back.',
    remedy: 'Ask the brand or the owner, whoever made the report.',
  },
  'ownership.recovery_conflict': {
    meaning: 'A recovery of the item is pending already.',
    remedy: 'Wait for its end, or cancel it.',
  },
  'ownership.recovery_not_found': {
    meaning: 'No recovery of the item is pending.',
    remedy: 'Start one with the brand.',
  },
  'ownership.recovery_not_ready': {
    meaning: 'The owner may still object to the recovery.',
    remedy: 'Finish it from the time given on.',
  },
  'ownership.refused_rejected': {
    meaning: 'The contract refused the call for a reason that has no code of its own.',
    remedy: 'See the message.',
  },
  'ownership.act_not_found': { meaning: 'There is no act with this id.', remedy: 'Check the id.' },
  'ownership.challenge_not_found': {
    meaning: 'There is no challenge with this id.',
    remedy: 'Make a new one.',
  },
  'ownership.challenge_already_answered': {
    meaning: 'The challenge was answered before.',
    remedy: 'Use the answer, or make a new challenge.',
  },
  'ownership.challenge_not_ready': {
    meaning: 'Nobody has answered the challenge yet.',
    remedy: 'Have the owner scan it, then ask again.',
  },
  'ownership.challenge_gone': {
    meaning: 'The challenge has expired, or its answer was used before.',
    remedy: 'Make a new one.',
  },
  'ownership.challenge_rejected': {
    meaning: 'The secret is not that of this challenge, or the challenge is for another item.',
    remedy: 'Send id and secret as they were given, with the item they were given for.',
  },
  'ownership.gas_too_many': {
    meaning: 'The gas that this service pays in one day for the brand, the person or the item is used up.',
    remedy: 'Try again tomorrow (UTC), or send the call from an account of your own.',
  },
  'ownership.report_not_allowed': {
    meaning: 'A report needs the owner’s signature, or the key of the item’s own brand.',
    remedy: 'Sign the message that this service gives, or use the brand’s key.',
  },
} as const satisfies Record<string, ErrorDescription>

export type OwnershipErrorCode = keyof typeof OWNERSHIP_ERRORS
