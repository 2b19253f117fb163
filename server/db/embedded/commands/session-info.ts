import { plainOf } from '../bson/codec.ts'
import { fieldOf, type Raw, T } from '../bson/raw.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import type { Request } from '../wire/frames.ts'
import { type Context, option } from './context.ts'

/** Who sends a command, as far as retries and transactions care. */
export type SessionInfo = {
  readonly key: Buffer
  /** Number of the transaction or retryable write; null where the command has none. */
  readonly number: bigint | null
  /** False inside a transaction. */
  readonly autocommit: boolean
  readonly starts: boolean
}

const ID = Buffer.from('id')

export function sessionOf(request: Request): SessionInfo | null {
  const lsid = request.body.get('lsid')
  if (!lsid) return null
  const id = lsid.type === T.object ? fieldOf(lsid, ID) : null
  if (id?.type !== T.binary) throw new CommandFailure('BadValue', "'lsid' must hold a binary id")
  const number = request.body.get('txnNumber')
  const autocommit = request.body.get('autocommit')
  return {
    key: Buffer.from(id.bytes.subarray(id.start + 5, id.end)),
    number: number ? numberIn(number) : null,
    autocommit: !(autocommit?.type === T.bool && autocommit.bytes[autocommit.start] === 0),
    starts: request.body.has('startTransaction'),
  }
}

function numberIn(value: Raw): bigint {
  if (value.type === T.int64) return value.bytes.readBigInt64LE(value.start)
  if (value.type === T.int32) return BigInt(value.bytes.readInt32LE(value.start))
  throw new CommandFailure('TypeMismatch', "'txnNumber' must be a 64-bit integer")
}

/** One node that syncs before it answers has nothing weaker or older to give: these levels read the same. */
const READ_LEVELS: ReadonlySet<unknown> = new Set([
  'local',
  'available',
  'majority',
  'linearizable',
  'snapshot',
])

/** Read and write concerns that one durable node can keep are kept; others are refused. */
export function checkConcerns(context: Context, inTransaction: boolean): void {
  const { body } = context.request
  const read = body.get('readConcern')
  const { level, atClusterTime } =
    ((read && plainOf(read)) as { level?: unknown; atClusterTime?: unknown }) ?? {}
  if (atClusterTime !== undefined || (level === 'snapshot' && !inTransaction))
    throw unsupported('A snapshot read outside a transaction')
  if (level !== undefined && !READ_LEVELS.has(level))
    throw new CommandFailure('FailedToParse', `readConcern.level '${String(level)}' is not known`)
  const write = option(context, 'writeConcern')
  const w = typeof write === 'object' && write !== null && 'w' in write ? write.w : undefined
  if (typeof w === 'number' && w > 1)
    throw new CommandFailure('UnsatisfiableWriteConcern', `Not enough data-bearing nodes for w: ${w}`)
  if (typeof w === 'object' && w !== null)
    throw unsupported('A write concern by tags', 'UnsatisfiableWriteConcern')
  if (typeof w === 'string' && w !== 'majority')
    throw new CommandFailure('UnsatisfiableWriteConcern', `No write concern mode named '${w}' found`)
}
