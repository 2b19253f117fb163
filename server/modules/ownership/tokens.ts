import type { Hex } from '../../kernel/bytes.ts'
import { AppError } from '../../kernel/errors.ts'
import type { OwnedItems } from './owned-items.ts'
import type { OwnershipDeps } from './ports.ts'
import { subjectOf } from './subject.ts'

/** The ERC-721 Metadata JSON of a token (EIP-721), with the attributes that wallets and marketplaces show. */
export type TokenMetadata = {
  readonly name: string
  readonly description: string
  readonly attributes: readonly { readonly trait_type: string; readonly value: string }[]
}

export type Tokens = {
  /**
   * What a claimed item's token says of it: brand and kind of item, never the serial, since ids on chain are salted so
   * that nobody reads serials from them. Throws `ownership.token_not_found`, `chain.unreachable`.
   */
  metadata(tokenId: Hex): Promise<TokenMetadata>
}

const DESCRIPTION =
  'The token of one registered item. Whoever owns it was named as the owner by the code under the item’s scratch panel, ' +
  'or by the owner before. It proves the record, not that an object shown to you is this item: scan the item’s own label.'

export function createTokens(
  deps: Pick<OwnershipDeps, 'brands' | 'chain' | 'items'>,
  owned: Pick<OwnedItems, 'itemOf'>,
): Tokens {
  return {
    async metadata(tokenId) {
      const item = await owned.itemOf({ tokenId, origin: null })
      if (item === null) throw notFound(tokenId)
      const { states } = await deps.chain.states([tokenId])
      if (states[0]?.claimed !== true) throw notFound(tokenId)
      const { brand, record } = await subjectOf(deps, item)
      const traits = {
        Brand: brand.name,
        Model: record.model,
        Category: record.category,
        Colour: record.colour,
        Materials: record.materials,
        'Country of production': record.countryOfProduction,
      }
      return {
        name: `${brand.name} ${record.model}`,
        description: DESCRIPTION,
        attributes: Object.entries(traits).flatMap(([trait_type, value]) =>
          value === null ? [] : { trait_type, value },
        ),
      }
    },
  }
}

function notFound(tokenId: Hex): AppError {
  return new AppError('ownership.token_not_found', 'no item known here was claimed as this token', {
    tokenId,
  })
}
