import { messageOf } from '../kernel/errors.ts'
import { SEVERITY } from '../modules/verification/judgement.ts'
import type { FindingCheck, Verdict, VerdictKind } from '../modules/verification/types.ts'
import type { Fault } from './answer-parts.ts'
import type { Contracts, Doubt, EndpointResult } from './check-answer.ts'
import type { BundleCheck, openBundle } from './check-bundle.ts'
import {
  type Ask,
  blockAt,
  brandRegistryOf,
  type ChainView,
  EndpointError,
  readerAt,
  viewOf,
} from './endpoint.ts'

export type Against = {
  readonly endpoint: EndpointResult
  readonly faults: readonly Fault[]
  readonly doubt: Doubt | null
  readonly own: VerdictKind | null
}

type Subject = {
  readonly answer: Verdict
  /** The bundle of the answer, opened. */
  readonly checkWith: Awaited<ReturnType<typeof openBundle>>
  readonly contracts: Contracts
}

/** What follows from certificate, proof and chain, so that the phone makes the same findings by itself. */
const REPEATED: readonly FindingCheck[] = ['record', 'signature', 'anchor', 'revocation', 'recall']
/** Verdicts that rest on what only the service can see; certificate and chain are in order for them. */
const BEYOND: readonly VerdictKind[] = ['suspected_clone', 'reported_stolen']

/**
 * Checks an answer against one endpoint. An endpoint that cannot be asked is silent, and nothing follows from that. What
 * does not fit is looked at twice: a node may answer a call at its newest block from the next one when that comes in
 * between (anvil does), and what is false stays false.
 */
export async function checkAgainst(subject: Subject, name: string, ask: Ask): Promise<Against> {
  try {
    const first = await compared(subject, name, ask)
    return first.faults.length === 0 ? first : await compared(subject, name, ask)
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error
    return { endpoint: { name, at: null, silence: messageOf(error) }, faults: [], doubt: null, own: null }
  }
}

async function compared({ answer, checkWith, contracts }: Subject, name: string, ask: Ask): Promise<Against> {
  const view = await viewOf(ask)
  const said = answer.chain
  if (said?.chainId !== view.chainId) throw new EndpointError(`the endpoint serves chain ${view.chainId}`)
  const endpoint: EndpointResult = { name, at: view.head, silence: null }
  if (view.head.blockNumber < said.blockNumber) throw new EndpointError('the endpoint is behind the answer')
  const block = await blockAt(ask, said.blockNumber, view.chainId)
  if (block?.blockHash !== said.blockHash)
    return { endpoint, faults: [{ code: 'block' }], doubt: null, own: null }
  const registry = contracts.itemRegistry
  const brands = await brandRegistryOf(ask, registry, block)
  if (brands !== contracts.brandRegistry.toLowerCase())
    return { endpoint, faults: [{ code: 'registry' }], doubt: null, own: null }
  const read = (at: ChainView['head']) =>
    checkWith(readerAt(ask, { registry, view, block: at })).then(answered)
  const [then, now] = await Promise.all([read(block), read(view.head)])
  return { endpoint, ...judged(answer, then, now) }
}

function answered(check: BundleCheck): BundleCheck {
  if (check.chainFault !== null) throw new EndpointError(check.chainFault)
  return check
}

/** `then` is what follows at the block of the answer, `now` at the newest. */
function judged(answer: Verdict, then: BundleCheck, now: BundleCheck): Omit<Against, 'endpoint'> {
  const own = now.verdict
  const faults = [...findingFaults(answer, then)]
  if (then.confirmations !== answer.chain?.confirmations)
    faults.push({ code: 'finding', part: 'confirmations' })
  const worse = SEVERITY.indexOf(now.verdict) < SEVERITY.indexOf(then.verdict)
  if (worse || !agrees(answer.verdict, then.verdict)) faults.push({ code: 'verdict', part: own })
  return { faults, own, doubt: doubtOf(answer.verdict, now.verdict) }
}

/** An answer from before the anchor was final says so, and now it may be: that finding alone depends on when it is made. */
function findingFaults({ verdict, findings }: Verdict, then: BundleCheck): Fault[] {
  const open = verdict === 'pending' || then.verdict === 'pending'
  const repeated = REPEATED.filter((check) => !(open && check === 'anchor'))
  const differs = (check: FindingCheck): boolean => {
    const [ours, theirs] = [then.findings, findings].map((list) => list.find((one) => one.check === check))
    return ours?.result !== theirs?.result || ours?.detail !== theirs?.detail
  }
  return repeated.filter(differs).map((check): Fault => ({ code: 'finding', part: check }))
}

function agrees(said: VerdictKind, own: VerdictKind): boolean {
  if (said === own || said === 'unverifiable') return true
  if (said === 'pending') return own === 'verified'
  if (said === 'verified') return own === 'pending'
  return BEYOND.includes(said) && own === 'verified'
}

function doubtOf(said: VerdictKind, own: VerdictKind): Doubt | null {
  if (said === 'pending' && own === 'verified') return 'moved_on'
  if (said === 'verified' && own === 'pending') return 'not_final'
  return said === own ? null : 'word'
}
