import type { Brand, BrandKey } from '../brands/index.ts'

/**
 * The DID document of a brand (W3C DID Core 1.0; did:web): its certificate keys as JsonWebKey methods. Retired keys stay,
 * since what they signed while they were current still stands; a compromised key is left out.
 */
export function didDocument(brand: Brand, keys: readonly BrandKey[]): object {
  const methods = keys
    .filter((key) => key.status !== 'compromised')
    .map((key) => ({
      id: `${brand.did}#${key.kid}`,
      type: 'JsonWebKey',
      controller: brand.did,
      publicKeyJwk: { ...key.publicJwk, kid: key.kid, alg: 'ES256', use: 'sig' },
    }))
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/jwk/v1'],
    id: brand.did,
    verificationMethod: methods,
    assertionMethod: methods.map((method) => method.id),
  }
}
