import type {
  AnchorFact,
  ItemChainState,
  KeyFact,
  OwnershipFact,
} from '../../../server/kernel/chain-facts.ts'
import type { Evidence, ItemEvidence } from '../../../server/modules/verification/evidence.ts'

export const ANCHORED_AT = 1_000_000
export const BRAND_ID = `0x${'b1'.repeat(32)}` as const
export const OTHER_BRAND = `0x${'b2'.repeat(32)}` as const

export const anchorOf = (over: Partial<AnchorFact> = {}): AnchorFact => ({
  brandId: BRAND_ID,
  leafCount: 8,
  kind: 'items',
  anchoredAtUnix: ANCHORED_AT,
  blockNumber: 40,
  confirmations: 12,
  final: true,
  ...over,
})

export const keyOf = (over: Partial<KeyFact> = {}): KeyFact => ({
  validFromUnix: ANCHORED_AT - 1,
  validUntilUnix: null,
  compromisedAtUnix: null,
  ...over,
})

export const stateOf = (over: Partial<ItemChainState> = {}): ItemChainState => ({
  anchor: anchorOf(),
  revoked: false,
  recalled: false,
  key: keyOf(),
  brandSuspendedAtUnix: null,
  ownership: { claimed: false },
  ...over,
})

/** An item that somebody has claimed. */
export const ownedBy = (
  over: Partial<Extract<OwnershipFact, { claimed: true }>> = {},
): Extract<OwnershipFact, { claimed: true }> => ({
  claimed: true,
  owner: `0x${'0e'.repeat(20)}`,
  nonce: 0,
  claimedAtUnix: ANCHORED_AT + 30,
  stolen: null,
  recovery: null,
  ...over,
})

const AT = {
  chainId: 31337,
  blockNumber: 51,
  blockHash: `0x${'0a'.repeat(32)}` as const,
  timeUnix: ANCHORED_AT + 60,
}

export const itemOf = (
  over: Partial<ItemEvidence> = {},
  state: ItemChainState | null = stateOf(),
): ItemEvidence => ({
  kind: 'item',
  source: 'stored',
  brandName: 'Maison Exemple',
  brandChainId: BRAND_ID,
  registeredAtMs: 0,
  foreignHost: null,
  holds: true,
  storedHolds: true,
  leafCount: 8,
  chain: state && { at: AT, state },
  ...over,
})

export const shown = (
  over: Partial<ItemEvidence> = {},
  state: ItemChainState | null = stateOf(),
): ItemEvidence => itemOf({ source: 'presented', ...over }, state)

export const noRecord = (over: object = {}): Evidence => ({
  kind: 'no_record',
  prefixBrandName: null,
  signedByBrand: false,
  foreignHost: null,
  ...over,
})
