import type { Spelling } from './text/brand-names.ts'
import type { TermGroup } from './text/replica-terms.ts'

/**
 * The screening policy as data. A score is the sum of the signals' weights, 0 to 100. From `reviewMin` on a person
 * looks; from `rejectMin` on the listing is refused, but only where its own text gives it away (`rejectTextMin`) or the
 * item contradicts it cryptographically: price, origin and the like alone never remove anything by themselves.
 */
export const POLICY = {
  version: '2026-11-1',
  reviewMin: 35,
  rejectMin: 70,
  rejectTextMin: 50,
  /** Most that price, origin, channel and the like add together. */
  circumstancesMax: 60,
} as const

/** How much hiding a brand's name counts. Decorative letters are used by honest sellers too. */
export const SPELLING_WEIGHTS: Readonly<Record<Spelling, number>> = {
  plain: 0,
  styled: 10,
  spaced: 25,
  near: 30,
  leet: 50,
  zero_width: 60,
  homoglyph: 60,
}

/** Most points per group of terms, and the signal that the group makes. */
export const GROUPS: Readonly<
  Record<TermGroup, { readonly max: number; readonly kind: string; readonly says: string }>
> = {
  replica: { max: 80, kind: 'replica_vocabulary', says: 'The text speaks of a copy' },
  grade: { max: 75, kind: 'quality_grade', says: 'The text grades the goods as copies are graded' },
  evasion: {
    max: 80,
    kind: 'evasion',
    says: 'The text asks buyers to look past what is shown or to keep silent about it',
  },
  contact: { max: 25, kind: 'off_platform_contact', says: 'The text moves buyers to another channel' },
  inspired: { max: 40, kind: 'inspired_by', says: 'The goods are said to be in the manner of a brand' },
}

/** Points more for a word of the trade in copies that stands in the title beside a brand: there it names the goods. */
export const TITLE_EXTRA = 15

/** Signals that come from the listing's own words and may carry a refusal. */
export const TEXT_KINDS: ReadonlySet<string> = new Set([
  'brand_obfuscated',
  'replica_vocabulary',
  'quality_grade',
  'evasion',
])

/** Signals that contradict the offer by the item's own record: enough for a refusal without a person. */
export const CONTRADICTION_KINDS: ReadonlySet<string> = new Set([
  'item_revoked',
  'item_recalled',
  'item_reported_stolen',
  'item_suspected_clone',
  'certificate_forged',
  'item_not_registered',
])

/** What makes a registered item no proof of this offer: where one of these is, the proof does not count for the seller. */
export const UNDERMINING_KINDS: ReadonlySet<string> = new Set([
  'double_listing',
  'item_mismatch',
  'foreign_label',
  'permit_void',
  'permit_rejected',
])

export const WEIGHTS = {
  contradiction: 100,
  notRegisteredOwnPrefix: 75,
  notRegisteredOther: 20,
  cannotCheck: 40,
  foreignLabel: 35,
  verified: -30,
  permitRedeemed: -100,
  itemMismatch: 45,
  doubleListing: 45,
  originMissing: 40,
  originFactory: 25,
  originMismatch: 10,
  priceFarBelow: 55,
  priceBelow: 45,
  priceLow: 20,
} as const

/** A price is compared with the least and the usual (geometric mean of least and highest) retail price of the model. */
export const PRICE = {
  /** Under this part of the least price. */
  farBelowLeast: 0.25,
  /** Under this part of the least price and of the usual price. */
  belowLeast: 0.6,
  belowUsual: 0.15,
  /** Under this part of the least price: noted, not decisive. */
  lowLeast: 0.4,
  /** Part of the brand's cheapest product under which an unnamed model is too cheap. */
  belowAny: 0.25,
} as const
