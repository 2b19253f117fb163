import { AppError, isAppError } from '../../kernel/errors.ts'
import { OWNERSHIP_ERRORS, type OwnershipErrorCode } from './errors.ts'

/** What each refusal of the contract is called here. A test holds it against the contract's errors: none is missing. */
export const REFUSALS: Readonly<Record<string, OwnershipErrorCode>> = {
  'chain.item_ownership_unknown_root': 'ownership.not_ready',
  'chain.item_ownership_not_items': 'ownership.leaf_rejected',
  'chain.item_ownership_bad_index': 'ownership.leaf_rejected',
  'chain.item_ownership_bad_proof': 'ownership.leaf_rejected',
  'chain.item_ownership_revoked': 'ownership.revoked_rejected',
  'chain.item_ownership_brand_suspended': 'ownership.brand_suspended_rejected',
  'chain.item_ownership_already_claimed': 'ownership.already_claimed',
  'chain.item_ownership_unknown_item': 'ownership.unclaimed_rejected',
  'chain.item_ownership_bad_owner': 'ownership.owner_rejected',
  'chain.item_ownership_expired': 'ownership.expired_rejected',
  'chain.item_ownership_bad_claim_signature': 'ownership.claim_signature_rejected',
  'chain.item_ownership_wrong_nonce': 'ownership.nonce_changed',
  'chain.item_ownership_not_owner': 'ownership.not_owner_rejected',
  'chain.item_ownership_bad_signature': 'ownership.signature_rejected',
  'chain.item_ownership_not_authorized': 'ownership.brand_not_allowed',
  'chain.item_ownership_stolen': 'ownership.stolen_rejected',
  'chain.item_ownership_not_stolen': 'ownership.not_stolen_rejected',
  'chain.item_ownership_reported_by_other': 'ownership.other_reporter_rejected',
  'chain.item_ownership_wrong_origin': 'ownership.leaf_rejected',
  'chain.item_ownership_recovery_pending': 'ownership.recovery_conflict',
  'chain.item_ownership_no_recovery': 'ownership.recovery_not_found',
  'chain.item_ownership_recovery_too_early': 'ownership.recovery_not_ready',
}

/** Codes of a refusal by the contract that has no name here: Solidity's own, or a library's. */
const UNNAMED: OwnershipErrorCode = 'ownership.refused_rejected'

/** The same refusal in this module's words; anything but a refusal by the contract is given back as it is. */
export function refusalOf(error: unknown): unknown {
  if (!isAppError(error) || !isRefusal(error.code)) return error
  const code = REFUSALS[error.code] ?? UNNAMED
  const reason = REFUSALS[error.code] === undefined ? error.message : OWNERSHIP_ERRORS[code].meaning
  return new AppError(code, reason, { ...error.data, contractError: error.code }, { cause: error })
}

/** Words for a refusal that the outbox noted. */
export function refusalWords(error: { code: string; message: string }): { code: string; message: string } {
  const code = REFUSALS[error.code]
  return code === undefined ? error : { code, message: OWNERSHIP_ERRORS[code].meaning }
}

function isRefusal(code: string): boolean {
  return code.startsWith('chain.item_ownership_') || code === 'chain.reverted'
}
