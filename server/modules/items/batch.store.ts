import { type Connection, trusted } from 'mongoose'
import { isDuplicateKey } from '../../db/connection.ts'
import { bufferOf, type Hex } from '../../kernel/bytes.ts'
import { type BatchDocument, batchModel } from './batch.model.ts'
import type { BatchChange, BatchStore, StoredBatch } from './ports.ts'

const STATUS_LIMIT_MAX = 1_000

export function batchStore(db: Connection): BatchStore {
  const model = batchModel(db)
  const one = async (filter: object) => {
    const found = await model.findOne(filter).lean()
    return found && storedOf(found)
  }
  return {
    async insert(batch) {
      try {
        await model.create(documentOf(batch))
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
    find: (id) => one({ _id: id }),
    byIdempotencyKey: (brandId, key) => one({ brandId, idempotencyKey: key }),
    byRoot: (root) => one({ root }),
    async withStatus(statuses, limit) {
      const filter = { status: trusted({ $in: [...statuses] }) }
      const found = await model
        .find(filter)
        .sort({ createdAtMs: 1 })
        .limit(Math.min(limit, STATUS_LIMIT_MAX))
        .lean()
      return found.map(storedOf)
    },
    async ofBrand(brandId, { before, limit }) {
      const older = before ? { createdAtMs: trusted({ $lte: before.createdAtMs }) } : {}
      // Batches of the same millisecond are told apart by id; a brand makes few of them.
      const found = await model
        .find({ brandId, ...older })
        .sort({ createdAtMs: -1, _id: -1 })
        .limit(limit + SAME_MS_MAX)
        .lean()
      const isAfter = (batch: BatchDocument) =>
        before === null ||
        batch.createdAtMs < before.createdAtMs ||
        (batch.createdAtMs === before.createdAtMs && batch._id < before.id)
      return found.filter(isAfter).slice(0, limit).map(storedOf)
    },
    async change(batch, change) {
      const filter = { _id: batch.id, version: batch.version }
      const found = await model
        .findOneAndUpdate(filter, { ...updateOf(change), $inc: { version: 1 } }, { returnDocument: 'after' })
        .lean()
      return found && storedOf(found)
    },
  }
}

/** Anchored batches in order of id, those after the given one: for whoever looks at all of them. */
export async function anchoredBatches(
  db: Connection,
  afterId: string,
  limit: number,
): Promise<StoredBatch[]> {
  const filter = { _id: trusted({ $gt: afterId }), status: trusted({ $in: ['anchored' as const] }) }
  return (await batchModel(db).find(filter).sort({ _id: 1 }).limit(limit).lean()).map(storedOf)
}

const SAME_MS_MAX = 20

/** Null takes a field away, so that a secret that was handed out is gone from the store. */
function updateOf({ errors, ...change }: BatchChange): object {
  const fields = { ...change, ...(errors === undefined ? {} : { faults: errors }) }
  const entries = Object.entries(fields)
  const set = Object.fromEntries(entries.filter(([, value]) => value !== null))
  const unset = Object.fromEntries(entries.filter(([, value]) => value === null).map(([name]) => [name, 1]))
  return {
    ...(Object.keys(set).length > 0 ? { $set: set } : {}),
    ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}),
  }
}

function documentOf(batch: StoredBatch): BatchDocument {
  const { id, errors, root, transactionHash, gasUsed, anchoredAtMs, idempotencyKey, sealedSecret, ...rest } =
    batch
  return {
    _id: id,
    ...rest,
    faults: [...errors],
    prices: [...batch.prices],
    ...(root === null ? {} : { root }),
    ...(transactionHash === null ? {} : { transactionHash }),
    ...(gasUsed === null ? {} : { gasUsed }),
    ...(anchoredAtMs === null ? {} : { anchoredAtMs }),
    ...(idempotencyKey === null ? {} : { idempotencyKey }),
    ...(sealedSecret === null ? {} : { sealedSecret }),
  }
}

function storedOf(found: BatchDocument): StoredBatch {
  const { _id, faults, ...rest } = found
  return {
    ...rest,
    id: _id,
    errors: faults,
    root: (found.root ?? null) as Hex | null,
    transactionHash: (found.transactionHash ?? null) as Hex | null,
    bodyDigest: found.bodyDigest as Hex,
    gasUsed: found.gasUsed ?? null,
    anchoredAtMs: found.anchoredAtMs ?? null,
    idempotencyKey: found.idempotencyKey ?? null,
    sealedSecret: found.sealedSecret ? bufferOf(found.sealedSecret) : null,
    statusKey: bufferOf(found.statusKey),
  }
}
