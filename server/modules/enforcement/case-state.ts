import { sha256 } from '../../kernel/digest.ts'
import { base32 } from '../../kernel/ids.ts'
import type { Listing } from '../screening/index.ts'
import { groundOf } from './grounds.ts'
import { statementFor } from './reasons.ts'
import type { Actor, Case, CaseEntry, CaseState, PendingNotice } from './types.ts'

/** What a decision of screening means for the listing's restriction. */
export type Step =
  | { readonly kind: 'open'; readonly next: Case }
  | { readonly kind: 'change'; readonly next: Case }
  | { readonly kind: 'tell'; readonly notice: PendingNotice }
  | { readonly kind: 'nothing' }

export type StepInput = {
  readonly listing: Listing
  /** The listing's restriction in force, if any. */
  readonly current: Case | null
  readonly actor: Actor
  readonly notice: PendingNotice
  readonly notifiedBy: string | null
}

/**
 * The state machine of restrictions: none → in_force → lifted. A refusal opens a case or confirms the one in force; any
 * other decision lifts it. A decision that the case has an entry of changes nothing, so that handling twice is harmless.
 */
export function stepFor(input: StepInput): Step {
  const { listing, current } = input
  const refused = listing.decision === 'reject'
  if (current === null)
    return refused ? { kind: 'open', next: opened(input) } : { kind: 'tell', notice: input.notice }
  if (current.entries.some((entry) => entry.decision.sequence >= listing.sequence)) return { kind: 'nothing' }
  return {
    kind: 'change',
    next: refused ? moved(current, 'confirm', 'in_force', input) : moved(current, 'lift', 'lifted', input),
  }
}

/** The same for the same decision, so that a case cannot be opened twice. */
export function caseIdOf(listing: Pick<Listing, 'id' | 'sequence'>): string {
  return `cas_${base32(sha256(`${listing.id}:${listing.sequence}`)).slice(0, 26)}`
}

function opened({ listing, actor, notice, notifiedBy }: StepInput): Case {
  const id = caseIdOf(listing)
  const measure = listing.status === 'taken_down' ? 'taken_down' : 'refused'
  const ground = groundOf(listing.signals)
  return {
    id,
    listingId: listing.id,
    marketplaceId: listing.marketplaceId,
    externalId: listing.externalId,
    sellerId: listing.sellerId,
    state: 'in_force',
    measure,
    ground,
    entries: [entryOf({ listing, actor, action: 'restrict', from: null, to: 'in_force', sequence: 1 })],
    statement: statementFor({ caseId: id, listing, measure, ground, notifiedBy }),
    pending: [notice],
    version: 1,
    openedAtMs: listing.decidedAtMs,
    liftedAtMs: null,
  }
}

function moved(
  current: Case,
  action: 'confirm' | 'lift',
  to: CaseState,
  { listing, actor, notice }: StepInput,
): Case {
  const entry = entryOf({
    listing,
    actor,
    action,
    from: current.state,
    to,
    sequence: current.entries.length + 1,
  })
  return {
    ...current,
    state: to,
    entries: [...current.entries, entry],
    pending: [...current.pending, notice],
    version: current.version + 1,
    liftedAtMs: to === 'lifted' ? listing.decidedAtMs : null,
  }
}

type EntryInput = Pick<CaseEntry, 'action' | 'from' | 'to' | 'sequence' | 'actor'> & {
  readonly listing: Listing
}

function entryOf({ listing, actor, ...entry }: EntryInput): CaseEntry {
  return {
    ...entry,
    actor,
    atMs: listing.decidedAtMs,
    ground: listing.decision === 'reject' ? groundOf(listing.signals) : null,
    decision: { listingId: listing.id, sequence: listing.sequence, score: listing.score },
    evidence: listing.signals.map(({ kind, weight, detail, evidence }) => ({
      kind,
      weight,
      detail,
      evidence,
    })),
  }
}
