import type { ItemKey } from '../../../kernel/gs1.ts'
import type { Tag, TagMark, TagStore } from './ports.ts'

/**
 * What the chips of an item say of copies: messages used twice, messages of no chip of the item, gaps in the counter.
 * The narrow question that the judgement of scan patterns asks.
 */
export type TagTrace = {
  /** True where a chip is bound to the item now: then a scan without a tap proves less than it could. */
  readonly bound: boolean
  /** Messages accepted: each a read of the chip that came here first. */
  readonly taps: number
  readonly replays: number
  readonly wrongs: number
  /** The newest marks of all its chips, oldest first. */
  readonly marks: readonly TagMark[]
}

export type TagTraces = { of(key: ItemKey): Promise<TagTrace> }

export function createTagTraces(tags: Pick<TagStore, 'ofItem'>): TagTraces {
  return { of: async (key) => traceOf(await tags.ofItem(key)) }
}

function traceOf(tags: readonly Tag[]): TagTrace {
  const sum = (of: (tag: Tag) => number): number => tags.reduce((total, tag) => total + of(tag), 0)
  return {
    bound: tags.some((tag) => tag.status === 'bound'),
    taps: sum((tag) => tag.taps),
    replays: sum((tag) => tag.replays),
    wrongs: sum((tag) => tag.wrongs),
    marks: tags.flatMap((tag) => tag.marks).sort((a, b) => a.atMs - b.atMs),
  }
}
