import { hexOf } from '../../kernel/bytes.ts'
import type { ItemQuery } from '../../kernel/chain-facts.ts'
import { type DigitalLink, type ItemKey, parseDigitalLink } from '../../kernel/gs1.ts'
import type { Brand } from '../brands/index.ts'
import { type Certificate, readCertificate } from '../certificates/index.ts'
import type { ItemRecord, MerkleProof } from '../items/index.ts'
import { tokenIdOf } from '../ownership/index.ts'
import type { Evidence } from './evidence.ts'
import { namedKey } from './named-key.ts'
import { foreignHostOf } from './official-host.ts'
import type { VerificationDeps } from './ports.ts'

/** What is asked about: an item by its number, by the link on its label, or by a certificate that somebody shows. */
export type Subject = { readonly key: ItemKey } | { readonly url: string } | { readonly certificate: string }

export type Reads = Pick<VerificationDeps, 'brands' | 'items' | 'chain' | 'signatures' | 'log' | 'publicUrl'>

/** A registered item and the certificates to judge: ours, and the one shown if somebody showed one. */
export type Found = {
  readonly key: ItemKey
  readonly brand: Brand
  readonly record: ItemRecord
  /** The registered certificate; null when our copy cannot be read. */
  readonly ours: Certificate | null
  /** The certificate shown, already known to be signed by a key of the brand it names. */
  readonly shown: { readonly certificate: Certificate; readonly text: string } | null
  readonly proof: MerkleProof | null
  readonly foreignHost: string | null
}

type Known = { readonly key?: ItemKey; readonly brand?: Brand | null }

/** A subject as far as it is known before the chain is asked: either judged without it, or with a question for it. */
export type Opened =
  | { readonly step: 'done'; readonly evidence: Evidence; readonly known: Known }
  | { readonly step: 'ask'; readonly found: Found; readonly query: ItemQuery | null }

export const NOTHING = {
  key: null,
  brand: null,
  record: null,
  proof: null,
  certificate: null,
  chain: null,
} as const

/** Looks a readable subject up. A store that does not answer is evidence too: nothing can be said then. */
export async function openSubject(subject: Subject, reads: Reads): Promise<Opened> {
  try {
    if ('certificate' in subject) return await openCertificate(subject.certificate, reads)
    if ('key' in subject) return await openKey(subject.key, null, reads)
    const link = parseDigitalLink(subject.url)
    return await openKey({ gtin: link.gtin, serial: link.serial }, link, reads)
  } catch (error) {
    reads.log.error({ err: error }, 'the records could not be read for a verdict')
    return done({ kind: 'store_unreadable' }, 'key' in subject ? { key: subject.key } : {})
  }
}

async function openKey(key: ItemKey, link: DigitalLink | null, reads: Reads): Promise<Opened> {
  const record = await reads.items.find(key)
  return record === null ? noRecord(key, link, reads) : openRecord({ key, record, shown: null }, link, reads)
}

async function noRecord(key: ItemKey, link: DigitalLink | null, reads: Reads): Promise<Opened> {
  const brand = await reads.brands.byGtin(key.gtin)
  const official = { publicUrl: reads.publicUrl, brandDomain: brand?.id ?? null, certificateLink: null }
  const foreignHost = link && foreignHostOf(link.origin, official)
  return done(
    { kind: 'no_record', prefixBrandName: brand?.name ?? null, signedByBrand: false, foreignHost },
    { key, brand },
  )
}

/** A certificate from outside: who is said to have issued it, whose key it names, whether that key signed it. */
async function openCertificate(text: string, reads: Reads): Promise<Opened> {
  const reading = readCertificate(text)
  if (!reading.ok) return done({ kind: 'certificate_unreadable', fault: reading.fault })
  const { certificate } = reading
  const issuer = certificate.payload.issuer.id
  const brand = await reads.brands.byId(issuer.replace(/^did:web:/, ''))
  if (brand?.did !== issuer) return done({ kind: 'issuer_unknown', issuer: issuer.slice(0, 300) })
  const brandKey = await reads.brands.key(certificate.header.kid)
  if (brandKey?.brandId !== brand.id) return done({ kind: 'key_not_of_brand', brandName: brand.name })
  if (!(await reads.signatures.verify(certificate, brandKey.publicKey)))
    return done({ kind: 'signature_wrong', brandName: brand.name })
  return openSigned({ certificate, text }, brand, reads)
}

async function openSigned(shown: NonNullable<Found['shown']>, brand: Brand, reads: Reads): Promise<Opened> {
  const key = namedKey(shown.certificate)
  if (key === null) return done({ kind: 'certificate_unreadable', fault: 'names_no_item' })
  const record = await reads.items.find(key)
  if (record !== null) return openRecord({ key, record, shown }, null, reads)
  return done(
    { kind: 'no_record', prefixBrandName: brand.name, signedByBrand: true, foreignHost: null },
    { key, brand },
  )
}

async function openRecord(
  asked: Pick<Found, 'key' | 'record' | 'shown'>,
  link: DigitalLink | null,
  reads: Reads,
): Promise<Opened> {
  const { record } = asked
  const [brand, proof] = await Promise.all([reads.brands.byId(record.brandId), reads.items.proof(record)])
  if (brand === null)
    throw new TypeError(`the item ${record.itemId} is of the brand ${record.brandId}, which is not there`)
  if (proof === null && (await reads.items.batch(record.batchId))?.status === 'failed')
    return noRecord(asked.key, link, reads)
  const reading = readCertificate(record.certificate)
  const ours = reading.ok ? reading.certificate : null
  const certificateLink = ours?.payload.credentialSubject.id ?? null
  const foreignHost =
    link && foreignHostOf(link.origin, { publicUrl: reads.publicUrl, brandDomain: brand.id, certificateLink })
  const found: Found = { ...asked, brand, ours, proof, foreignHost }
  return { step: 'ask', found, query: queryOf(found) }
}

/** The key asked about is the one that the judged certificate names, so that all is read at the same block. */
function queryOf({ proof, shown, ours, brand, record }: Found): ItemQuery | null {
  const judged = shown?.certificate ?? ours
  if (proof === null || judged === null) return null
  return {
    root: proof.root,
    index: proof.index,
    thumbprint: hexOf(Buffer.from(judged.header.kid, 'base64url')),
    tokenId: tokenIdOf(brand.chainId, record.itemId),
  }
}

function done(evidence: Evidence, known: Known = {}): Opened {
  return { step: 'done', evidence, known }
}
