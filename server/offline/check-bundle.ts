import type { BlockRef, ChainReader, ItemChainState } from '../kernel/chain-facts.ts'
import { messageOf } from '../kernel/errors.ts'
import { fromBase64url, hexFrom, keccak, utf8 } from '../kernel/portable.ts'
import type { Evidence } from '../modules/verification/evidence.ts'
import { findingText } from '../modules/verification/finding-texts.ts'
import { namedKey } from '../modules/verification/named-key.ts'
import type { Finding, VerdictKind } from '../modules/verification/types.ts'
import { judge } from '../modules/verification/verdict.ts'
import type { Language } from '../modules/verification/verdict-texts.ts'
import type { BundleFile } from './bundle.ts'
import { type OfflineCertificate, readOffline } from './certificate.ts'
import { leadsToRoot, offlineItemId, offlineLeaf } from './leaf.ts'
import { isSignedBy, recoverKey } from './signature.ts'

/** What was found out about a bundle with nobody's help but a chain endpoint's. */
export type BundleCheck = {
  readonly verdict: VerdictKind
  readonly findings: readonly Finding[]
  readonly item: { readonly gtin: string; readonly serial: string; readonly model: string } | null
  /** Domain of the brand that the certificate names. */
  readonly brand: string | null
  readonly at: BlockRef | null
  /** Blocks from the anchor's to the one read, both counted; 0 where there is no anchor. */
  readonly confirmations: number
  /** Why the chain could not be read, where it could not. */
  readonly chainFault: string | null
}

/** How the findings are put into words: the brand by its domain unless a name is given, in English unless said. */
export type Words = { readonly language?: Language; readonly brandName?: string }

/**
 * Checks a bundle without a gateway: signature by the key the certificate names, leaf and path to the root, then on the
 * chain the anchor's brand, the key's registration, revocation and recall, all at one block. Without a reader nothing
 * of the chain is known, and the answer can be no better than `unverifiable`.
 */
export async function checkBundle(
  bundle: BundleFile,
  reader: Pick<ChainReader, 'itemStates'> | null,
  words: Words = {},
): Promise<BundleCheck> {
  return (await openBundle(bundle, words))(reader)
}

/** Does the part of `checkBundle` that needs no chain, for a bundle that is then read at several blocks. */
export async function openBundle(
  bundle: BundleFile,
  { language = 'en', brandName }: Words = {},
): Promise<(reader: Pick<ChainReader, 'itemStates'> | null) => Promise<BundleCheck>> {
  const reading = readOffline(bundle.certificate)
  if (!reading.ok) {
    const unreadable = checkOf({ kind: 'certificate_unreadable', fault: reading.fault }, null, language)
    return async () => unreadable
  }
  const { certificate } = reading
  const domain = domainOf(certificate)
  if (!(await isSigned(certificate))) {
    const wrong = checkOf({ kind: 'signature_wrong', brandName: domain }, certificate, language)
    return async () => wrong
  }
  const evidence = {
    kind: 'item',
    source: 'presented',
    brandName: brandName ?? domain,
    brandChainId: hexFrom(keccak(utf8(domain))),
    registeredAtMs: Date.parse(certificate.payload.validFrom),
    foreignHost: null,
    holds: isUnderRoot(bundle, certificate),
    storedHolds: true,
    leafCount: bundle.proof.leafCount,
  } as const
  return async (reader) => {
    const { chain, chainFault } = await readChain(bundle, certificate, reader)
    const confirmations = chain?.state.anchor?.confirmations ?? 0
    const check = checkOf({ ...evidence, chain }, certificate, language)
    return { ...check, at: chain?.at ?? null, confirmations, chainFault }
  }
}

/** Domain of the brand that a certificate names as its issuer. */
export function domainOf({ payload }: Pick<OfflineCertificate, 'payload'>): string {
  return payload.issuer.id.replace(/^did:web:/, '')
}

async function isSigned({ signingInput, signature, header }: OfflineCertificate): Promise<boolean> {
  const key = recoverKey({ signingInput, signature, kid: header.kid })
  return key !== null && (await isSignedBy(signingInput, signature, key))
}

function isUnderRoot({ proof, chain }: BundleFile, certificate: OfflineCertificate): boolean {
  const key = namedKey(certificate)
  const salt = fromBase64url(certificate.payload.credentialSubject.itemSalt)
  if (key === null || salt === null) return false
  const { index, claimKey, siblings } = proof
  const itemId = offlineItemId(salt, key)
  return leadsToRoot(
    offlineLeaf({ index, itemId, certificateDigest: certificate.digest, claimKey }),
    siblings,
    chain.root,
  )
}

type ChainAnswer = {
  readonly chain: { readonly at: BlockRef; readonly state: ItemChainState } | null
  readonly chainFault: string | null
}

async function readChain(
  { proof, chain }: BundleFile,
  certificate: OfflineCertificate,
  reader: Pick<ChainReader, 'itemStates'> | null,
): Promise<ChainAnswer> {
  const unread = (chainFault: string): ChainAnswer => ({ chain: null, chainFault })
  if (reader === null) return unread('no chain endpoint was given: use --rpc URL')
  const thumbprint = hexFrom(fromBase64url(certificate.header.kid) ?? new Uint8Array(32))
  try {
    const { at, states } = await reader.itemStates([{ root: chain.root, index: proof.index, thumbprint }])
    const [state] = states
    if (at.chainId !== chain.chainId)
      return unread(`the endpoint serves chain ${at.chainId}, the bundle is of chain ${chain.chainId}`)
    return state ? { chain: { at, state }, chainFault: null } : unread('the chain gave no answer')
  } catch (error) {
    return unread(messageOf(error))
  }
}

function checkOf(
  evidence: Evidence,
  certificate: OfflineCertificate | null,
  language: Language,
): BundleCheck {
  const { verdict, notes } = judge(evidence)
  const findings = notes.map((note) => ({
    check: note.check,
    result: note.result,
    detail: findingText(note, language),
  }))
  const key = certificate && namedKey(certificate)
  const item = certificate &&
    key && { gtin: key.gtin, serial: key.serial, model: certificate.payload.credentialSubject.product.name }
  const brand = certificate && domainOf(certificate)
  return { verdict, findings, item, brand, at: null, confirmations: 0, chainFault: null }
}
