import type { OwnershipChange } from '../../kernel/chain-facts.ts'
import type { ItemKey } from '../../kernel/gs1.ts'
import { tokenIdOf } from './messages.ts'
import type { OwnershipDeps } from './ports.ts'

export type OwnedItems = {
  /** Which item an event of the chain is about; null where it is none of this service's. */
  itemOf(change: Pick<OwnershipChange, 'tokenId' | 'origin'>): Promise<ItemKey | null>
}

/**
 * Finds the item of a token. A claim names its leaf, by which the item is found and remembered; whatever follows in the
 * feed names the token alone.
 */
export function createOwnedItems({
  items,
  brands,
  owned,
  acts,
}: Pick<OwnershipDeps, 'items' | 'brands' | 'owned' | 'acts'>): OwnedItems {
  return {
    async itemOf({ tokenId, origin }) {
      if (origin === null) return (await owned.find(tokenId)) ?? acts.itemOf(tokenId)
      const [item] = await items.byLeaves(origin.root, [origin.index])
      const brand = item && (await brands.byId(item.brandId))
      if (!item || !brand || tokenIdOf(brand.chainId, item.itemId) !== tokenId) return null
      const key = { gtin: item.gtin, serial: item.serial }
      await owned.put(tokenId, key)
      return key
    },
  }
}
