import { AppError } from '../../kernel/errors.ts'
import type { Gtin, Serial } from '../../kernel/gs1.ts'
import type { ItemsDeps } from './deps.ts'
import type { BatchCursor, StoredBatch } from './ports.ts'
import type { ItemRecord } from './types.ts'

export type Page<T> = { readonly entries: readonly T[]; readonly next: string | null }

/** Which items of a brand to list: those of a GTIN, else those of a batch, else all, the newest batch first. */
export type ItemFilter = { readonly batchId?: string | undefined; readonly gtin?: Gtin | undefined }

export type ItemsService = {
  /** The brand's own batch; throws `batch.not_found` for any other. */
  batch(brandId: string, batchId: string): Promise<StoredBatch>
  batches(brandId: string, page: { cursor: string | null; limit: number }): Promise<Page<StoredBatch>>
  item(brandId: string, key: { gtin: Gtin; serial: Serial }): Promise<ItemRecord>
  items(
    brandId: string,
    filter: ItemFilter,
    page: { cursor: string | null; limit: number },
  ): Promise<Page<ItemRecord>>
  /** What the batch's status list is made of. */
  statusSource(batchId: string): Promise<StatusSource | null>
}

export type StatusSource = Pick<StoredBatch, 'brandId' | 'root' | 'statusKey' | 'createdAtMs'> & {
  readonly leafCount: number
}

const LISTED = ['anchoring', 'anchored', 'signing']

export function createItemsService(deps: Pick<ItemsDeps, 'batches' | 'items'>): ItemsService {
  const batch = async (brandId: string, batchId: string): Promise<StoredBatch> => {
    const found = await deps.batches.find(batchId)
    if (found?.brandId === brandId) return found
    throw new AppError('batch.not_found', 'there is no such batch', { batchId })
  }
  const batches: ItemsService['batches'] = async (brandId, { cursor, limit }) => {
    const before = cursor === null ? null : readBatchCursor(cursor)
    const found = await deps.batches.ofBrand(brandId, { before, limit: limit + 1 })
    return pageOf(found, limit, (last) => `${last.createdAtMs}.${last.id}`)
  }
  return {
    batch,
    batches,
    async item(brandId, key) {
      const found = await deps.items.find(key)
      if (found?.brandId === brandId) return found
      throw new AppError('item.not_found', `no item ${key.gtin} ${key.serial} of this brand`, key)
    },
    async items(brandId, { batchId, gtin }, { cursor, limit }) {
      if (gtin !== undefined) {
        const found = await deps.items.ofGtin(brandId, gtin, { afterSerial: cursor, limit: limit + 1 })
        return pageOf(found, limit, (last) => last.serial)
      }
      if (batchId !== undefined) await batch(brandId, batchId)
      const only = batchId === undefined ? null : batchId
      const found = await acrossBatches(deps, brandId, { only, place: readPlace(cursor), limit: limit + 1 })
      return pageOf(found, limit, (last) => `${last.registeredAtMs}.${last.batchId}.${last.index}`)
    },
    async statusSource(batchId) {
      const found = await deps.batches.find(batchId)
      if (!found) return null
      const { brandId, root, statusKey, createdAtMs, total } = found
      return { brandId, root, statusKey, createdAtMs, leafCount: total }
    },
  }
}

type Place = { readonly createdAtMs: number; readonly batchId: string; readonly index: number }
type Walk = { readonly only: string | null; readonly place: Place | null; readonly limit: number }

const BATCHES_A_LOOK = 50

/** Items of a brand's batches, newest batch first, in order of their leaves; goes on after the place of a cursor. */
async function acrossBatches(
  deps: Pick<ItemsDeps, 'batches' | 'items'>,
  brandId: string,
  { only, place, limit }: Walk,
): Promise<ItemRecord[]> {
  const items: ItemRecord[] = []
  const take = async (batchId: string, from: number): Promise<void> => {
    items.push(...(await deps.items.ofBatch(batchId, { from, limit: limit - items.length })))
  }
  if (only !== null) {
    await take(only, place ? place.index + 1 : 0)
    return items
  }
  if (place) await take(place.batchId, place.index + 1)
  let before: BatchCursor | null = place && { createdAtMs: place.createdAtMs, id: place.batchId }
  while (items.length < limit) {
    const found = await deps.batches.ofBrand(brandId, { before, limit: BATCHES_A_LOOK })
    for (const { id, status } of found) {
      if (LISTED.includes(status) && items.length < limit) await take(id, 0)
    }
    const last = found.at(-1)
    if (!last || found.length < BATCHES_A_LOOK) return items
    before = { createdAtMs: last.createdAtMs, id: last.id }
  }
  return items
}

function pageOf<T>(found: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const entries = found.slice(0, limit)
  const last = entries.at(-1)
  return { entries, next: found.length > limit && last !== undefined ? cursorOf(last) : null }
}

function readBatchCursor(cursor: string): BatchCursor {
  const match = /^(\d{1,16})\.(bat_[0-9A-Z]{26})$/.exec(cursor)
  if (!match?.[2]) throw badCursor()
  return { createdAtMs: Number(match[1]), id: match[2] }
}

function readPlace(cursor: string | null): Place | null {
  if (cursor === null) return null
  const match = /^(\d{1,16})\.(bat_[0-9A-Z]{26})\.(\d{1,7})$/.exec(cursor)
  if (!match?.[2]) throw badCursor()
  return { createdAtMs: Number(match[1]), batchId: match[2], index: Number(match[3]) }
}

function badCursor(): AppError {
  return new AppError('request.bad_cursor', 'the cursor is none that a list here gave out')
}
