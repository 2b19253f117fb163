import { AppError } from '../../kernel/errors.ts'
import { parseDigitalLink } from '../../kernel/gs1.ts'
import { recheckAt, statusAfter } from './listing-state.ts'
import { badgeOf, type PermitFacts } from './permit.ts'
import type { ScreeningDeps } from './ports.ts'
import type { OtherListing, ProvenanceFacts } from './provenance.ts'
import { type Knowledge, knowledgeOf, screen } from './screen.ts'
import type { ItemReference, Listing, ListingContent, ScreeningCause } from './types.ts'

/** What is known about a listing's item when it is decided on. */
export type ItemFacts = {
  readonly itemKey: string | null
  readonly provenance: ProvenanceFacts
} | null

type Self = { readonly id: string | null; readonly marketplaceId: string }

const KNOWLEDGE_MS = 2_000
const OTHERS_MAX = 20

/** Everything about brands that screening compares with, read again after two seconds. */
export function knowledgeCache({ brands, items, clock }: ScreeningDeps): () => Promise<Knowledge> {
  let kept: { knowledge: Promise<Knowledge>; untilMs: number } | null = null
  const load = async (): Promise<Knowledge> => {
    const all = await brands.all()
    return knowledgeOf(
      await Promise.all(all.map(async (brand) => ({ brand, prices: await items.retailPrices(brand.id) }))),
    )
  }
  return () => {
    if (kept && kept.untilMs > clock.nowMs()) return kept.knowledge
    const knowledge = load()
    kept = { knowledge, untilMs: clock.nowMs() + KNOWLEDGE_MS }
    knowledge.catch(() => {
      kept = null
    })
    return knowledge
  }
}

/** Reads the item's record and who else offers it. Throws what `ItemAssessor.assess` throws for unreadable references. */
export async function itemFacts(
  reference: ItemReference | null,
  self: Self,
  deps: ScreeningDeps,
): Promise<ItemFacts> {
  if (reference === null) return null
  const assessment = await deps.assessor.assess(subjectOf(reference))
  const named = assessment.item ?? keyOf(reference)
  const itemKey = named && `${named.gtin}/${named.serial}`
  const prefixRegistered = named !== null && (await deps.brands.byGtin(named.gtin)) !== null
  const others = itemKey === null ? [] : await othersOf(itemKey, self, deps)
  return { itemKey, provenance: { assessment, prefixRegistered, others } }
}

/** Live listings that come before this one: those keep their place, the later one is looked at. */
export async function othersOf(itemKey: string, self: Self, deps: ScreeningDeps): Promise<OtherListing[]> {
  const { earlier } = await rivalsOf(itemKey, self, deps)
  return earlier.map((l) => ({
    sameMarketplace: l.marketplaceId === self.marketplaceId,
    externalId: l.externalId,
    sinceMs: l.createdAtMs,
  }))
}

/** Live listings of the same item, parted by this listing's place among them. */
export async function rivalsOf(
  itemKey: string,
  self: Self,
  { listings }: ScreeningDeps,
): Promise<{ earlier: Listing[]; later: Listing[] }> {
  const found = await listings.byItem(itemKey, '', OTHERS_MAX)
  const own = found.find((listing) => listing.id === self.id)
  const live = found.filter((l) => l.id !== self.id && l.status === 'live')
  const isEarlier = (l: Listing) => !own || isBefore(l, own)
  return { earlier: live.filter(isEarlier), later: live.filter((l) => !isEarlier(l)) }
}

/** The one that the owner permitted comes first, whenever it was sent; else the one that was sent first. */
function isBefore(a: Listing, b: Listing): boolean {
  const isPermitted = badgeOf(a) !== null
  if (isPermitted !== (badgeOf(b) !== null)) return isPermitted
  return a.createdAtMs === b.createdAtMs ? a.id < b.id : a.createdAtMs < b.createdAtMs
}

/** The owner said which offer of the item is theirs: others do not speak against it, it speaks against them. */
function authorised(provenance: ProvenanceFacts, permit: PermitFacts | null): ProvenanceFacts {
  return permit?.kind === 'redeemed' ? { ...provenance, others: [] } : provenance
}

/** The listing as it stands after a decision. Pure. */
export function decided(
  content: ListingContent,
  about: {
    id: string
    marketplaceId: string
    previous: Listing | null
    cause: ScreeningCause
    nowMs: number
  },
  facts: ItemFacts,
  { knowledge, permit }: { knowledge: Knowledge; permit: PermitFacts | null },
): Listing {
  const provenance = facts && authorised(facts.provenance, permit)
  const { brandIds, decision, score, signals } = screen(content, knowledge, provenance, permit)
  const assessment = facts?.provenance.assessment
  const createdAtMs = about.previous?.createdAtMs ?? about.nowMs
  const undecided =
    assessment?.verdict === 'pending' ||
    assessment?.verdict === 'unverifiable' ||
    permit?.kind === 'unreadable'
  return {
    ...content,
    id: about.id,
    marketplaceId: about.marketplaceId,
    status: statusAfter(about.previous?.status ?? null, decision),
    decision,
    score,
    signals,
    brandIds,
    itemKey: facts?.itemKey ?? null,
    verdict: assessment
      ? {
          verdict: assessment.verdict,
          checkedAt: assessment.checkedAt,
          blockNumber: assessment.chain?.blockNumber ?? null,
        }
      : null,
    root: assessment?.chain?.root ?? null,
    recheckAtMs: undecided ? recheckAt(about.nowMs, createdAtMs) : null,
    cause: about.cause,
    sequence: (about.previous?.sequence ?? 0) + 1,
    createdAtMs,
    decidedAtMs: about.nowMs,
    dispatched: false,
  }
}

function subjectOf(reference: ItemReference): Parameters<ScreeningDeps['assessor']['assess']>[0] {
  if (reference.kind === 'url') return { url: reference.url }
  if (reference.kind === 'certificate') return { certificate: reference.certificate }
  return { key: { gtin: reference.gtin, serial: reference.serial } }
}

function keyOf(reference: ItemReference): { gtin: string; serial: string } | null {
  if (reference.kind === 'key') return reference
  if (reference.kind === 'certificate') return null
  try {
    return parseDigitalLink(reference.url)
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}
