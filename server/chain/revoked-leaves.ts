import type { Hex } from '../kernel/bytes.ts'
import type { ChainEvent, ChainEvents } from '../kernel/chain-facts.ts'

const EVENTS_A_READ = 500
const LEAVES_A_WORD = 256

/** Which leaves of a root are revoked, by the feed of chain events; catches up with the feed before it answers. */
export type RevokedLeaves = {
  /** Leaf indexes in rising order, and the sequence of the feed they stand at. */
  of(root: Hex): Promise<{ leaves: number[]; sequence: number }>
}

export function createRevokedLeaves(events: ChainEvents): RevokedLeaves {
  const masksByRoot = new Map<Hex, Map<number, bigint>>()
  let sequence = 0
  let reading: Promise<void> | null = null
  const catchUp = async (): Promise<void> => {
    for (;;) {
      const entries = await events.after(sequence, EVENTS_A_READ)
      for (const entry of entries) apply(masksByRoot, entry)
      sequence = entries.at(-1)?.sequence ?? sequence
      if (entries.length < EVENTS_A_READ) return
    }
  }
  return {
    async of(root) {
      reading ??= catchUp().finally(() => {
        reading = null
      })
      await reading
      return { leaves: leavesOf(masksByRoot.get(root)), sequence }
    },
  }
}

function apply(masksByRoot: Map<Hex, Map<number, bigint>>, event: ChainEvent): void {
  if (event.kind !== 'revoked') return
  const masks = masksByRoot.get(event.root) ?? new Map<number, bigint>()
  masksByRoot.set(event.root, masks)
  for (const { word, mask } of event.words) {
    const before = masks.get(word) ?? 0n
    masks.set(word, event.change === 'added' ? before | BigInt(mask) : before & ~BigInt(mask))
  }
}

function leavesOf(masks: ReadonlyMap<number, bigint> | undefined): number[] {
  const leaves: number[] = []
  for (const [word, mask] of [...(masks ?? [])].sort((a, b) => a[0] - b[0])) {
    for (let bit = 0; bit < LEAVES_A_WORD; bit++)
      if ((mask >> BigInt(bit)) & 1n) leaves.push(word * LEAVES_A_WORD + bit)
  }
  return leaves
}
