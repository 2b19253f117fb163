import { expect } from 'chai'
import { caseIdOf, stepFor } from '../../../server/modules/enforcement/case-state.ts'
import type { Case } from '../../../server/modules/enforcement/index.ts'
import type { Decision, Listing, ListingStatus } from '../../../server/modules/screening/index.ts'
import { listing as content } from '../screening/knowledge.ts'

// current case × decision
// ├── none     × approve, review → only told
// ├── none     × reject          → opened, in force
// ├── in force × reject          → confirmed, still in force
// ├── in force × approve, review → lifted
// └── in force × a decision it has an entry of → nothing

const ACTOR = { kind: 'policy', id: 'test' } as const

function decided(decision: Decision, status: ListingStatus, sequence: number): Listing {
  const signals =
    decision === 'reject' ? [{ kind: 'item_revoked', weight: 100, detail: 'Revoked.', evidence: {} }] : []
  const cause = { kind: 'submitted' } as const
  const facts = {
    itemKey: null,
    verdict: null,
    root: null,
    recheckAtMs: null,
    brandIds: [],
    cause,
    dispatched: false,
  }
  const times = { createdAtMs: 1_790_000_000_000, decidedAtMs: 1_790_000_000_000 + sequence }
  return {
    ...content(),
    ...facts,
    ...times,
    id: 'lst_1',
    marketplaceId: 'bazaar',
    decision,
    status,
    sequence,
    signals,
    score: 0,
  }
}

function step(listing: Listing, current: Case | null) {
  const notice = {
    id: `evt_${listing.sequence}`,
    type: 'listing.decided',
    data: {},
    atMs: listing.decidedAtMs,
  } as const
  return stepFor({ listing, current, actor: ACTOR, notice, notifiedBy: null })
}

function opened(): Case {
  const first = step(decided('reject', 'taken_down', 2), null)
  if (first.kind !== 'open') throw new TypeError(first.kind)
  return first.next
}

describe('cases', () => {
  for (const decision of ['approve', 'review'] as const) {
    it(`opens none for ${decision} and only tells`, () => {
      expect(step(decided(decision, 'live', 1), null))
        .to.have.keys('kind', 'notice')
        .and.include({ kind: 'tell' })
    })
    it(`is lifted by ${decision}, keeping its log`, () => {
      const current = opened()
      const lifted = step(decided(decision, 'live', 3), current)
      if (lifted.kind !== 'change') throw new TypeError(lifted.kind)
      expect(lifted.next).to.include({ state: 'lifted', version: 2, id: current.id })
      expect(lifted.next.entries.map((e) => [e.action, e.from, e.to])).to.deep.equal([
        ['restrict', null, 'in_force'],
        ['lift', 'in_force', 'lifted'],
      ])
      expect(lifted.next.entries[0]).to.equal(current.entries[0])
      expect(lifted.next.statement).to.equal(current.statement)
    })
  }

  it('opens with who, why, which evidence, when, its statement and its notice in one document', () => {
    const current = opened()
    expect(current).to.include({
      state: 'in_force',
      measure: 'taken_down',
      ground: 'item_revoked',
      version: 1,
    })
    expect(current.entries[0]).to.deep.include({
      actor: ACTOR,
      ground: 'item_revoked',
      decision: { listingId: 'lst_1', sequence: 2, score: 0 },
    })
    expect(current.entries[0]?.evidence[0]?.kind).to.equal('item_revoked')
    expect(current.pending.map((notice) => notice.id)).to.deep.equal(['evt_2'])
    expect(current.statement.puid).to.equal(current.id)
  })

  it('calls a listing that was never in refused, and one that was taken down', () => {
    const refused = step(decided('reject', 'refused', 1), null)
    expect(refused.kind === 'open' && refused.next.measure).to.equal('refused')
    expect(opened().measure).to.equal('taken_down')
  })

  it('is confirmed by another refusal', () => {
    const confirmed = step(decided('reject', 'taken_down', 3), opened())
    expect(
      confirmed.kind === 'change' && [confirmed.next.state, confirmed.next.entries.length],
    ).to.deep.equal(['in_force', 2])
  })

  it('changes nothing for a decision that it has an entry of', () => {
    expect(step(decided('reject', 'taken_down', 2), opened())).to.deep.equal({ kind: 'nothing' })
    expect(step(decided('approve', 'live', 1), opened())).to.deep.equal({ kind: 'nothing' })
  })

  it('is named by the decision that opened it', () => {
    expect(caseIdOf({ id: 'lst_1', sequence: 2 })).to.equal(opened().id)
    expect(caseIdOf({ id: 'lst_1', sequence: 3 })).to.not.equal(opened().id)
  })
})
