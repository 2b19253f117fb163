import type { Hex } from '../../kernel/bytes.ts'
import type { Gtin, Serial } from '../../kernel/gs1.ts'

/** The nine verdicts; wording for people is in `verdict-texts.ts`. */
export const VERDICTS = [
  'verified',
  'suspected_clone',
  'reported_stolen',
  'recalled',
  'revoked',
  'not_registered',
  'forged',
  'pending',
  'unverifiable',
] as const
export type VerdictKind = (typeof VERDICTS)[number]

export function isVerdict(value: unknown): value is VerdictKind {
  return (VERDICTS as readonly unknown[]).includes(value)
}

/** What was proven about the object: only its label, its holder, or the chip in it. */
export type Assurance = 'label' | 'holder' | 'tag'

export type FindingResult = 'pass' | 'warn' | 'fail' | 'unknown'
export type FindingCheck =
  | 'record'
  | 'signature'
  | 'anchor'
  | 'revocation'
  | 'recall'
  | 'ownership'
  | 'scan_pattern'
  | 'tag'
export type Finding = {
  readonly check: FindingCheck
  readonly result: FindingResult
  readonly detail: string
}

/** What leads from the certificate to the root on the chain: the leaf's place and claim key, and its siblings. */
export type VerdictProof = {
  readonly index: number
  readonly leafCount: number
  /** Address of the item's hidden claim key, the last part of the leaf. */
  readonly claimKey: Hex
  readonly siblings: readonly Hex[]
}

/** The answer to a scan, as sent in JSON (design.md section 6). */
export type Verdict = {
  readonly id: string
  readonly verdict: VerdictKind
  readonly assurance: Assurance
  readonly item: { gtin: Gtin; serial: Serial; model: string | null; [fact: string]: string | null } | null
  readonly brand: { readonly id: string; readonly name: string } | null
  readonly ownership: 'unclaimed' | 'claimed' | 'unknown'
  readonly findings: readonly Finding[]
  readonly chain: {
    readonly chainId: number
    readonly blockNumber: number
    readonly blockHash: Hex
    readonly confirmations: number
    readonly root: Hex
  } | null
  readonly advice: string
  /** ISO 8601, UTC. */
  readonly checkedAt: string
  /** Compact JWS of the verdict without receipt, proof and certificate; keys at /.well-known/jwks.json. */
  readonly receipt: string
  readonly proof: VerdictProof | null
  readonly certificate: string | null
  /** After a tap of the item's chip: what the next tap is sent with, and until when it counts as the second of two. */
  readonly tap?: { readonly session: string; readonly until: string }
}
