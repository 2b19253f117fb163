/**
 * Screening: a marketplace's listing becomes a decision with reasons. Promises that the same facts give the same
 * decision, that only a listing's own words or its item's record can have it refused, that doubt asks for a person, and
 * that a listing is decided on again within seconds when its item is revoked, recalled, moved or reported stolen.
 */
import type { Job } from '../../kernel/job.ts'
import { createChainWatch } from './chain-watch.ts'
import { Decider } from './decider.ts'
import type { ScreeningDeps } from './ports.ts'
import { createScreeningService, type ScreeningService } from './screening.service.ts'

export { SCREENING_ERRORS } from './errors.ts'
export { badgeOf } from './permit.ts'
export { POLICY } from './policy.ts'
export type {
  FeedCursor,
  ItemAssessor,
  ItemsChanged,
  ListingEffects,
  ListingFilter,
  ListingStore,
  ScreeningDeps,
} from './ports.ts'
export { knowledgeOf, screen } from './screen.ts'
export type { ScreeningService } from './screening.service.ts'
export type {
  Decision,
  ItemReference,
  Listing,
  ListingChannel,
  ListingContent,
  ListingOrigin,
  ListingPage,
  ListingPrice,
  ListingStatus,
  Screening,
  ScreeningCause,
  Signal,
} from './types.ts'

export type ScreeningModule = {
  readonly service: ScreeningService
  /** Wake it when `ChainEvents.onNews` calls. */
  readonly job: Job
}

export function createScreening(deps: ScreeningDeps): ScreeningModule {
  const feed = { begun: 0 }
  const decider = new Decider(deps, feed)
  return {
    service: createScreeningService(deps.listings, decider),
    job: createChainWatch(deps, decider, feed),
  }
}
