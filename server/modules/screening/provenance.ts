import type { Assessment, VerdictKind } from '../verification/index.ts'
import { WEIGHTS } from './policy.ts'
import type { ModelWords } from './price.ts'
import type { Signal } from './types.ts'

/** What the item's own record says of the offer. */
export type ProvenanceFacts = {
  readonly assessment: Assessment
  /** True when the item's number lies in the number range of a brand registered here. */
  readonly prefixRegistered: boolean
  /** Other listings that offer the same item now. */
  readonly others: readonly OtherListing[]
}

/** Another live listing of the same item. Whose it is stays with its marketplace. */
export type OtherListing = {
  readonly sameMarketplace: boolean
  readonly externalId: string
  readonly sinceMs: number
}

const CONTRADICTIONS: Readonly<Partial<Record<VerdictKind, { kind: string; detail: string }>>> = {
  revoked: { kind: 'item_revoked', detail: 'The brand revoked the certificate of this item.' },
  recalled: { kind: 'item_recalled', detail: 'The brand recalled this item: it must not be sold.' },
  reported_stolen: { kind: 'item_reported_stolen', detail: 'This item is reported stolen.' },
  suspected_clone: {
    kind: 'item_suspected_clone',
    detail: 'This item’s label is seen in more places than one item can be.',
  },
  forged: {
    kind: 'certificate_forged',
    detail: 'The certificate shown was not issued by the brand it names.',
  },
}

/** Signals from the verdict on the item offered. Doubt asks for a person; only a contradiction speaks for refusal. */
export function provenanceSignals(facts: ProvenanceFacts): Signal[] {
  return [verdictSignal(facts), ...foreignLabel(facts.assessment), ...doubleListing(facts.others)]
}

function verdictSignal({ assessment, prefixRegistered }: ProvenanceFacts): Signal {
  const { verdict } = assessment
  const evidence = evidenceOf(assessment)
  const contradiction = CONTRADICTIONS[verdict]
  if (contradiction) return { ...contradiction, weight: WEIGHTS.contradiction, evidence }
  if (verdict === 'verified') {
    const detail = 'The item’s certificate, anchor and status hold. The label could still be a copy.'
    return { kind: 'item_verified', weight: WEIGHTS.verified, detail, evidence }
  }
  if (verdict !== 'not_registered') {
    const detail =
      verdict === 'pending'
        ? 'The item’s registration is not final yet.'
        : 'The item could not be checked now.'
    return {
      kind: verdict === 'pending' ? 'item_pending' : 'item_unverifiable',
      weight: WEIGHTS.cannotCheck,
      detail,
      evidence,
    }
  }
  return prefixRegistered
    ? {
        kind: 'item_not_registered',
        weight: WEIGHTS.notRegisteredOwnPrefix,
        detail: 'The brand that owns this number range never registered this item.',
        evidence,
      }
    : {
        kind: 'item_unknown',
        weight: WEIGHTS.notRegisteredOther,
        detail: 'This service has no record of the item.',
        evidence,
      }
}

function foreignLabel(assessment: Assessment): Signal[] {
  const finding = assessment.findings.find((f) => f.check === 'record' && f.result === 'warn')
  if (!finding) return []
  return [
    {
      kind: 'foreign_label',
      weight: WEIGHTS.foreignLabel,
      detail: 'The link given as the item’s label leads to another site.',
      evidence: { finding: finding.detail },
    },
  ]
}

function doubleListing(others: readonly OtherListing[]): Signal[] {
  const first = others[0]
  if (!first) return []
  const where = first.sameMarketplace ? 'in another listing here' : 'on another marketplace'
  const evidence = {
    listings: others.length,
    sameMarketplace: first.sameMarketplace,
    ...(first.sameMarketplace ? { externalId: first.externalId } : {}),
  }
  return [
    {
      kind: 'double_listing',
      weight: WEIGHTS.doubleListing,
      detail: `The same item is offered ${where} already.`,
      evidence,
    },
  ]
}

/** A signal where the text names another model of the brand, or another brand, than the item shown as proof. */
export function mismatchSignal(
  assessment: Assessment,
  text: { brandIds: readonly string[]; models: readonly ModelWords[] },
): Signal | null {
  const { brand, item } = assessment
  if (brand && text.brandIds.length > 0 && !text.brandIds.includes(brand.id)) {
    const detail = 'The text names another brand than the item’s.'
    return {
      kind: 'item_mismatch',
      weight: WEIGHTS.itemMismatch,
      detail,
      evidence: { named: text.brandIds, item: brand.id },
    }
  }
  const model = item?.model
  if (!model || text.models.length === 0 || text.models.some((m) => m.model === model)) return null
  const detail = `The text names another model than the item’s, which is ${model}.`
  return {
    kind: 'item_mismatch',
    weight: WEIGHTS.itemMismatch,
    detail,
    evidence: { named: text.models.map((m) => m.model), item: model },
  }
}

function evidenceOf({ verdict, item, chain, checkedAt }: Assessment): Signal['evidence'] {
  return {
    verdict,
    gtin: item?.gtin ?? null,
    serial: item?.serial ?? null,
    blockNumber: chain?.blockNumber ?? null,
    blockHash: chain?.blockHash ?? null,
    checkedAt,
  }
}
