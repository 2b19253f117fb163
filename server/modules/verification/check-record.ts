import { hexOf } from '../../kernel/bytes.ts'
import type { Certificate } from '../certificates/index.ts'
import { itemIdOf, leafHash, verifyProof } from '../items/index.ts'
import { namedKey } from './named-key.ts'
import type { Found, Reads } from './open-subject.ts'

/** See `ItemEvidence`: whether the certificate judged holds, and whether our own copy does. */
export type Check = { readonly holds: boolean; readonly storedHolds: boolean }

/** Checks the registered certificate or the one shown. Where the shown one differs from ours, ours is checked first. */
export async function checkFound(
  found: Found,
  reads: Pick<Reads, 'brands' | 'log' | 'signatures'>,
): Promise<Check> {
  const { ours, shown, proof } = found
  if (shown !== null && shown.certificate.digest === ours?.digest) {
    const holds = isOfRecord(shown.certificate, found)
    return { holds, storedHolds: holds }
  }
  const storedHolds = ours !== null && isOfRecord(ours, found) && (await isSignedByBrand(ours, found, reads))
  if (shown === null) return { holds: storedHolds, storedHolds }
  const holds = !storedHolds && proof !== null && isOfRecord(shown.certificate, found)
  if (holds)
    reads.log.error(
      { itemId: found.record.itemId },
      'the stored certificate is damaged; the one shown is the anchored one',
    )
  return { holds, storedHolds }
}

async function isSignedByBrand(
  certificate: Certificate,
  { brand }: Found,
  reads: Pick<Reads, 'brands' | 'signatures'>,
): Promise<boolean> {
  const key = await reads.brands.key(certificate.header.kid)
  return key?.brandId === brand.id && (await reads.signatures.verify(certificate, key.publicKey))
}

/** The certificate names this brand and this item with its salted id, and its leaf leads to the root, if there is one. */
function isOfRecord(certificate: Certificate, { key, brand, record, proof }: Found): boolean {
  const named = namedKey(certificate)
  if (named?.gtin !== key.gtin || named.serial !== key.serial || certificate.payload.issuer.id !== brand.did)
    return false
  const salt = Buffer.from(certificate.payload.credentialSubject.itemSalt, 'base64url')
  const { index, itemId, claimKey } = record
  if (hexOf(itemIdOf(salt, key)) !== itemId) return false
  if (proof === null) return true
  const leaf = leafHash({ index, itemId, certificateDigest: certificate.digest, claimKey })
  return proof.index === index && verifyProof(leaf, proof.siblings, proof.root)
}
