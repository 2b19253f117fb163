import { type Hex, hexOf } from '../../kernel/bytes.ts'
import { keccak256 } from '../../kernel/digest.ts'
import type { PermitErrorCode } from './permit-errors.ts'
import type { PermitStatus } from './ports.ts'

/** Why the chain does not take a permit, in this module's words. */
export const PERMIT_REFUSALS: Readonly<Record<Exclude<PermitStatus, 'valid'>, PermitErrorCode>> = {
  unknown_item: 'permit.unclaimed_rejected',
  stolen: 'permit.stolen_rejected',
  recovery_pending: 'permit.recovery_rejected',
  wrong_origin: 'permit.origin_rejected',
  revoked: 'permit.revoked_rejected',
  recalled: 'permit.recalled_rejected',
  brand_suspended: 'permit.brand_suspended_rejected',
  wrong_nonce: 'permit.item_changed',
  expired: 'permit.expired_rejected',
  not_owner: 'permit.not_owner_rejected',
  bad_signature: 'permit.signature_rejected',
}

/** What stands for a marketplace in a permit; its account's id cannot be told from it without knowing it. */
export function marketplaceDigest(marketplaceId: string): Hex {
  return hexOf(keccak256(Buffer.from(`cachet:marketplace:${marketplaceId}`, 'utf8')))
}

/** What stands for a listing in a permit: the marketplace and its own id of the listing. */
export function listingDigest(marketplaceId: string, listing: string): Hex {
  return hexOf(keccak256(Buffer.from(`cachet:listing:${marketplaceId}:${listing}`, 'utf8')))
}
