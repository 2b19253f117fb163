/**
 * Brands: who may register items. Promises that a brand's GS1 prefixes belong to it alone, that its certificate keys are
 * registered on chain before they sign, and that a private key leaves the store only sealed.
 */
import type { Job } from '../../kernel/job.ts'
import { createBrandReader } from './brand-reader.ts'
import { type BrandService, createBrandService } from './brands.service.ts'
import type { BrandDeps } from './ports.ts'
import type { BrandReader, BrandSigner } from './types.ts'

export { brandChainId } from './brand-chain-id.ts'
export { BRAND_ERRORS } from './errors.ts'
export type { BrandDeps, BrandStore, KeySmith, StoredBrand } from './ports.ts'
export type { Brand, BrandKey, BrandReader, BrandSigner } from './types.ts'
export type { BrandService }

export type Brands = {
  readonly service: BrandService
  readonly reader: BrandReader
  readonly signer: BrandSigner
  readonly job: Job
}

const ADVANCE_EVERY_MS = 500

export function createBrands(deps: BrandDeps): Brands {
  const service = createBrandService(deps)
  const reader = createBrandReader(deps)
  return {
    service,
    reader,
    signer: reader,
    job: { name: 'brands', everyMs: ADVANCE_EVERY_MS, run: () => service.advanceAll() },
  }
}
