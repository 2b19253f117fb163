import { isoTime } from '../../kernel/clock.ts'
import type { ItemRecord, MerkleProof } from '../items/index.ts'
import { adviceText } from './assurance-texts.ts'
import type { Gathered } from './collect.ts'
import { findingText } from './finding-texts.ts'
import { TAG_ADVICE } from './tags/tag-advice.ts'
import type { TagEvidence, TapSession } from './tags/tag-evidence.ts'
import type { TagJudgement } from './tags/tag-judgement.ts'
import type { Verdict, VerdictProof } from './types.ts'
import type { Language } from './verdict-texts.ts'

/** A verdict before it is numbered and signed: what screening asks for, which leaves no trace. */
export type Assessment = Omit<Verdict, 'id' | 'receipt'>

/** Puts what was gathered and judged into the answer of design.md section 6. Pure. */
export function answerOf(
  gathered: Gathered,
  judgement: TagJudgement,
  about: { language: Language; checkedAtMs: number; tag: TagEvidence | null },
): Assessment {
  const { brand, record, proof, certificate } = gathered
  return {
    verdict: judgement.verdict,
    assurance: judgement.assurance,
    item: itemOf(gathered),
    brand: brand && { id: brand.id, name: brand.name },
    ownership: ownershipOf(gathered),
    findings: judgement.notes.map((note) => ({
      check: note.check,
      result: note.result,
      detail: findingText(note, about.language),
    })),
    chain: chainOf(gathered),
    advice: adviceOf(gathered, judgement, about.language),
    checkedAt: isoTime(about.checkedAtMs),
    proof: record && proof && proofOf(record, proof),
    certificate,
    ...(about.tag?.kind === 'tapped' ? { tap: tapOf(about.tag.next) } : {}),
  }
}

function tapOf({ session, untilMs }: TapSession): NonNullable<Verdict['tap']> {
  return { session, until: isoTime(untilMs) }
}

export function proofOf(
  { claimKey }: Pick<ItemRecord, 'claimKey'>,
  { index, leafCount, siblings }: MerkleProof,
): VerdictProof {
  return { index, leafCount, claimKey, siblings }
}

function ownershipOf({ chain, record }: Gathered): Verdict['ownership'] {
  const state = record === null ? null : (chain?.state.ownership ?? null)
  if (state === null) return 'unknown'
  return state.claimed ? 'claimed' : 'unclaimed'
}

/** The price is between the brand and its shops: it is not part of a public answer. */
function itemOf({ key, record }: Gathered): Verdict['item'] {
  if (key === null) return null
  if (record === null) return { gtin: key.gtin, serial: key.serial, model: null }
  const { gtin, serial, model, category, colour, materials, countryOfProduction, productionDate } = record
  return { gtin, serial, model, category, colour, materials, countryOfProduction, productionDate }
}

function chainOf({ chain, proof }: Gathered): Verdict['chain'] {
  if (chain === null || proof === null) return null
  const { chainId, blockNumber, blockHash } = chain.at
  return {
    chainId,
    blockNumber,
    blockHash,
    confirmations: chain.state.anchor?.confirmations ?? 0,
    root: proof.root,
  }
}

function adviceOf(
  { evidence }: Gathered,
  { verdict, assurance, advice }: TagJudgement,
  language: Language,
): string {
  if (advice !== null) return TAG_ADVICE[advice][language]
  return adviceText({ verdict, assurance, foreign: isForeign(evidence) }, language)
}

/** True where the scanned link leads to a site that is neither ours nor the brand's. */
export function isForeign(evidence: Gathered['evidence']): boolean {
  return 'foreignHost' in evidence && evidence.foreignHost !== null
}
