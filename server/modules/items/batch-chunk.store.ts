import { type Connection, trusted } from 'mongoose'
import { bufferOf } from '../../kernel/bytes.ts'
import { type BatchChunkDocument, batchChunkModel } from './batch-chunk.model.ts'
import type { CheckedRow, ChunkStore } from './ports.ts'

/** 2^20 rows in chunks that hold at least 32 rows each, whatever their length. */
const CHUNKS_MAX = 32_768
const NUMBER_DIGITS = 6

export function batchChunkStore(db: Connection): ChunkStore {
  const model = batchChunkModel(db)
  return {
    async insert({ batchId, number, rows, ...chunk }) {
      const document: BatchChunkDocument = {
        _id: idOf(batchId, number),
        rows: Buffer.from(rows),
        ...chunk,
        minted: false,
      }
      await model.collection.insertOne(document as never)
    },
    async find(batchId, number) {
      const found = await model.findById(idOf(batchId, number), { leaves: 0 }).lean()
      return (
        found && { batchId, number, ...placeOf(found), rows: rowsOf(found), salts: bufferOf(found.salts) }
      )
    },
    async states(batchId) {
      const found = await model
        .find({ _id: ofBatch(batchId) }, { firstIndex: 1, count: 1, minted: 1 })
        .sort({ _id: 1 })
        .limit(CHUNKS_MAX)
        .lean()
      return found.map(({ _id, firstIndex, count, minted }) => ({
        number: numberOf(_id),
        firstIndex,
        count,
        minted,
      }))
    },
    async markMinted(batchId, number, leaves) {
      await model.updateOne(
        { _id: idOf(batchId, number) },
        { $set: { leaves: Buffer.from(leaves), minted: true } },
      )
    },
    async leaves(batchId) {
      const found = await model
        .find({ _id: ofBatch(batchId) }, { leaves: 1 })
        .sort({ _id: 1 })
        .limit(CHUNKS_MAX)
        .lean()
      return Buffer.concat(found.map(({ leaves }) => (leaves ? bufferOf(leaves) : Buffer.alloc(0))))
    },
    async lineOf(batchId, index) {
      const filter = { _id: ofBatch(batchId), firstIndex: trusted({ $lte: index }) }
      const found = await model.findOne(filter).sort({ _id: -1 }).lean()
      return found ? (rowsOf(found)[index - found.firstIndex]?.line ?? null) : null
    },
    async deleteOf(batchId) {
      await model.deleteMany({ _id: ofBatch(batchId) })
    },
    async batches(after, limit) {
      const batches: { batchId: string; createdAtMs: number }[] = []
      let from = after === null ? '' : `${after};`
      while (batches.length < limit) {
        const found = await model
          .findOne({ _id: trusted({ $gte: from }) }, { createdAtMs: 1 })
          .sort({ _id: 1 })
          .lean()
        if (!found) break
        const batchId = found._id.slice(0, -NUMBER_DIGITS - 1)
        batches.push({ batchId, createdAtMs: found.createdAtMs })
        from = `${batchId};`
      }
      return batches
    },
  }
}

function idOf(batchId: string, number: number): string {
  return `${batchId}:${String(number).padStart(NUMBER_DIGITS, '0')}`
}

function numberOf(id: string): number {
  return Number(id.slice(-NUMBER_DIGITS))
}

/** All ids that begin with the batch's; `;` is the character after `:`. */
function ofBatch(batchId: string): object {
  return trusted({ $gte: `${batchId}:`, $lt: `${batchId};` })
}

function rowsOf(found: BatchChunkDocument): CheckedRow[] {
  return JSON.parse(bufferOf(found.rows).toString('utf8')) as CheckedRow[]
}

function placeOf({ firstIndex, createdAtMs }: BatchChunkDocument): {
  firstIndex: number
  createdAtMs: number
} {
  return { firstIndex, createdAtMs }
}
