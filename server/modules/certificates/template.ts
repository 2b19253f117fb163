import { sha256 } from '../../kernel/digest.ts'
import { digitalLinkPath } from '../../kernel/gs1.ts'
import type { ItemFacts } from '../items/index.ts'

/** What all certificates of a batch have in common. */
export type CertificateIssue = {
  readonly brand: { readonly name: string; readonly did: string }
  readonly batchId: string
  /** Origin of this service, without a slash at the end. */
  readonly publicUrl: string
  readonly kid: string
  /** ISO 8601 in UTC. */
  readonly validFrom: string
}

/** What differs from one certificate to the next. */
export type CertificateSubject = {
  readonly facts: ItemFacts
  readonly certificateId: string
  /** Base64url of the 16 bytes. */
  readonly itemSalt: string
  readonly statusListIndex: number
}

const CONTEXTS = [
  'https://www.w3.org/ns/credentials/v2',
  'https://test.uncefact.org/vocabulary/untp/dpp/0.6.0/',
]
const TYPES = ['DigitalProductPassport', 'VerifiableCredential']
const GTIN_SCHEME = {
  type: ['IdentifierScheme'],
  id: 'https://id.gs1.org/01',
  name: 'GS1 Global Trade Item Number',
}

/** The protected header, base64url: the same for every certificate a key signs. */
export function encodedHeader(kid: string): string {
  return Buffer.from(JSON.stringify({ alg: 'ES256', kid, typ: 'vc+jwt', cty: 'vc' })).toString('base64url')
}

/**
 * Prepares the payload of a batch's certificates: constant parts are rendered once, and each certificate is put together
 * from them and its own fields. The text is exactly what JSON.stringify gives of the payload, which readers insist on.
 */
export function certificateTemplate(issue: CertificateIssue): (subject: CertificateSubject) => string {
  const json = JSON.stringify
  const listUrl = `${issue.publicUrl}/status/${issue.batchId}`
  const head = `{"@context":${json(CONTEXTS)},"type":${json(TYPES)},"id":"`
  const issuer = json({ type: ['CredentialIssuer'], id: issue.brand.did, name: issue.brand.name })
  const status = `","issuer":${issuer},"validFrom":${json(issue.validFrom)},"credentialStatus":{"id":${json(`${listUrl}#`).slice(0, -1)}`
  const entry = '","type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"'
  const list = `","statusListCredential":${json(listUrl)}},"credentialSubject":{"type":["ProductPassport"],"id":`
  const producer = `,"producedByParty":${json({ id: issue.brand.did, name: issue.brand.name })}`
  return ({ facts, certificateId, itemSalt, statusListIndex }) => {
    const link = json(`${issue.publicUrl}${digitalLinkPath(facts)}`)
    const subject = `${link},"granularityLevel":"item","itemSalt":"${itemSalt}","product":${productJson(facts, link, producer, issue.brand.did)}`
    return `${head}${certificateId}${status}${statusListIndex}${entry}${statusListIndex}${list}${subject}}}`
  }
}

/** Facilities have ids of a fixed length, so that a long name does not count twice towards a certificate's size. */
const FACILITY_ID_BYTES = 8
const PRODUCT_HEAD = '{"type":["Product"],"id":'
const PRODUCT_SCHEME = `,"idScheme":${JSON.stringify(GTIN_SCHEME)}`

function productJson(facts: ItemFacts, link: string, producer: string, did: string): string {
  const name = `${PRODUCT_HEAD}${link},"name":${JSON.stringify(facts.model)},"registeredId":"${facts.gtin}"`
  const rest: Record<string, unknown> = {}
  if (facts.facility !== null) {
    const name = facts.facility
    rest['producedAtFacility'] = {
      id: `${did}#facility-${sha256(name).toString('hex', 0, FACILITY_ID_BYTES)}`,
      name,
    }
  }
  if (facts.productionDate !== null) rest['productionDate'] = facts.productionDate
  if (facts.countryOfProduction !== null) rest['countryOfProduction'] = facts.countryOfProduction
  const traits = characteristics(facts)
  if (traits !== null) rest['characteristics'] = traits
  const tail = JSON.stringify(rest)
  const serial = `,"serialNumber":${JSON.stringify(facts.serial)}${producer}`
  return `${name}${PRODUCT_SCHEME}${serial}${tail === '{}' ? '}' : `,${tail.slice(1)}`}`
}

function characteristics({ category, colour, materials }: ItemFacts): object | null {
  if (category === null && colour === null && materials === null) return null
  return {
    ...(category === null ? {} : { category }),
    ...(colour === null ? {} : { colour }),
    ...(materials === null ? {} : { materials }),
  }
}
