import type { KeyObject } from 'node:crypto'
import type { Hex } from '../../kernel/bytes.ts'

/** A brand; its id is its domain in lower case, such as `maison-exemple.com`. */
export type Brand = {
  readonly id: string
  readonly name: string
  /** keccak-256 of the id: the brand's id on chain. */
  readonly chainId: Hex
  /** `did:web:` and the domain. */
  readonly did: string
  /** GS1 company prefixes, 4 to 12 digits. */
  readonly prefixes: readonly string[]
  /** Names the brand is known by, for screening: brand, lines, nicknames, in any script. */
  readonly trademarks: readonly string[]
  readonly status: 'pending' | 'active' | 'suspended'
  readonly createdAtMs: number
}

/** A certificate key of a brand: ES256, named by its RFC 7638 thumbprint. */
export type BrandKey = {
  readonly brandId: string
  /** Base64url thumbprint: the `kid` of certificates. */
  readonly kid: string
  /** The same 32 bytes, as registered on chain. */
  readonly thumbprint: Hex
  readonly publicJwk: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }
  readonly publicKey: KeyObject
  readonly status: 'current' | 'retired' | 'compromised'
  readonly createdAtMs: number
}

/** What modules to the right may ask of brands. */
export type BrandReader = {
  byId(id: string): Promise<Brand | null>
  byChainId(chainId: Hex): Promise<Brand | null>
  /** The brand that owns the company prefix of this GTIN-14, if any. */
  byGtin(gtin: string): Promise<Brand | null>
  all(): Promise<readonly Brand[]>
  /** Public half of a key, whatever its status. */
  key(kid: string): Promise<BrandKey | null>
  /** All keys of a brand, newest first. */
  keys(brandId: string): Promise<readonly BrandKey[]>
}

/** The private half, for minting only. */
export type BrandSigner = {
  current(brandId: string): Promise<{ key: BrandKey; privateKey: KeyObject }>
}
