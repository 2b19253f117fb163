import type { KeyObject } from 'node:crypto'
import type { Hex } from '../../kernel/bytes.ts'
import type { ChainWriter } from '../../kernel/chain-facts.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Logger } from '../../kernel/log.ts'
import type { Brand, BrandKey } from './types.ts'

export type StoredKey = Omit<BrandKey, 'brandId' | 'publicKey' | 'status'> & {
  /** Private half in PKCS #8, sealed. */
  readonly sealed: Buffer
  readonly status: 'pending' | BrandKey['status']
}

/** A brand as stored: one document, changed on condition of its version. */
export type StoredBrand = Omit<Brand, 'did' | 'status'> & {
  readonly status: 'pending' | 'active' | 'suspended' | 'failed'
  readonly failure: string | null
  /** True while the chain has everything that the brand asks of it. */
  readonly settled: boolean
  readonly keys: readonly StoredKey[]
  readonly version: number
}

export type BrandStore = {
  /** False when the domain or a prefix is taken. */
  insert(brand: StoredBrand): Promise<boolean>
  /** False when somebody else changed the brand meanwhile. */
  replace(brand: StoredBrand): Promise<boolean>
  find(id: string): Promise<StoredBrand | null>
  all(): Promise<readonly StoredBrand[]>
}

/** Makes and opens certificate keys. */
export type KeySmith = {
  make(): Promise<Pick<StoredKey, 'kid' | 'thumbprint' | 'publicJwk' | 'sealed'>>
  openPrivate(sealed: Buffer): Promise<KeyObject>
  publicKey(jwk: BrandKey['publicJwk']): KeyObject
}

export type BrandDeps = {
  readonly store: BrandStore
  readonly writer: ChainWriter
  readonly smith: KeySmith
  readonly clock: Clock
  readonly log: Logger
  /** Account that administers and anchors for the brands this gateway keeps. */
  readonly relayer: Hex
}
