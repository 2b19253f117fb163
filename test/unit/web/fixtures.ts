import type { Hex } from '../../../server/kernel/bytes.ts'
import { parseGtin, parseSerial } from '../../../server/kernel/gs1.ts'
import {
  type Finding,
  type Language,
  VERDICT_TEXTS,
  type Verdict,
  type VerdictKind,
} from '../../../server/modules/verification/index.ts'
import type { PageContext } from '../../../server/web/context.ts'
import { textsIn } from '../../../server/web/texts/index.ts'

/** A context whose files are named after their source. */
export function pageContext(over: Partial<PageContext> = {}): PageContext {
  const language: Language = over.language ?? 'en'
  const assets = { url: (name: string) => `/assets/${name}` }
  return { language, texts: textsIn(language), chosen: false, query: {}, account: null, assets, ...over }
}

/** No endpoint is named, so that pages ask the chain through the service. */
export const THROUGH_US = { urls: [], isOwn: false } as const

const hash = (digits: string): Hex => `0x${digits.repeat(64).slice(0, 64)}` as Hex

const FINDINGS: readonly Finding[] = [
  { check: 'record', result: 'pass', detail: 'registered by Maison Exemple on 2026-11-23' },
  { check: 'signature', result: 'pass', detail: 'ES256, key registered 2026-11-20' },
  {
    check: 'anchor',
    result: 'pass',
    detail: 'anchored in block 123 at 2026-11-23T11:00:00Z, 12 confirmations',
  },
  { check: 'revocation', result: 'pass', detail: 'not revoked' },
  { check: 'recall', result: 'pass', detail: 'not recalled' },
  { check: 'ownership', result: 'pass', detail: 'nobody has claimed the item yet' },
  { check: 'scan_pattern', result: 'unknown', detail: 'the history of scans is not judged yet' },
  { check: 'tag', result: 'unknown', detail: 'no chip was read' },
]

const ITEM: Verdict['item'] = {
  gtin: parseGtin('09506000134352'),
  serial: parseSerial('7QK2M8XW4R9TNC3H'),
  model: 'Sac Émeraude 28',
  category: 'handbag',
  colour: 'vert émeraude',
  materials: 'calf leather, palladium hardware',
  countryOfProduction: 'FR',
  productionDate: '2025-07-25',
}

/** A verdict as the service answers it, of any kind. */
export function verdictOf(verdict: VerdictKind, over: Partial<Verdict> = {}): Verdict {
  const known = verdict !== 'not_registered'
  return {
    id: 'ver_01JD3K8Z5V7WQ2X4Y6B8C0D1E2',
    verdict,
    assurance: 'label',
    item: known
      ? ITEM
      : { gtin: parseGtin('09506000134352'), serial: parseSerial('7QK2M8XW4R9TNC3H'), model: null },
    brand: known ? { id: 'maison-exemple.com', name: 'Maison Exemple' } : null,
    ownership: 'unknown',
    findings: FINDINGS.map((finding) => spoiled(finding, verdict)),
    chain: known
      ? { chainId: 31337, blockNumber: 123, blockHash: hash('a9'), confirmations: 12, root: hash('3c') }
      : null,
    advice: VERDICT_TEXTS.en[verdict].advice,
    checkedAt: '2026-11-23T12:00:00.000Z',
    receipt: `eyJhbGciOiJFUzI1NiJ9.${'Q'.repeat(600)}.sig`,
    proof: known
      ? { index: 7, leafCount: 1000, claimKey: `0x${'12'.repeat(20)}`, siblings: [hash('4d')] }
      : null,
    certificate: known ? 'eyJ.e30.sig' : null,
    ...over,
  }
}

const SPOILED: Partial<Record<VerdictKind, Finding>> = {
  revoked: { check: 'revocation', result: 'fail', detail: 'revoked by the brand' },
  recalled: { check: 'recall', result: 'fail', detail: 'recalled by the brand' },
  forged: { check: 'signature', result: 'fail', detail: 'the signature is not by Maison Exemple' },
  not_registered: { check: 'record', result: 'fail', detail: 'no record with this service' },
  unverifiable: { check: 'anchor', result: 'unknown', detail: 'the chain cannot be read at the moment' },
  pending: { check: 'anchor', result: 'unknown', detail: 'the registration is being written to the chain' },
  suspected_clone: {
    check: 'scan_pattern',
    result: 'warn',
    detail: 'two scans that one object cannot explain',
  },
  reported_stolen: { check: 'ownership', result: 'fail', detail: 'reported stolen' },
}

function spoiled(finding: Finding, verdict: VerdictKind): Finding {
  const wrong = SPOILED[verdict]
  return wrong?.check === finding.check ? wrong : finding
}
