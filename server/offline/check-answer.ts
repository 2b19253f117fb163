import type { BlockRef } from '../kernel/chain-facts.ts'
import type { FindingCheck, Verdict, VerdictKind } from '../modules/verification/types.ts'
import { type Fault, factFaults, outerFaults, type Seen } from './answer-parts.ts'
import { answerFrom } from './answer-shape.ts'
import type { BundleFile } from './bundle.ts'
import { readOffline } from './certificate.ts'
import { checkAgainst } from './check-against.ts'
import { openBundle } from './check-bundle.ts'
import type { Ask } from './endpoint.ts'
import { type PublishedKey, receiptFault } from './receipt.ts'

/** Where the contracts are said to stand; part of the bundle of a verdict. */
export type Contracts = {
  readonly chainId: number
  readonly brandRegistry: string
  readonly itemRegistry: string
}

/** What a service said, as it came: nothing of it is believed. */
export type Given = {
  readonly answer: unknown
  readonly contracts: unknown
  readonly keys: readonly PublishedKey[]
}

/** Whom the phone asks. */
export type Sources = {
  readonly endpoints: readonly { readonly name: string; readonly ask: Ask }[]
  /** The registry that this phone saw before, or that its owner named; null takes the one that is named now. */
  readonly registry: string | null
}

/** Why there is neither agreement nor contradiction. None of these says anything for or against the item. */
export type Doubt =
  /** The verdict comes with no certificate, proof and block, so nothing in it can be checked again. */
  | 'no_proof'
  /** No endpoint of the right chain answered. */
  | 'no_endpoint'
  /** The chain does not call the anchor's block final. */
  | 'not_final'
  /** The chain has moved on since the answer. */
  | 'moved_on'
  /** The service found something that only the service can see. */
  | 'word'

export type EndpointResult = {
  readonly name: string
  readonly at: BlockRef | null
  /** Why it could not be asked; null where it answered. */
  readonly silence: string | null
}

export type AnswerCheck = {
  readonly outcome: 'confirmed' | 'unchecked' | 'withdrawn'
  readonly faults: readonly Fault[]
  readonly doubt: Doubt | null
  /** What this check came to by itself, at the newest block; null where it came to nothing. */
  readonly own: VerdictKind | null
  readonly endpoints: readonly EndpointResult[]
  /** Findings that only the service could make, and the proof beyond the label. */
  readonly onItsWord: readonly (FindingCheck | 'assurance')[]
}

/** Verdicts that follow from a certificate and its anchor, so that they never come without both. */
const WITH_PROOF: readonly VerdictKind[] = [
  'verified',
  'suspected_clone',
  'reported_stolen',
  'recalled',
  'revoked',
]

/**
 * Checks everything that a service answered about an item, with nobody's help but that of the chain endpoints given. The
 * certificate's signature, digest, leaf and path are computed; anchor, key, revocation and recall are read at the block
 * of the answer and at the newest; facts, findings, advice and receipt are compared with what follows from that.
 *
 * `withdrawn`: something in the answer does not fit. `unchecked`: it could not be told. Only `confirmed` adds anything.
 */
export async function checkAnswer(given: Given, seen: Seen, sources: Sources): Promise<AnswerCheck> {
  const read = answerFrom(given.answer, given.contracts)
  if (!read.ok) return withdrawn([{ code: 'malformed', part: read.place }])
  const { answer, contracts } = read
  const faults = outerFaults(answer, seen)
  if ((await receiptFault(answer, 'any', given.keys)) !== null) faults.push({ code: 'receipt' })
  const bundle = bundleIn(answer)
  if (bundle === null) {
    if (WITH_PROOF.includes(answer.verdict)) faults.push({ code: 'malformed', part: 'proof' })
    return concluded(answer, { faults, doubt: 'no_proof' })
  }
  const reading = readOffline(bundle.certificate)
  faults.push(...(reading.ok ? factFaults(answer, reading.certificate) : [{ code: 'verdict' } as const]))
  const trusted = sources.registry ?? contracts?.itemRegistry
  if (
    contracts === null ||
    !same(trusted, contracts.itemRegistry) ||
    contracts.chainId !== answer.chain?.chainId
  )
    return concluded(answer, { faults: [...faults, { code: 'registry' }] })
  const words = { language: seen.language, brandName: answer.brand?.name ?? '' }
  const subject = { answer, contracts, checkWith: await openBundle(bundle, words) }
  const asked = await Promise.all(sources.endpoints.map(({ name, ask }) => checkAgainst(subject, name, ask)))
  const [first] = asked.filter((one) => one.endpoint.silence === null)
  return concluded(answer, {
    faults: [...faults, ...unique(asked.flatMap((one) => one.faults))],
    doubt: first === undefined ? 'no_endpoint' : first.doubt,
    own: first?.own ?? null,
    endpoints: asked.map((one) => one.endpoint),
  })
}

function concluded(
  { findings, assurance }: Verdict,
  found: Partial<AnswerCheck> & { readonly faults: readonly Fault[] },
): AnswerCheck {
  const { faults, doubt = null } = found
  const beyond = findings.filter(({ check, result }) => BEYOND.has(check) && result !== 'unknown')
  const onItsWord = [
    ...beyond.map(({ check }) => check),
    ...(assurance === 'label' ? [] : (['assurance'] as const)),
  ]
  const outcome = faults.length > 0 ? 'withdrawn' : doubt === null ? 'confirmed' : 'unchecked'
  return { own: null, endpoints: [], ...found, outcome, doubt, onItsWord }
}

/** Checks that need what only the service has: its records of owners, scans and chips. */
const BEYOND: ReadonlySet<FindingCheck> = new Set(['ownership', 'scan_pattern', 'tag'])

function withdrawn(faults: readonly Fault[]): AnswerCheck {
  return { outcome: 'withdrawn', faults, doubt: null, own: null, endpoints: [], onItsWord: [] }
}

function bundleIn({ certificate, proof, chain }: Verdict): BundleFile | null {
  return certificate === null || proof === null || chain === null ? null : { certificate, proof, chain }
}

function same(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase()
}

function unique(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((fault) => [`${fault.code}/${fault.part}`, fault])).values()]
}
