import type { Hex } from '../kernel/bytes.ts'
import { isAppError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { nextRunningHash } from './abi/running-hash.ts'
import { contractInterfaces } from './contracts.ts'
import type { FollowerStore } from './follower.store.ts'
import type { ReadEvent } from './follower-chain.ts'
import type { FollowedEvent, FollowerStep } from './follower-step.ts'
import type { Rpc } from './rpc.ts'

/** How far a brand's events have been seen: its own count and running hash, as the contract keeps them in storage. */
type BrandHead = { readonly sequence: number; readonly runningHash: Hex }

/** Checks that the events of each brand join on without a gap, so that an endpoint that withholds a log is noticed. */
export type BrandHeads = {
  /** Adds to each event the running hash that was seen before it, and notes gaps. */
  link(events: readonly ReadEvent[]): FollowedEvent[]
  /** Takes over what a stored step says. */
  apply(step: FollowerStep): void
  load(): Promise<void>
  /** Compares what was seen with the contract's storage at a block: finds a log withheld at the end. */
  audit(rpc: Rpc, at: { registry: Hex; blockHash: Hex; everyBrand: boolean }): Promise<void>
  gaps(): readonly string[]
}

const PAGE = 500
const GAPS_MAX = 100
const AUDITED_MAX = 500
/** Running hash of a brand without events. */
const NO_EVENTS: Hex = `0x${'00'.repeat(32)}`
const NONE: BrandHead = { sequence: 0, runningHash: NO_EVENTS }

export function createBrandHeads(store: FollowerStore, log: Logger): BrandHeads {
  const heads = new Map<Hex, BrandHead>()
  const unaudited = new Set<Hex>()
  const gaps = new Set<string>()

  const report = (brandId: Hex, gap: string): void => {
    if (gaps.size >= GAPS_MAX || gaps.has(gap)) return
    gaps.add(gap)
    log.error({ brandId, gap }, 'events of a brand are missing from the log')
  }

  const check = (event: ReadEvent, before: BrandHead): void => {
    const { brandId, brandSequence, runningHash } = event
    if (brandSequence !== before.sequence + 1) {
      report(brandId, `${brandId}: after event ${before.sequence} came ${brandSequence}`)
    } else if (nextRunningHash(before.runningHash, event.digest) !== runningHash) {
      report(brandId, `${brandId}: event ${brandSequence} is not what the contract has hashed`)
    }
  }

  const apply = (step: FollowerStep): void => {
    for (const { brandId, brandSequence, runningHash, previousHash } of step.events) {
      const back = { sequence: brandSequence - 1, runningHash: previousHash ?? NO_EVENTS }
      heads.set(brandId, step.change === 'added' ? { sequence: brandSequence, runningHash } : back)
      unaudited.add(brandId)
    }
  }

  return {
    link(events) {
      const seen = new Map<Hex, BrandHead>()
      return events.map(({ digest, ...event }) => {
        const before = seen.get(event.brandId) ?? heads.get(event.brandId) ?? NONE
        check({ ...event, digest }, before)
        seen.set(event.brandId, { sequence: event.brandSequence, runningHash: event.runningHash })
        return { ...event, previousHash: before.runningHash }
      })
    },
    apply,
    async load() {
      heads.clear()
      let sequence = 0
      for (;;) {
        const steps = await store.eventfulAfter(sequence, PAGE)
        for (const step of steps) apply(step)
        sequence = steps.at(-1)?.lastSequence ?? sequence
        if (steps.length < PAGE) return
      }
    },
    async audit(rpc, { registry, blockHash, everyBrand }) {
      const brands = [...(everyBrand ? heads.keys() : unaudited)].slice(0, AUDITED_MAX)
      const stored = await Promise.all(
        brands.map((brandId) => readHead(rpc, { registry, blockHash, brandId })),
      )
      for (const [i, brandId] of brands.entries()) {
        const [has, seen] = [stored[i], heads.get(brandId) ?? NONE]
        if (!has) continue
        unaudited.delete(brandId)
        if (has.sequence !== seen.sequence) {
          report(
            brandId,
            `${brandId}: the contract counts ${has.sequence} events, ${seen.sequence} were told`,
          )
        }
      }
    },
    gaps: () => [...gaps],
  }
}

/** The brand's head in the contract's storage; null when the block is gone. */
async function readHead(
  rpc: Rpc,
  { registry, blockHash, brandId }: { registry: Hex; blockHash: Hex; brandId: Hex },
): Promise<BrandHead | null> {
  const abi = contractInterfaces.ItemRegistry
  const call = { to: registry, data: abi.encodeFunctionData('headOf', [brandId]) }
  try {
    const result = await rpc.call<Hex>('eth_call', [call, { blockHash, requireCanonical: true }])
    const [sequence, runningHash] = abi.decodeFunctionResult('headOf', result)
    return { sequence: Number(sequence as bigint), runningHash: runningHash as Hex }
  } catch (error) {
    if (isAppError(error, 'chain.rejected')) return null
    throw error
  }
}
