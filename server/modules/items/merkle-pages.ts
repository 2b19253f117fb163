import { type Hex, hexOf } from '../../kernel/bytes.ts'
import { HASH_BYTES, nodeAt, siblingPositions } from './merkle.ts'

/** Leaves a page of proof nodes serves: a page is about 17 kB, so that a proof costs one small read. */
export const PAGE_LEAVES = 256

export function pageOf(index: number): number {
  return Math.floor(index / PAGE_LEAVES)
}

export function pageCount(leafCount: number): number {
  return Math.ceil(leafCount / PAGE_LEAVES)
}

/**
 * The nodes that the proofs of one page's leaves need, in ascending order of position in the tree. The positions follow
 * from the number of leaves and the page alone, so only the hashes are stored.
 */
export function pageNodes(tree: Buffer, leafCount: number, page: number): Buffer {
  const positions = pagePositions(leafCount, page)
  const nodes = Buffer.alloc(positions.length * HASH_BYTES)
  positions.forEach((position, i) => {
    nodes.set(nodeAt(tree, position), i * HASH_BYTES)
  })
  return nodes
}

/** A stored page, ready to answer. */
export type OpenPage = {
  /** The siblings of a leaf of this page, leaf to root. */
  siblings(index: number): Hex[]
  /** Memory it takes, for caches that are bounded by bytes. */
  readonly byteLength: number
}

/** Opens a stored page; throws RangeError when the bytes do not fit the number of leaves. */
export function openPage(leafCount: number, page: number, nodes: Buffer): OpenPage {
  const positions = pagePositions(leafCount, page)
  if (nodes.length !== positions.length * HASH_BYTES)
    throw new RangeError(`page ${page} has ${nodes.length} bytes`)
  return {
    byteLength: nodes.length + positions.byteLength,
    siblings(index) {
      if (pageOf(index) !== page || index >= leafCount)
        throw new RangeError(`leaf ${index} is not on page ${page}`)
      return siblingPositions(leafCount, index).map((position) =>
        hexOf(nodeAt(nodes, search(positions, position))),
      )
    },
  }
}

function pagePositions(leafCount: number, page: number): Int32Array {
  const needed = new Set<number>()
  const end = Math.min(leafCount, (page + 1) * PAGE_LEAVES)
  for (let index = page * PAGE_LEAVES; index < end; index++) {
    for (const position of siblingPositions(leafCount, index)) needed.add(position)
  }
  return Int32Array.from(needed).sort()
}

/** Binary search; the position is always there, because it was put there for this leaf. */
function search(positions: Int32Array, wanted: number): number {
  let low = 0
  let high = positions.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((positions[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return low
}
