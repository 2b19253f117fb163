import type { Clock } from '../../../kernel/clock.ts'
import { AppError } from '../../../kernel/errors.ts'
import type { ItemKey } from '../../../kernel/gs1.ts'
import type { ItemReader, ItemRecord } from '../../items/index.ts'
import { chipKey, KEY_NUMBERS, type MasterKeys, type Uid } from './chip-keys.ts'
import { type ChipPlan, planChip } from './chip-plan.ts'
import type { KeyMaker } from './master-keys.ts'
import {
  CHANGES_MAX,
  TAGS_AN_ITEM_MAX,
  type Tag,
  type TagChange,
  type TagCursor,
  type TagStore,
} from './ports.ts'
import type { ChipMode } from './sun-crypto.ts'

/** Who changes a binding, and why. */
export type TagActor = { readonly brandId: string; readonly by: string; readonly reason: string }

export type BindOrder = TagActor & {
  readonly key: ItemKey
  readonly uid: Uid
  readonly mode: ChipMode
  readonly hasSeal: boolean
  /** A chip that this one takes the place of; it is removed. */
  readonly replaces?: Uid | undefined
}

export type TagRef = { readonly key: ItemKey; readonly uid: Uid }

/** What a workshop needs to write a chip: what goes where, and the five keys, hexadecimal. */
export type ChipEncoding = { readonly tag: Tag; readonly plan: ChipPlan; readonly keys: readonly string[] }

export type TagsService = {
  /**
   * Binds a chip to an item of the brand, once however often it is asked. Throws `item.not_found`, `tag.already_bound`,
   * `tag.not_found` (of the chip to be replaced), `tag.conflict`, `tag.changed`.
   */
  bind(order: BindOrder): Promise<Tag>
  /** Takes a chip off its item; its counter is kept, so that old messages stay used. Throws `tag.not_found`. */
  remove(ref: TagRef & TagActor): Promise<Tag>
  /** Chips that are or were on an item. Throws `item.not_found`. */
  ofItem(brandId: string, key: ItemKey): Promise<readonly Tag[]>
  /** The brand's chips, newest binding first. Throws `tag.bad_cursor`. */
  list(
    brandId: string,
    page: { cursor: string | null; limit: number; status?: Tag['status'] | undefined },
  ): Promise<{ readonly entries: readonly Tag[]; readonly next: string | null }>
  count(brandId: string): Promise<number>
  /** Gives the keys of a chip out for writing it, until its first tap. Throws `tag.not_found`, `tag.keys_gone`. */
  encoding(ref: TagRef & TagActor & { readonly link: string }): Promise<ChipEncoding>
}

export type TagsDeps = {
  readonly tags: TagStore
  readonly items: Pick<ItemReader, 'find'>
  readonly masters: MasterKeys
  readonly keys: KeyMaker
  readonly clock: Clock
}

export function createTagsService(deps: TagsDeps): TagsService {
  return {
    bind: (order) => bind(order, deps),
    async remove(order) {
      const tag = await boundTag(order, deps)
      const removedAtMs = deps.clock.nowMs()
      return changed(tag, { status: 'removed', removedAtMs }, change('removed', order, removedAtMs), deps)
    },
    async ofItem(brandId, key) {
      await ownItem(brandId, key, deps)
      return deps.tags.ofItem(key)
    },
    async list(brandId, { cursor, limit, status = null }) {
      const before = cursor === null ? null : readCursor(cursor)
      const found = await deps.tags.ofBrand(brandId, { before, status, limit: limit + 1 })
      const entries = found.slice(0, limit)
      const last = entries.at(-1)
      return { entries, next: found.length > limit && last ? `${last.boundAtMs}.${last.uid}` : null }
    },
    count: (brandId) => deps.tags.countOfBrand(brandId),
    encoding: (order) => encode(order, deps),
  }
}

async function bind(order: BindOrder, deps: TagsDeps): Promise<Tag> {
  await ownItem(order.brandId, order.key, deps)
  const replaced = order.replaces === undefined ? null : await replacedTag(order, order.replaces, deps)
  const known = await deps.tags.find(order.brandId, order.uid)
  const tag = known === null ? await bindNew(order, deps) : await bindAgain(known, order, deps)
  // The new chip first: cut off in between, the item has both, and the same request completes it.
  if (replaced?.status === 'bound') {
    const removedAtMs = deps.clock.nowMs()
    await changed(replaced, { status: 'removed', removedAtMs }, change('replaced', order, removedAtMs), deps)
  }
  return tag
}

async function bindNew(order: BindOrder, deps: TagsDeps): Promise<Tag> {
  const there = await deps.tags.ofItem(order.key)
  if (there.length >= TAGS_AN_ITEM_MAX) throw tooMany(order)
  const boundAtMs = deps.clock.nowMs()
  const { id: keySetId } = await deps.keys.current(order.brandId, order.by)
  const tag: Tag = {
    uid: order.uid,
    brandId: order.brandId,
    item: order.key,
    mode: order.mode,
    hasSeal: order.hasSeal,
    status: 'bound',
    keySetId,
    boundAtMs,
    history: [change('bound', order, boundAtMs)],
    ...UNUSED,
  }
  if (await deps.tags.insert(tag)) return tag
  throw changedMeanwhile(order)
}

