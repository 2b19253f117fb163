import type { ItemKey } from '../../../kernel/gs1.ts'
import type { Uid } from './chip-keys.ts'
import type { Seal } from './seal.ts'
import type { ChipMode } from './sun-crypto.ts'
import type { CounterState, LastTap } from './taps.ts'

/** One change to a chip's binding: who, when, why. Never edited. */
export type TagChange = {
  readonly action: 'bound' | 'removed' | 'replaced' | 'keys_given'
  readonly by: string
  readonly atMs: number
  readonly reason: string
  /** The item it was about. */
  readonly gtin: string
  readonly serial: string
}

/** Something about a chip's messages that one chip in one item does not explain. */
export type TagMark = {
  readonly kind: 'replay' | 'gap' | 'wrong' | 'seal'
  readonly atMs: number
  /** The counter of the message; null where it could not be read. */
  readonly counter: number | null
  /** Of a gap: reads that did not come here, and how surprising that is (`gapScore`). */
  readonly missing: number
  readonly score: number
}

/** A chip of a brand, and the item it is in. */
export type Tag = CounterState & {
  readonly uid: Uid
  readonly brandId: string
  readonly item: ItemKey
  readonly status: 'bound' | 'removed'
  readonly mode: ChipMode
  /** True where the chip has a tamper loop that must be closed. */
  readonly hasSeal: boolean
  readonly keySetId: string
  readonly boundAtMs: number
  readonly removedAtMs: number | null
  readonly taps: number
  readonly replays: number
  readonly wrongs: number
  readonly lastTapAtMs: number | null
  readonly seal: Seal | null
  readonly marks: readonly TagMark[]
  readonly history: readonly TagChange[]
  readonly version: number
}

/** The part of a chip that a tap changes. */
export type TapWrite = {
  readonly counter: number
  readonly lastTap: LastTap
  readonly seal: Seal | null
  readonly marks: readonly TagMark[]
}

export type TagStore = {
  find(brandId: string, uid: Uid): Promise<Tag | null>
  /** Chips that are or were bound to an item, bound ones first, then the newest; at most `TAGS_AN_ITEM_MAX`. */
  ofItem(key: ItemKey): Promise<readonly Tag[]>
  ofBrand(
    brandId: string,
    page: { before: TagCursor | null; status: Tag['status'] | null; limit: number },
  ): Promise<readonly Tag[]>
  countOfBrand(brandId: string): Promise<number>
  /** False where the chip is there already. */
  insert(tag: Tag): Promise<boolean>
  /** Changes a binding if the chip is still at this version; false where it is not. */
  rebind(tag: Tag, change: TagRebind): Promise<boolean>
  /**
   * Takes a new counter in if the chip still is as `tag` was read: one conditional write, so that of many messages with
   * one counter exactly one is accepted. False where the chip has changed.
   */
  accept(tag: Tag, tap: TapWrite): Promise<boolean>
  /** Counts a message that was not accepted, and keeps its mark. */
  note(tag: Tag, mark: TagMark): Promise<void>
}

export type TagRebind = {
  readonly item: ItemKey
  readonly status: Tag['status']
  readonly mode: ChipMode
  readonly hasSeal: boolean
  readonly keySetId: string
  readonly boundAtMs: number
  readonly removedAtMs: number | null
  readonly changes: readonly TagChange[]
}

export type TagCursor = { readonly boundAtMs: number; readonly uid: string }

/** A brand's master key for its chips, sealed. */
export type KeySet = {
  readonly id: string
  readonly brandId: string
  readonly sealed: Buffer
  /** Made here, or brought by the brand. */
  readonly origin: 'made' | 'brought'
  readonly createdAtMs: number
  readonly by: string
}

export type KeySetStore = {
  find(id: string): Promise<KeySet | null>
  /** The newest of the brand: chips bound from now on use it. */
  current(brandId: string): Promise<KeySet | null>
  insert(keySet: KeySet): Promise<void>
}

/** Chips one item may have had; more is a mistake, and each is tried at a tap. */
export const TAGS_AN_ITEM_MAX = 8
/** Changes one chip may have seen. */
export const CHANGES_MAX = 200
/** Marks kept of one chip, the newest. */
export const MARKS_MAX = 50
