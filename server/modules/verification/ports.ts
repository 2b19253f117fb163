import type { KeyObject } from 'node:crypto'
import type { ChainReader } from '../../kernel/chain-facts.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Logger } from '../../kernel/log.ts'
import type { BrandReader } from '../brands/index.ts'
import type { Certificate } from '../certificates/index.ts'
import type { ItemReader } from '../items/index.ts'
import type { Challenges } from '../ownership/index.ts'
import type { TagReader } from './tags/tag-reader.ts'
import type { VerdictKind } from './types.ts'

/** Signs a verdict's receipt: compact JWS, ES256, by a key published at /.well-known/jwks.json. */
export type ReceiptSigner = { sign(payload: object): Promise<string> }

/** Checks ES256 signatures off the main thread. */
export type SignatureVerifier = { verify(certificate: Certificate, publicKey: KeyObject): Promise<boolean> }

/** A verdict as kept: its receipt holds all of it, and nothing about the person who asked. */
export type StoredVerdict = {
  readonly id: string
  readonly receipt: string
  readonly verdict: VerdictKind
  readonly item: { readonly gtin: string; readonly serial: string } | null
  /** True when the certificate judged was the registered one, so that it and its proof can be given again. */
  readonly registered: boolean
  readonly atMs: number
}

/** What is kept of the scan for 30 days: pseudonyms that change every day, and a place no finer than 11 km. */
export type StoredScan = {
  readonly id: string
  readonly item: { readonly gtin: string; readonly serial: string } | null
  readonly verdict: VerdictKind
  readonly atMs: number
  readonly network: string | null
  readonly device: string | null
  readonly place: Place | null
  readonly language: string
}

/** Degrees, rounded to one decimal. */
export type Place = { readonly latitude: number; readonly longitude: number }

export type ScanStore = {
  /** Resolves when all are durable. */
  insert(scans: readonly { readonly verdict: StoredVerdict; readonly scan: StoredScan }[]): Promise<void>
  find(id: string): Promise<StoredVerdict | null>
}

/** Answers of owners to buyers' challenges, each used once. */
export type HolderProofs = Pick<Challenges, 'take'>

/** What this module needs from the world. */
export type VerificationDeps = {
  readonly brands: BrandReader
  readonly items: ItemReader
  readonly chain: ChainReader
  readonly signatures: SignatureVerifier
  readonly receipts: ReceiptSigner
  readonly scans: ScanStore
  readonly tags: TagReader
  readonly holders: HolderProofs
  readonly clock: Clock
  readonly log: Logger
  /** Origin of this service, without a slash at the end. */
  readonly publicUrl: string
  /** Secret under which networks and devices become pseudonyms; 32 bytes. */
  readonly pseudonymKey: Uint8Array
  /** Where the contracts stand, for bundles that are checked elsewhere; null where it is not known yet. */
  readonly contracts: () => {
    readonly chainId: number
    readonly brandRegistry: string
    readonly itemRegistry: string
  } | null
}
