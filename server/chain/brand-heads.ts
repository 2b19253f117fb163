import type { Hex } from '../kernel/bytes.ts'
import type { Logger } from '../kernel/log.ts'
import { nextRunningHash } from './abi/running-hash.ts'
import {
  type ContractHead,
  firstUnseen,
  NO_EVENTS,
  type RegistryAt,
  readContractHeads,
} from './brand-chain.ts'
import type { RegistryEvent } from './event-codec.ts'
import type { FollowerStore } from './follower.store.ts'
import type { ReadEvent } from './follower-chain.ts'
import { type FollowedEvent, type FollowerStep, isOfOwnership } from './follower-step.ts'
import type { Rpc } from './rpc.ts'

/** How far a brand's events have been seen: its own count and running hash, as the contract keeps them in storage. */
type BrandHead = ContractHead & {
  /** Block of its last event; null where that is not known any more. */
  readonly blockNumber: number | null
}

/** Checks that the events of each brand join on without a gap, so that an endpoint that withholds a log is noticed. */
export type BrandHeads = {
  /** Adds to each event the running hash that was seen before it; null where one is missing or altered. */
  link(events: readonly ReadEvent[]): FollowedEvent[] | null
  /** Takes over what a stored step says. */
  apply(step: FollowerStep): void
  load(): Promise<void>
  /**
   * Compares what was seen with the contract's storage at a block, for brands with news or gaps and a few others in turn:
   * finds a log withheld at the end.
   */
  audit(rpc: Rpc, at: RegistryAt): Promise<void>
  /**
   * The block from which on everything has to be read again to close the gaps, once the endpoint tells all that the
   * contract has hashed; null while it does not, or where there is no gap.
   */
  rereadFrom(rpc: Rpc, at: RegistryAt & { fromBlock: number }): Promise<number | null>
  gaps(): readonly string[]
}

const PAGE = 500
const GAPS_MAX = 100
const AUDITED_MAX = 500
/** Brands without news compared in one audit: a call each, so few enough to be asked with every look at the chain. */
const TURN_MAX = 10
const NONE: BrandHead = { sequence: 0, runningHash: NO_EVENTS, blockNumber: null }

export function createBrandHeads(store: FollowerStore, log: Logger): BrandHeads {
  const heads = new Map<Hex, BrandHead>()
  const unaudited = new Set<Hex>()
  const gaps = new Map<Hex, string>()
  const takeTurn = turns(() => [...heads.keys()])

  const report = (brandId: Hex, gap: string): void => {
    if (gaps.get(brandId) === gap || (gaps.size >= GAPS_MAX && !gaps.has(brandId))) return
    gaps.set(brandId, gap)
    log.error({ brandId, gap }, 'events of a brand are missing from the log')
  }

  const close = (brandId: Hex): void => {
    if (gaps.delete(brandId)) log.info({ brandId }, 'the events of the brand are complete again')
  }

  const apply = (step: FollowerStep): void => {
    // A repair tells everything anew from here on.
    if (step.change === 'removed' && step.removes === null) return heads.clear()
    for (const event of step.events) {
      if (isOfOwnership(event)) continue
      const { brandId, brandSequence, runningHash, previousHash, at } = event
      const back = { sequence: brandSequence - 1, runningHash: previousHash ?? NO_EVENTS, blockNumber: null }
      const on = { sequence: brandSequence, runningHash, blockNumber: at.blockNumber }
      heads.set(brandId, step.change === 'added' ? on : back)
      unaudited.add(brandId)
    }
  }

  return {
    link(events) {
      const seen = new Map<Hex, BrandHead>()
      let isWhole = true
      const linked = events.map((read) => {
        if (!('digest' in read)) return read
        const { digest, ...event } = read
        const before = seen.get(event.brandId) ?? heads.get(event.brandId) ?? NONE
        const gap = gapBetween(before, { ...event, digest })
        if (gap !== null) report(event.brandId, gap)
        isWhole &&= gap === null
        const { brandSequence: sequence, runningHash } = event
        seen.set(event.brandId, { sequence, runningHash, blockNumber: event.at.blockNumber })
        return { ...event, previousHash: before.runningHash }
      })
      return isWhole ? linked : null
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
    async audit(rpc, at) {
      const wanted = new Set([...unaudited, ...gaps.keys(), ...takeTurn(at.blockHash)])
      const brands = [...wanted].slice(0, AUDITED_MAX)
      const stored = brands.length === 0 ? [] : await readContractHeads(rpc, at, brands)
      for (const [i, brandId] of brands.entries()) {
        const [has, seen] = [stored?.[i], heads.get(brandId) ?? NONE]
        if (!has) continue
        unaudited.delete(brandId)
        const gap = differenceOf(has, seen)
        if (gap === null) close(brandId)
        else report(brandId, `${brandId}: ${gap}`)
      }
    },
    async rereadFrom(rpc, at) {
      const blocks: number[] = []
      const brands = [...gaps.keys()].slice(0, AUDITED_MAX)
      const stored = brands.length === 0 ? [] : await readContractHeads(rpc, at, brands)
      for (const [i, brandId] of brands.entries()) {
        const [has, seen] = [stored?.[i], heads.get(brandId) ?? NONE]
        if (!has) return null
        // What was missing or altered was never taken over, and nothing else is amiss.
        if (differenceOf(has, seen) === null) {
          close(brandId)
          continue
        }
        const from = seen.blockNumber ?? at.fromBlock
        const unseen = await firstUnseen(rpc, { ...at, brandId, from, seen })
        if (unseen === null) return null
        blocks.push(unseen)
      }
      return blocks.length === 0 ? null : Math.min(...blocks)
    },
    gaps: () => [...gaps.values()],
  }
}

/** Each brand once for each newest block, a few at a time. */
function turns(brands: () => Hex[]): (blockHash: Hex) => Hex[] {
  let at: Hex | null = null
  let left: Hex[] = []
  return (blockHash) => {
    // What was left over at the block before comes first, so that every brand has its turn on a busy chain too.
    if (blockHash !== at) left = [...new Set([...left, ...brands()])]
    at = blockHash
    return left.splice(0, TURN_MAX)
  }
}

function gapBetween(before: BrandHead, event: RegistryEvent): string | null {
  const { brandId, brandSequence, runningHash, digest } = event
  if (brandSequence !== before.sequence + 1)
    return `${brandId}: after event ${before.sequence} came ${brandSequence}`
  if (nextRunningHash(before.runningHash, digest) === runningHash) return null
  return `${brandId}: event ${brandSequence} is not what the contract has hashed`
}

function differenceOf(has: ContractHead, seen: BrandHead): string | null {
  if (has.sequence !== seen.sequence)
    return `the contract counts ${has.sequence} events, ${seen.sequence} were told`
  if (has.runningHash === seen.runningHash) return null
  return `event ${seen.sequence} is not what the contract has hashed`
}
