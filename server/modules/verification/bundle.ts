import { AppError } from '../../kernel/errors.ts'
import type { VerificationDeps } from './ports.ts'
import type { Verdict, VerdictProof } from './types.ts'

/**
 * What it takes to check an item without this service: certificate, proof, and where the chain is asked. The public key
 * is not in it: it follows from the signature and the thumbprint in the certificate's header.
 */
export type Bundle = {
  readonly format: 'cachet-bundle/1'
  readonly id: string
  readonly brand: NonNullable<Verdict['brand']>
  readonly certificate: string
  readonly proof: VerdictProof
  readonly chain: NonNullable<Verdict['chain']>
  readonly contracts: ReturnType<VerificationDeps['contracts']>
  readonly receipt: string
}

export function bundleOf(verdict: Verdict, contracts: Bundle['contracts']): Bundle {
  const { id, brand, certificate, proof, chain, receipt } = verdict
  if (brand === null || certificate === null || proof === null || chain === null) {
    throw new AppError(
      'verification.bundle_not_found',
      'this verdict has no certificate and proof to check elsewhere',
      { id },
    )
  }
  return { format: 'cachet-bundle/1', id, brand, certificate, proof, chain, contracts, receipt }
}
