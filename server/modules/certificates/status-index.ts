import { createHash } from 'node:crypto'

/** A Bitstring Status List has at least this many entries, so that one bit hides among many (W3C, section 4.3). */
const LIST_LENGTH_MIN = 131_072

const ROUNDS = 6

/** Entries of the status list of a batch: a power of two, so that places can be shuffled by halves of their bits. */
export function statusListLength(leafCount: number): number {
  let length = LIST_LENGTH_MIN
  while (length < leafCount) length *= 2
  return length
}

/**
 * The shuffle of a batch: leaf index to place in the status list, one to one, looking random to whoever lacks the key.
 * A Feistel network over the bits of the index, whose round functions are tables drawn by SHAKE256 from the batch's
 * status key. Opening it costs a millisecond, each call a few nanoseconds.
 */
export function statusListShuffle(statusKey: Uint8Array, length: number): (index: number) => number {
  const bits = Math.log2(length)
  if (!Number.isInteger(bits)) throw new RangeError(`${length} is no power of two`)
  const highBits = bits >> 1
  const lowBits = bits - highBits
  const tables = Array.from({ length: ROUNDS }, (_, round) =>
    roundTable(statusKey, length, round, 1 << lowBits),
  )
  const lowMask = (1 << lowBits) - 1
  const highMask = (1 << highBits) - 1
  return (index) => {
    if (!Number.isInteger(index) || index < 0 || index >= length)
      throw new RangeError(`no leaf index: ${index}`)
    let low = index & lowMask
    let high = index >>> lowBits
    for (let round = 0; round < ROUNDS; round += 2) {
      high ^= (tables[round]?.[low] ?? 0) & highMask
      low ^= (tables[round + 1]?.[high] ?? 0) & lowMask
    }
    return ((high << lowBits) | low) >>> 0
  }
}

/** One place in the status list; for many of one batch, open its shuffle once. */
export function statusListIndex(statusKey: Uint8Array, index: number, length: number): number {
  return statusListShuffle(statusKey, length)(index)
}

function roundTable(key: Uint8Array, length: number, round: number, entries: number): Uint32Array {
  const shake = createHash('shake256', { outputLength: entries * 4 })
  const bytes = shake.update(`cachet:status-list:v1:${length}:${round}:`).update(key).digest()
  return Uint32Array.from({ length: entries }, (_, i) => bytes.readUInt32LE(i * 4))
}
