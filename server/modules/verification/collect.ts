import type { BlockRef, ItemChainState, ItemQuery } from '../../kernel/chain-facts.ts'
import { AppError, isAppError, messageOf } from '../../kernel/errors.ts'
import { type ItemKey, parseDigitalLink } from '../../kernel/gs1.ts'
import type { Brand } from '../brands/index.ts'
import { type CertificateFault, readCertificate } from '../certificates/index.ts'
import type { ItemRecord, MerkleProof } from '../items/index.ts'
import { type Check, checkFound } from './check-record.ts'
import type { Evidence } from './evidence.ts'
import { type Found, NOTHING, openSubject, type Reads, type Subject } from './open-subject.ts'

/** The evidence on one subject, with what the answer shows beside the verdict. */
export type Gathered = {
  readonly evidence: Evidence
  readonly key: ItemKey | null
  readonly brand: Brand | null
  readonly record: ItemRecord | null
  readonly proof: MerkleProof | null
  /** The certificate that was judged, where it is that of a registered item. */
  readonly certificate: string | null
  readonly chain: { readonly at: BlockRef; readonly state: ItemChainState } | null
}

/** Faults by which a text does not even look like a certificate: the request was wrong, and nothing was forged. */
const NOT_A_CERTIFICATE: ReadonlySet<CertificateFault> = new Set(['too_long', 'not_three_parts'])

/** Checks the shape of what is asked; throws `gs1.bad_link`, `gs1.bad_gtin`, `gs1.bad_serial` or `certificate.malformed`. */
export function requireReadable(subject: Subject): void {
  if ('url' in subject) parseDigitalLink(subject.url)
  if (!('certificate' in subject)) return
  const reading = readCertificate(subject.certificate)
  if (reading.ok || !NOT_A_CERTIFICATE.has(reading.fault)) return
  throw new AppError(
    'certificate.malformed',
    'the text is not a compact JWS of three parts, or is longer than 16 kB',
    {
      errors: [{ pointer: '/certificate', detail: reading.fault }],
    },
  )
}

/** Gathers the evidence on readable subjects; all that the chain says comes from one block. */
export async function gather(subjects: readonly Subject[], reads: Reads): Promise<Gathered[]> {
  const opened = await Promise.all(subjects.map((subject) => openSubject(subject, reads)))
  const [states, checks] = await Promise.all([
    statesOf(
      opened.map((o) => (o.step === 'ask' ? o.query : null)),
      reads,
    ),
    Promise.all(opened.map((o) => (o.step === 'ask' ? checkFound(o.found, reads) : null))),
  ])
  return opened.map((o, i) => {
    if (o.step === 'ask')
      return gatheredOf(o.found, checks[i] ?? { holds: false, storedHolds: false }, states[i] ?? null)
    return { ...NOTHING, ...o.known, evidence: o.evidence }
  })
}

/** The chain's states at one block; null where nothing was asked, or no answer could be had. */
async function statesOf(queries: readonly (ItemQuery | null)[], reads: Reads): Promise<Gathered['chain'][]> {
  const asked = queries.filter((query) => query !== null)
  if (asked.length === 0) return []
  try {
    const { at, states } = await reads.chain.itemStates(asked)
    const next = states.values()
    return queries.map((query) => {
      const state = query === null ? undefined : next.next().value
      return state === undefined ? null : { at, state }
    })
  } catch (error) {
    reads.log.warn(
      { reason: messageOf(error), err: isAppError(error) ? undefined : error },
      'the chain could not be read for a verdict',
    )
    return []
  }
}

function gatheredOf(found: Found, check: Check, chain: Gathered['chain']): Gathered {
  const { key, brand, record, proof, shown } = found
  const evidence: Evidence = {
    kind: 'item',
    source: shown === null ? 'stored' : 'presented',
    brandName: brand.name,
    brandChainId: brand.chainId,
    registeredAtMs: record.registeredAtMs,
    foreignHost: found.foreignHost,
    ...check,
    leafCount: proof?.leafCount ?? null,
    chain,
  }
  const registered = check.holds ? { record, proof, certificate: shown?.text ?? record.certificate } : {}
  return { ...NOTHING, evidence, key, brand, ...registered, chain }
}
