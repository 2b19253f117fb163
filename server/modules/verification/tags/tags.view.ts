import { z } from 'zod'
import { isoTime } from '../../../kernel/clock.ts'
import type { Tag, TagChange, TagMark } from './ports.ts'
import type { ChipEncoding } from './tags.service.ts'

const text = z.string()
const time = z.string().nullable()

export const tagJson = z
  .strictObject({
    uid: text.meta({ description: 'UID of the chip, 14 hexadecimal digits', example: '04958CAA5C5E80' }),
    gtin: text,
    serial: text,
    status: z.enum(['bound', 'removed']),
    mode: z.enum(['aes', 'lrp']),
    seal: z.boolean().meta({ description: 'true for a chip with a tamper loop' }),
    sealState: z
      .enum(['closed', 'opened', 'open', 'not_switched_on', 'not_there', 'unreadable'])
      .nullable()
      .meta({ description: 'what the chip said of its loop at the last tap' }),
    keySet: text,
    boundAt: text,
    removedAt: time,
    lastTapAt: time,
    counter: z.int().meta({ description: 'highest counter accepted; -1 before the first tap' }),
    taps: z.int(),
    replays: z.int(),
    wrongs: z.int().meta({ description: 'messages on the item’s link that none of its chips made' }),
    marks: z.array(
      z.strictObject({
        kind: z.enum(['replay', 'gap', 'wrong', 'seal']),
        at: text,
        counter: z.int().nullable(),
        missing: z.int(),
        score: z.number(),
      }),
    ),
    history: z.array(
      z.strictObject({
        action: z.enum(['bound', 'removed', 'replaced', 'keys_given']),
        by: text,
        at: text,
        reason: text,
        gtin: text,
        serial: text,
      }),
    ),
  })
  .meta({ id: 'Tag' })

export function tagView(tag: Tag): z.input<typeof tagJson> {
  const { uid, item, status, mode, counter, taps, replays, wrongs } = tag
  return {
    uid,
    gtin: item.gtin,
    serial: item.serial,
    status,
    mode,
    seal: tag.hasSeal,
    sealState: tag.seal,
    keySet: tag.keySetId,
    boundAt: isoTime(tag.boundAtMs),
    removedAt: timeOf(tag.removedAtMs),
    lastTapAt: timeOf(tag.lastTapAtMs),
    counter,
    taps,
    replays,
    wrongs,
    marks: tag.marks.map(markView),
    history: tag.history.map(changeView),
  }
}

export const encodingJson = z
  .strictObject({
    tag: tagJson,
    template: text.meta({ description: 'the link, with zeros where the chip puts its message' }),
    ndef: text.meta({ description: 'content of file 02, hexadecimal' }),
    fileSettings: text.meta({ description: 'data of ChangeFileSettings for file 02, hexadecimal' }),
    offsets: z.strictObject({
      picc: z.int(),
      macInput: z.int(),
      file: z.int().nullable(),
      fileLength: z.int().nullable(),
      seal: z.int().nullable(),
      mac: z.int(),
    }),
    keys: z.array(text).length(5).meta({ description: 'application keys 0 to 4, hexadecimal' }),
  })
  .meta({ id: 'TagEncoding' })

export function encodingView({ tag, plan, keys }: ChipEncoding): z.input<typeof encodingJson> {
  return { tag: tagView(tag), ...plan, keys: [...keys] }
}

function markView({ atMs, ...mark }: TagMark): z.input<typeof tagJson>['marks'][number] {
  return { ...mark, at: isoTime(atMs) }
}

function changeView({ atMs, ...change }: TagChange): z.input<typeof tagJson>['history'][number] {
  return { ...change, at: isoTime(atMs) }
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms)
}
