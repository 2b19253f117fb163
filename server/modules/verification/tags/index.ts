import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../kernel/clock.ts'
import type { Logger } from '../../../kernel/log.ts'
import type { ItemReader } from '../../items/index.ts'
import { type BindFile, bindFile } from './bind-file.ts'
import { createSoftwareKeys, type KeyMaker, type SoftwareKeysDeps } from './master-keys.ts'
import type { KeySetStore, TagStore } from './ports.ts'
import { createTagReader, type TagReader } from './tag-reader.ts'
import { createTagTraces, type TagTraces } from './tag-trace.ts'
import { createTagsService, type TagsService } from './tags.service.ts'

export type Tags = {
  readonly service: TagsService
  readonly reader: TagReader
  readonly traces: TagTraces
  readonly keys: KeyMaker
  bindFile(order: BindFile): Promise<{ readonly bound: number }>
}

export type TagsModuleDeps = {
  readonly tags: TagStore
  readonly keySets: KeySetStore
  readonly secrets: SoftwareKeysDeps['secrets']
  readonly items: Pick<ItemReader, 'find'>
  readonly clock: Clock
  readonly log: Logger
}

const SESSION_BYTES = 16

/** Chips: bound by brands, read at taps. Keys are kept sealed in the store (`createSoftwareKeys`). */
export function createTags(deps: TagsModuleDeps): Tags {
  const { tags, items, clock, log } = deps
  const masters = createSoftwareKeys({ ...deps, random: randomBytes })
  const service = createTagsService({ tags, items, masters, keys: masters, clock })
  const newSession = (): string => randomBytes(SESSION_BYTES).toString('base64url')
  return {
    service,
    reader: createTagReader({ tags, masters, clock, log, newSession }),
    traces: createTagTraces(tags),
    keys: masters,
    bindFile: (order) => bindFile(order, { service, check: lineCheck(tags, items) }),
  }
}

/** A line may be bound where the item is the brand's and the chip is free, or on that item already. */
function lineCheck(
  tags: Pick<TagStore, 'find'>,
  items: Pick<ItemReader, 'find'>,
): Parameters<typeof bindFile>[1]['check'] {
  return async ({ line, uid, key }, brandId) => {
    const [item, tag] = await Promise.all([items.find(key), tags.find(brandId, uid)])
    if (item?.brandId !== brandId) {
      return { line, field: 'serial', code: 'item.not_found', message: 'no such item of this brand' }
    }
    const elsewhere =
      tag?.status === 'bound' && (tag.item.gtin !== key.gtin || tag.item.serial !== key.serial)
    if (!elsewhere) return null
    const message = `this chip is bound to ${tag.item.gtin} ${tag.item.serial}`
    return { line, field: 'uid', code: 'tag.already_bound', message }
  }
}
