import { isoDate } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Listing, ListingEffects } from '../screening/index.ts'
import { POLICY } from '../screening/index.ts'
import { caseIdOf, stepFor } from './case-state.ts'
import { eventFor, itemsEvent, noticeOf } from './notice.ts'
import type { EnforcementDeps } from './ports.ts'
import { type StatementOfReasons, statementFaults } from './statement.ts'
import type { Actor, Case, PendingNotice } from './types.ts'

/** Restrictions of listings: their cases, the notices that follow, the statements of reasons. */
export type EnforcementService = {
  /** What follows from screening's decisions; handed to `createScreening`. */
  readonly effects: ListingEffects
  /** Newest statement of a listing; throws `statement.not_found`. */
  statement(
    owner: { marketplaceId: string } | { sellerId: string },
    externalId: string,
  ): Promise<StatementOfReasons>
  /** A listing's cases with their logs, newest first. */
  cases(marketplaceId: string, externalId: string): Promise<Case[]>
  /** All statements, newest first; nothing in them is about a person. Throws `statement.bad_cursor`. */
  statements(page: {
    cursor?: string | undefined
    limit: number
  }): Promise<{ statements: StatementOfReasons[]; nextCursor: string | null }>
  /** Passes on notices that an earlier crash left. */
  tellPending(limit: number): Promise<void>
}

const ATTEMPTS_MAX = 5
const CASES_MAX = 20
const ACTOR: Actor = { kind: 'policy', id: `screening/${POLICY.version}` }

export function createEnforcementService(deps: EnforcementDeps): EnforcementService {
  const { cases, tell } = deps
  return {
    effects: {
      decided: (listing) => decided(listing, deps),
      itemsChanged: (change) => tell(itemsEvent(change)),
    },
    async statement(owner, externalId) {
      const [newest] = await cases.ofListing(owner, externalId, 1)
      if (newest) return statementOf(newest)
      throw new AppError('statement.not_found', 'there is no statement of reasons for this listing', {
        externalId,
      })
    },
    cases: (marketplaceId, externalId) => cases.ofListing({ marketplaceId }, externalId, CASES_MAX),
    async statements({ cursor, limit }) {
      const found = await cases.page(cursor === undefined ? null : readCursor(cursor), limit + 1)
      const last = found[limit - 1]
      return {
        statements: found.slice(0, limit).map(statementOf),
        nextCursor: found.length > limit && last ? writeCursor(last) : null,
      }
    },
    async tellPending(limit) {
      for (const untold of await cases.untold(limit)) await tellAll(untold, deps)
    },
  }
}

/** Harmless to repeat: cases are named by decisions and log each once; notices are named by decisions too. */
async function decided(listing: Listing, deps: EnforcementDeps): Promise<void> {
  const notifiedBy = await notifierOf(listing, deps)
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const current = await deps.cases.inForce(listing.id)
    const step = stepFor({ listing, current, actor: ACTOR, notice: noticeFor(listing, current), notifiedBy })
    if (step.kind === 'nothing') return current ? tellAll(current, deps) : undefined
    if (step.kind === 'tell') return deps.tell(eventFor(step.notice, listing.marketplaceId))
    if (step.kind === 'open' && (await deps.cases.byId(caseIdOf(listing)))) return
    const done =
      step.kind === 'open'
        ? await open(step.next, deps)
        : await deps.cases.replace(step.next, step.next.version - 1)
    if (!done) continue
    deps.log.info(
      { case: step.next.id, listing: listing.id, state: step.next.state, ground: step.next.ground },
      'case changed',
    )
    return tellAll(step.next, deps)
  }
  throw new AppError('enforcement.changed', 'the case keeps being changed by others', { listing: listing.id })
}

function open(next: Case, { cases }: EnforcementDeps): Promise<boolean> {
  const faults = statementFaults(next.statement)
  if (faults.length > 0) throw new TypeError(`a statement of reasons would be refused: ${faults.join('; ')}`)
  return cases.insert(next)
}

async function tellAll(told: Case, { cases, tell }: EnforcementDeps): Promise<void> {
  for (const notice of told.pending) await tell(eventFor(notice, told.marketplaceId))
  if (told.pending.length > 0) await cases.markTold(told.id, told.version)
}

function noticeFor(listing: Listing, current: Case | null): PendingNotice {
  return noticeOf(
    listing,
    listing.status === 'taken_down' && current === null ? 'listing.taken_down' : 'listing.decided',
  )
}

/** The brand whose statement on chain led to this decision, by name. */
async function notifierOf(listing: Listing, { brands }: EnforcementDeps): Promise<string | null> {
  const brandId = listing.brandIds.at(-1)
  const stated = listing.verdict?.verdict === 'revoked' || listing.verdict?.verdict === 'recalled'
  return stated && brandId !== undefined ? ((await brands.byId(brandId))?.name ?? null) : null
}

/** The statement as of now: a restriction that was lifted says when it ended. */
function statementOf(found: Case): StatementOfReasons {
  return found.liftedAtMs === null
    ? found.statement
    : { ...found.statement, end_date_visibility_restriction: isoDate(found.liftedAtMs) }
}

function writeCursor(last: Case): string {
  return Buffer.from(`${last.openedAtMs}:${last.id}`).toString('base64url')
}

function readCursor(cursor: string): { openedAtMs: number; id: string } {
  const match = /^(\d{1,16}):(cas_[0-9A-Z]{26})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (!match?.[2])
    throw new AppError('statement.bad_cursor', 'the cursor was not given by this list', {
      cursor: cursor.slice(0, 100),
    })
  return { openedAtMs: Number(match[1]), id: match[2] }
}
