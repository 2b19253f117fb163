import type { Hex } from '../../kernel/bytes.ts'

/** Protected header of an item certificate (W3C VC-JOSE-COSE `vc+jwt`); `kid` is the RFC 7638 thumbprint of the key. */
export type CertificateHeader = {
  readonly alg: 'ES256'
  readonly kid: string
  readonly typ: 'vc+jwt'
  readonly cty: 'vc'
}

/** Payload: a W3C Verifiable Credential 2.0 shaped on the UNTP Digital Product Passport 0.6.0. */
export type CertificatePayload = {
  readonly '@context': readonly string[]
  readonly type: readonly string[]
  /** `urn:uuid:…` */
  readonly id: string
  /** `id` is `did:web:` and the brand's domain. */
  readonly issuer: { readonly type: readonly string[]; readonly id: string; readonly name: string }
  /** ISO 8601 in UTC. */
  readonly validFrom: string
  readonly credentialStatus: {
    readonly id: string
    readonly type: 'BitstringStatusListEntry'
    readonly statusPurpose: 'revocation'
    readonly statusListIndex: string
    readonly statusListCredential: string
  }
  readonly credentialSubject: {
    readonly type: readonly string[]
    /** GS1 Digital Link of the item on this service. */
    readonly id: string
    readonly granularityLevel: 'item'
    /** 16 bytes in base64url: with the link, they make the item id on chain. */
    readonly itemSalt: string
    readonly product: ProductClaims
  }
}

/** What the brand claims about the item; absent where the brand's file said nothing. */
export type ProductClaims = {
  readonly type: readonly string[]
  readonly id: string
  readonly name: string
  readonly registeredId: string
  readonly idScheme: { readonly type: readonly string[]; readonly id: string; readonly name: string }
  readonly serialNumber: string
  readonly producedByParty: { readonly id: string; readonly name: string }
  readonly producedAtFacility?: { readonly id: string; readonly name: string }
  readonly productionDate?: string
  readonly countryOfProduction?: string
  readonly characteristics?: {
    readonly category?: string
    readonly colour?: string
    readonly materials?: string
  }
}

/** A certificate that was read: well-formed and in its one allowed spelling, but its signature not yet verified. */
export type Certificate = {
  readonly header: CertificateHeader
  readonly payload: CertificatePayload
  /** `header.payload` as signed, in ASCII. */
  readonly signingInput: string
  /** SHA-256 of the signing input: what the Merkle leaf commits to, whichever twin of the signature is attached. */
  readonly digest: Hex
  /** r and s, 32 bytes each. */
  readonly signature: Buffer
}

/** Why a text is no certificate. The first two say that it does not even look like one. */
export type CertificateFault =
  | 'too_long'
  | 'not_three_parts'
  | 'not_canonical_base64url'
  | 'not_canonical_json'
  | 'wrong_header'
  | 'wrong_payload'
  | 'wrong_signature_length'
  | 'high_s'

export type CertificateReading =
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly fault: CertificateFault }
