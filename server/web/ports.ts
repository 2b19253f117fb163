import type { Caller, Upload } from '../http/route.ts'
import type { BrandReader } from '../modules/brands/index.ts'
import type { EnforcementService } from '../modules/enforcement/index.ts'
import type { ItemReader, Items } from '../modules/items/index.ts'
import type { Challenges, Ownership } from '../modules/ownership/index.ts'
import type { ScreeningService } from '../modules/screening/index.ts'
import type { Verification } from '../modules/verification/index.ts'
import type { Webhooks } from '../webhooks/index.ts'
import type { Assets } from './assets.ts'

/** An item of the demonstration that the first page points at. */
export type DemoItem = { readonly title: string; readonly path: string }

/** What public pages need. */
export type PublicDeps = {
  readonly publicUrl: string
  /** Chain endpoints that pages ask directly where the visitor names none; none asks through this service. */
  readonly publicRpcUrls: readonly string[]
  readonly assets: Assets
  readonly brands: Pick<BrandReader, 'byGtin'>
  readonly accounts: { byApiKey(apiKey: string): Promise<Caller | null> }
  readonly sessions: { issue(caller: Caller): Promise<string> }
  readonly sessionSeconds: number
  /** Items to try; none where the demonstration is not loaded. */
  readonly demo: () => Promise<readonly DemoItem[]>
}

/** What a brand's desk needs: the services that the API uses. */
export type BrandDeskDeps = {
  readonly assets: Assets
  readonly publicUrl: string
  readonly items: Pick<Items, 'service' | 'events'>
  readonly verification: Pick<Verification, 'assess'>
  /** Takes a file in as `POST /v1/batches` does, and throws the same errors. */
  readonly submit: (order: {
    brandId: string
    upload: Upload
    idempotencyKey: string | null
  }) => Promise<{ readonly id: string }>
}

/** What a marketplace's desk needs. */
export type MarketplaceDeskDeps = {
  readonly assets: Assets
  readonly screening: Pick<ScreeningService, 'find' | 'list' | 'count'>
  readonly enforcement: Pick<EnforcementService, 'cases'>
}

export type WebhookDeskDeps = { readonly assets: Assets; readonly webhooks: Webhooks }

/** What the pages for owners need. */
export type OwnerDeps = {
  readonly publicUrl: string
  readonly assets: Assets
  readonly itemReader: Pick<ItemReader, 'find'>
  readonly brands: Pick<BrandReader, 'byId'>
  readonly ownership: Pick<Ownership, 'of'> & { readonly challenges: Pick<Challenges, 'find'> }
  /** Marketplaces that may redeem permits, by name. */
  readonly marketplaces: () => Promise<readonly { readonly id: string; readonly name: string }[]>
  /** Address of the contract that checks passkeys. Throws `chain.not_ready`. */
  readonly webAuthnVerifier: () => string
}

export type WebDeps = OwnerDeps & PublicDeps & BrandDeskDeps & MarketplaceDeskDeps & WebhookDeskDeps