/** No tap yet. The counter begins below 1, which is what a chip sends at its first read. */
const UNUSED = {
  counter: -1,
  lastTap: null,
  lastTapAtMs: null,
  removedAtMs: null,
  taps: 0,
  replays: 0,
  wrongs: 0,
  seal: null,
  marks: [],
  version: 1,
} as const

/** A chip that was here before keeps its counter, so that no message of it counts twice. */
async function bindAgain(known: Tag, order: BindOrder, deps: TagsDeps): Promise<Tag> {
  const { key, mode, hasSeal } = order
  const same = known.item.gtin === key.gtin && known.item.serial === key.serial
  if (known.status === 'bound' && same && known.mode === mode && known.hasSeal === hasSeal) return known
  if (known.status === 'bound' && !same) {
    const { gtin, serial } = known.item
    throw new AppError('tag.already_bound', 'this chip is bound to another item', {
      uid: known.uid,
      item: { gtin, serial },
    })
  }
  const boundAtMs = deps.clock.nowMs()
  const binding = { item: key, status: 'bound', mode, hasSeal, boundAtMs, removedAtMs: null } as const
  return changed(known, binding, change('bound', order, boundAtMs), deps)
}

async function replacedTag(order: BindOrder, uid: Uid, deps: TagsDeps): Promise<Tag> {
  const tag = await deps.tags.find(order.brandId, uid)
  if (tag && isOn(tag, order.key) && uid !== order.uid) return tag
  throw noSuchTag({ key: order.key, uid })
}

async function encode(
  order: TagRef & TagActor & { readonly link: string },
  deps: TagsDeps,
): Promise<ChipEncoding> {
  const tag = await boundTag(order, deps)
  if (tag.taps > 0) {
    const message =
      'this chip is in use; its keys were given out before its first tap, and are not given again'
    throw new AppError('tag.keys_gone', message, { uid: tag.uid })
  }
  const plan = planChip({ link: order.link, mode: tag.mode, hasSeal: tag.hasSeal })
  const keys = await Promise.all(
    KEY_NUMBERS.map((number) => chipKey(deps.masters, tag.keySetId, { uid: tag.uid, number })),
  )
  // Written down before the keys leave.
  const told = await changed(tag, {}, change('keys_given', order, deps.clock.nowMs()), deps)
  return { tag: told, plan, keys: keys.map((key) => key.toString('hex').toUpperCase()) }
}

type Binding = Partial<Pick<Tag, 'item' | 'status' | 'mode' | 'hasSeal' | 'boundAtMs' | 'removedAtMs'>>

async function changed(tag: Tag, binding: Binding, entry: TagChange, { tags }: TagsDeps): Promise<Tag> {
  if (tag.history.length >= CHANGES_MAX) throw tooMany({ key: tag.item, uid: tag.uid })
  const next = { ...tag, ...binding, history: [...tag.history, entry], version: tag.version + 1 }
  const { item, status, mode, hasSeal, keySetId, boundAtMs, removedAtMs } = next
  const write = { item, status, mode, hasSeal, keySetId, boundAtMs, removedAtMs, changes: [entry] }
  if (await tags.rebind(tag, write)) return next
  throw changedMeanwhile(tag)
}

function change(
  action: TagChange['action'],
  { by, reason, key }: TagActor & { readonly key: ItemKey },
  atMs: number,
): TagChange {
  return { action, by, reason, atMs, gtin: key.gtin, serial: key.serial }
}

async function boundTag({ brandId, key, uid }: TagRef & { brandId: string }, deps: TagsDeps): Promise<Tag> {
  const tag = await deps.tags.find(brandId, uid)
  if (tag?.status === 'bound' && isOn(tag, key)) return tag
  throw noSuchTag({ key, uid })
}

async function ownItem(brandId: string, key: ItemKey, { items }: TagsDeps): Promise<ItemRecord> {
  const item = await items.find(key)
  if (item?.brandId === brandId) return item
  const { gtin, serial } = key
  throw new AppError('item.not_found', 'there is no such item of this brand', { gtin, serial })
}

function isOn(tag: Tag, key: ItemKey): boolean {
  return tag.item.gtin === key.gtin && tag.item.serial === key.serial
}

function readCursor(cursor: string): TagCursor {
  const match = /^(\d{1,16})\.([0-9A-F]{14})$/.exec(cursor)
  if (match?.[2]) return { boundAtMs: Number(match[1]), uid: match[2] }
  throw new AppError('tag.bad_cursor', 'the cursor is none that a list here gave out')
}

function noSuchTag({ key, uid }: TagRef): AppError {
  const { gtin, serial } = key
  return new AppError('tag.not_found', 'there is no such chip on this item', { uid, gtin, serial })
}

function tooMany({ key, uid }: TagRef): AppError {
  const message = 'this item or chip has seen too many changes'
  return new AppError('tag.conflict', message, { uid, gtin: key.gtin, serial: key.serial })
}

function changedMeanwhile({ uid }: Pick<Tag, 'uid'>): AppError {
  return new AppError('tag.changed', 'the chip was changed by somebody else meanwhile', { uid })
}
