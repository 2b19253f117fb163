import { type ChainWrite, REVOCATION_REASONS, type RevocationReason } from '../../kernel/chain-facts.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Gtin, Serial } from '../../kernel/gs1.ts'
import { settledSoon } from '../../kernel/settled-soon.ts'
import type { ItemsDeps } from './deps.ts'
import type { ItemRecord } from './types.ts'

export type ItemEventKind = 'revocation' | 'recall'

export type ItemEventOrder = {
  readonly brandId: string
  readonly key: { readonly gtin: Gtin; readonly serial: Serial }
  readonly kind: ItemEventKind
  readonly reason: RevocationReason
}

export type ItemEventState = {
  readonly item: ItemRecord
  readonly write: ChainWrite
}

export type ItemEvents = { order(order: ItemEventOrder): Promise<ItemEventState> }

const METHODS: Readonly<Record<ItemEventKind, string>> = { revocation: 'revoke', recall: 'recall' }
const LEAVES_A_WORD = 256
const WAIT_MS = 1_500

/**
 * Revokes or recalls one item on chain. Ordering it again changes nothing: the chain write is named after the item, so
 * there is one revocation and one recall of it. Waits a moment, so that most answers already say `included` or `final`.
 */
export function createItemEvents(deps: Pick<ItemsDeps, 'items' | 'batches' | 'writer' | 'log'>): ItemEvents {
  return {
    async order({ brandId, key, kind, reason }) {
      const item = await deps.items.find(key)
      if (!item || item.brandId !== brandId)
        throw new AppError('item.not_found', `no item ${key.gtin} ${key.serial} of this brand`, key)
      const batch = await deps.batches.find(item.batchId)
      if (batch?.status !== 'anchored' || batch.root === null) {
        throw new AppError('item.conflict', 'the item is not anchored yet; try again when its batch is', {
          batchId: item.batchId,
        })
      }
      const id = `${kind}:${item.itemId}`
      const word = {
        word: Math.floor(item.index / LEAVES_A_WORD),
        mask: 1n << BigInt(item.index % LEAVES_A_WORD),
      }
      const args = [batch.root, [word], REVOCATION_REASONS.indexOf(reason)]
      await deps.writer.submit(id, { contract: 'ItemRegistry', method: METHODS[kind], args })
      deps.log.info({ itemId: item.itemId, brandId, kind, reason }, 'item event ordered')
      return { item, write: await settledSoon(deps.writer, id, WAIT_MS) }
    },
  }
}
