/**
 * Certificates: the signed word of a brand about one item. Promises that a certificate has exactly one spelling, that
 * reading is strict, and that what is minted again has the same digest.
 */

export { itemIdOf, type Leaf, leafHash, verifyProof } from '../items/index.ts'
export { readCertificate, verifyCertificate } from './certificate.ts'
export { didDocument } from './did.ts'
export { LABEL_STOCKS, type LabelStockName } from './label-stock.ts'
export { itemLinks, linkOfType, linksetOf, resolverDescription } from './linkset.ts'
export { startMint } from './minting-threads.ts'
export { qrSvg } from './qr.ts'
export { CERTIFICATE_CHARACTERS_MAX } from './shape.ts'
export { statusListIndex, statusListLength, statusListShuffle } from './status-index.ts'
export type {
  Certificate,
  CertificateFault,
  CertificateHeader,
  CertificatePayload,
  CertificateReading,
  ProductClaims,
} from './types.ts'
