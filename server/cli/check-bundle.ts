import { hexOf } from '../kernel/bytes.ts'
import type { BlockRef, ChainReader, ItemChainState } from '../kernel/chain-facts.ts'
import { keccak256, sha256 } from '../kernel/digest.ts'
import { messageOf } from '../kernel/errors.ts'
import { type Certificate, readCertificate, verifyCertificate } from '../modules/certificates/index.ts'
import { itemIdOf, leafHash, verifyProof } from '../modules/items/index.ts'
import {
  type Evidence,
  type Finding,
  findingText,
  judge,
  namedKey,
  type VerdictKind,
} from '../modules/verification/index.ts'
import type { BundleFile } from './bundle-file.ts'
import { recoverKey } from './recover-key.ts'

/** What was found out about a bundle with nobody's help but a chain endpoint's. */
export type BundleCheck = {
  readonly verdict: VerdictKind
  readonly findings: readonly Finding[]
  readonly item: { readonly gtin: string; readonly serial: string; readonly model: string } | null
  /** Domain of the brand that the certificate names. */
  readonly brand: string | null
  readonly at: BlockRef | null
  /** Why the chain could not be read, where it could not. */
  readonly chainFault: string | null
}

/**
 * Checks a bundle without a gateway: signature by the key the certificate names, leaf and path to the root, then on the
 * chain the anchor's brand, the key's registration, revocation and recall, all at one block. Without a reader nothing
 * of the chain is known, and the answer can be no better than `unverifiable`.
 */
export async function checkBundle(bundle: BundleFile, reader: ChainReader | null): Promise<BundleCheck> {
  const reading = readCertificate(bundle.certificate)
  if (!reading.ok) return checkOf({ kind: 'certificate_unreadable', fault: reading.fault }, null, null)
  const { certificate } = reading
  const domain = certificate.payload.issuer.id.replace(/^did:web:/, '')
  const publicKey = recoverKey(certificate)
  if (publicKey === null || !(await verifyCertificate(certificate, publicKey))) {
    return checkOf({ kind: 'signature_wrong', brandName: domain }, certificate, null)
  }
  const { chain, chainFault } = await readChain(bundle, certificate, reader)
  const evidence: Evidence = {
    kind: 'item',
    source: 'presented',
    brandName: domain,
    brandChainId: hexOf(keccak256(Buffer.from(domain, 'utf8'))),
    registeredAtMs: Date.parse(certificate.payload.validFrom),
    foreignHost: null,
    holds: leadsToRoot(bundle, certificate),
    storedHolds: true,
    leafCount: bundle.proof.leafCount,
    chain,
  }
  return { ...checkOf(evidence, certificate, chain?.at ?? null), chainFault }
}

function leadsToRoot({ proof, chain }: BundleFile, certificate: Certificate): boolean {
  const key = namedKey(certificate)
  if (key === null) return false
  const itemId = hexOf(
    itemIdOf(Buffer.from(certificate.payload.credentialSubject.itemSalt, 'base64url'), key),
  )
  const certificateDigest = hexOf(sha256(certificate.signingInput))
  const leaf = leafHash({ index: proof.index, itemId, certificateDigest, claimKey: proof.claimKey })
  return verifyProof(leaf, proof.siblings, chain.root)
}

type ChainAnswer = {
  readonly chain: { at: BlockRef; state: ItemChainState } | null
  readonly chainFault: string | null
}

async function readChain(
  { proof, chain }: BundleFile,
  certificate: Certificate,
  reader: ChainReader | null,
): Promise<ChainAnswer> {
  if (reader === null) return { chain: null, chainFault: 'no chain endpoint was given: use --rpc URL' }
  const thumbprint = hexOf(Buffer.from(certificate.header.kid, 'base64url'))
  try {
    const { at, states } = await reader.itemStates([{ root: chain.root, index: proof.index, thumbprint }])
    const state = states[0]
    if (at.chainId !== chain.chainId)
      return {
        chain: null,
        chainFault: `the endpoint serves chain ${at.chainId}, the bundle is of chain ${chain.chainId}`,
      }
    return state
      ? { chain: { at, state }, chainFault: null }
      : { chain: null, chainFault: 'the chain gave no answer' }
  } catch (error) {
    return { chain: null, chainFault: messageOf(error) }
  }
}

function checkOf(evidence: Evidence, certificate: Certificate | null, at: BlockRef | null): BundleCheck {
  const { verdict, notes } = judge(evidence)
  const findings = notes.map((note) => ({
    check: note.check,
    result: note.result,
    detail: findingText(note, 'en'),
  }))
  const key = certificate && namedKey(certificate)
  const item = certificate &&
    key && { gtin: key.gtin, serial: key.serial, model: certificate.payload.credentialSubject.product.name }
  return {
    verdict,
    findings,
    item,
    brand: certificate?.payload.issuer.id.replace(/^did:web:/, '') ?? null,
    at,
    chainFault: null,
  }
}
