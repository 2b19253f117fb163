import { type Connection, type QueryFilter, trusted, type UpdateQuery } from 'mongoose'
import { isDuplicateKey } from '../../../db/connection.ts'
import { bufferOf } from '../../../kernel/bytes.ts'
import type { Uid } from './chip-keys.ts'
import {
  type KeySet,
  type KeySetStore,
  MARKS_MAX,
  TAGS_AN_ITEM_MAX,
  type Tag,
  type TagCursor,
  type TagMark,
  type TagStore,
} from './ports.ts'
import { type KeySetDocument, type TagDocument, tagKeySetModel, tagModel } from './tag.model.ts'

/** What of a brand's chips is counted; more is shown as so many. */
const COUNT_MAX = 1_000_000

export function tagStore(db: Connection): TagStore {
  const model = tagModel(db)
  return {
    async find(brandId, uid) {
      const found = await model.findById(idOf(brandId, uid)).lean()
      return found && tagOf(found)
    },
    async ofItem({ gtin, serial }) {
      const order = { status: 1, boundAtMs: -1 } as const
      const found = await model.find({ gtin, serial }).sort(order).limit(TAGS_AN_ITEM_MAX).lean()
      return found.map(tagOf)
    },
    async ofBrand(brandId, { before, status, limit }) {
      const only = status === null ? {} : { status }
      const filter = { brandId, ...only, ...olderThan(before) } as QueryFilter<TagDocument>
      const found = await model.find(filter).sort({ boundAtMs: -1, uid: -1 }).limit(limit).lean()
      return found.map(tagOf)
    },
    countOfBrand: (brandId) => model.countDocuments({ brandId }, { limit: COUNT_MAX }),
    async insert(tag) {
      try {
        await model.create(documentOf(tag))
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
    async rebind(tag, { item, changes, ...change }) {
      const set = { ...change, gtin: item.gtin, serial: item.serial }
      const done = await model.updateOne(
        { _id: idOf(tag.brandId, tag.uid), version: tag.version },
        { $set: set, $push: { history: { $each: [...changes] } }, $inc: { version: 1 } },
      )
      return done.matchedCount === 1
    },
    async accept(tag, { counter, lastTap, seal, marks }) {
      const asRead = {
        _id: idOf(tag.brandId, tag.uid),
        version: tag.version,
        status: 'bound',
        counter: tag.counter,
      }
      const set = { counter, lastTap, lastTapAtMs: lastTap.atMs, seal }
      const done = await model.updateOne(asRead, {
        $set: set,
        $inc: { taps: 1 },
        ...(marks.length > 0 ? pushed(marks) : {}),
      })
      return done.matchedCount === 1
    },
    async note(tag, mark) {
      const counted = mark.kind === 'wrong' ? { wrongs: 1 } : { replays: 1 }
      await model.updateOne({ _id: idOf(tag.brandId, tag.uid) }, { $inc: counted, ...pushed([mark]) })
    },
  }
}

export function tagKeySetStore(db: Connection): KeySetStore {
  const model = tagKeySetModel(db)
  return {
    async find(id) {
      const found = await model.findById(id).lean()
      return found && keySetOf(found)
    },
    async current(brandId) {
      const found = await model.findOne({ brandId }).sort({ createdAtMs: -1, _id: 1 }).lean()
      return found && keySetOf(found)
    },
    async insert({ id, ...rest }) {
      await model.create({ _id: id, ...rest })
    },
  }
}

function idOf(brandId: string, uid: Uid): string {
  return `${brandId}/${uid}`
}

function olderThan(before: TagCursor | null): object {
  if (before === null) return {}
  const { boundAtMs, uid } = before
  return { $or: [{ boundAtMs: trusted({ $lt: boundAtMs }) }, { boundAtMs, uid: trusted({ $lt: uid }) }] }
}

/** Keeps the newest marks only. */
function pushed(marks: readonly TagMark[]): UpdateQuery<TagDocument> {
  return { $push: { marks: { $each: [...marks], $slice: -MARKS_MAX } } }
}

function documentOf({ item, marks, history, ...tag }: Tag): TagDocument {
  return {
    _id: idOf(tag.brandId, tag.uid),
    ...tag,
    gtin: item.gtin,
    serial: item.serial,
    marks: [...marks],
    history: [...history],
  }
}

/** Written by us: number, UID and the unions were parsed before they were stored. */
function tagOf({ _id, gtin, serial, ...rest }: TagDocument): Tag {
  const document: object = { ...rest, item: { gtin, serial } }
  return document as Tag
}

function keySetOf({ _id, sealed, ...rest }: KeySetDocument): KeySet {
  return { ...rest, id: _id, sealed: bufferOf(sealed) } as KeySet // the origin is written by us
}
