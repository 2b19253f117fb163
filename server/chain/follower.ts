import type { ChainEvents } from '../kernel/chain-facts.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { readBlock } from './blocks.ts'
import { type BrandHeads, createBrandHeads } from './brand-heads.ts'
import type { ContractAddresses } from './contracts.ts'
import type { FollowerStore } from './follower.store.ts'
import { readStretch, STRETCH_BLOCKS } from './follower-chain.ts'
import { eventFeed } from './follower-feed.ts'
import { type FollowerStep, removalOf, type StepHead, standing } from './follower-step.ts'
import type { Head, Heads } from './head.ts'
import type { Rpc } from './rpc.ts'

export type FollowerOptions = {
  readonly store: FollowerStore
  readonly rpc: Rpc
  readonly heads: Heads
  readonly clock: Clock
  readonly log: Logger
  /** The contracts and the block the first was deployed in; null until they are deployed. */
  readonly deployed: () => { readonly addresses: ContractAddresses; readonly fromBlock: number } | null
  /**
   * How long an endpoint may be behind what was seen before that counts as a rollback: 0 on the embedded chain, which
   * does go back when it dies; some seconds where one of several nodes behind an address may lag.
   */
  readonly behindGraceMs: number
  /** Whether final blocks are never taken back; false on the embedded chain, which may lose its newest blocks. */
  readonly isFinalForGood: boolean
  /** Told the last block number that still stands, before the removal is complete. */
  readonly onRollback: (standingNumber: number) => void
}

export type FollowerHealth = {
  readonly blockNumber: number | null
  readonly lastSequence: number
  readonly rollbacks: number
  /** Blocks taken back although they counted as final. */
  readonly finalBlocksLost: number
  /** Brands whose events have a gap, because an endpoint withholds a log; it goes when the log was told. */
  readonly gaps: readonly string[]
}

export type Follower = {
  readonly events: ChainEvents
  /** Follows the chain up to its newest block. */
  run(signal: AbortSignal): Promise<void>
  health(): FollowerHealth
}

/** Steps kept although they have no events, and blocks that can be rolled back one by one. */
const HISTORY_MAX = 10_000
const PRUNE_EVERY = 1_000
/** This many of the newest blocks are followed one by one; older ones are final and read in stretches. */
const SINGLE_BLOCKS = 64

/**
 * Follows the registries' events block by block, and takes back what a reorganisation removed. It takes back nothing that
 * was final, and goes past no event that is missing from a brand's own count: it fails, is seen to fail in health, and
 * asks again.
 */
export function createFollower(options: FollowerOptions): Follower {
  return new BlockFollower(options)
}

class BlockFollower implements Follower {
  readonly events: ChainEvents
  readonly #o: FollowerOptions
  readonly #brands: BrandHeads
  readonly #listeners = new Set<() => void>()
  #loaded = false
  #stack: StepHead[] = []
  #last = { id: 0, lastSequence: 0 }
  #finalSeen = -1
  #behindSinceMs: number | null = null
  #rollbacks = 0
  #finalBlocksLost = 0
  /** From this block on everything is read again, to fill in what was withheld. */
  #rereadFrom: number | null = null

  constructor(options: FollowerOptions) {
    this.#o = options
    this.#brands = createBrandHeads(options.store, options.log)
    this.events = eventFeed(options.store, this.#listeners)
  }

  health(): FollowerHealth {
    return {
      blockNumber: this.#top?.number ?? null,
      lastSequence: this.#last.lastSequence,
      rollbacks: this.#rollbacks,
      finalBlocksLost: this.#finalBlocksLost,
      gaps: this.#brands.gaps(),
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    if (this.#o.deployed() === null) return
    if (!this.#loaded) await this.#load()
    const lostBefore = this.#finalBlocksLost
    try {
      await this.#catchUp(signal)
    } finally {
      const blocks = this.#finalBlocksLost - lostBefore
      const standing = this.#top?.number ?? null
      if (blocks > 0) this.#o.log.error({ blocks, standing }, 'the chain took back blocks that were final')
    }
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    let head = await this.#o.heads.fresh(0)
    if (this.#brands.gaps().length > 0) await this.#planReread(head)
    while (!signal.aborted && (this.#rereadFrom !== null || this.#top?.hash !== head.block.blockHash)) {
      if (!(await this.#move(head))) return
      head = await this.#o.heads.fresh(this.#o.behindGraceMs === 0 ? 0 : 1_000)
    }
    this.#behindSinceMs = null
    if (!signal.aborted) await this.#audit(head)
    this.#noteFinal(head)
  }

  /** Called where the newest block seen is on the chain of this head: then all below what is final there is. */
  #noteFinal(head: Head): void {
    this.#finalSeen = Math.max(this.#finalSeen, Math.min(head.finalNumber, this.#top?.number ?? -1))
  }

  /** Once what was seen reaches the newest block. */
  async #audit(head: Head): Promise<void> {
    const registry = this.#o.deployed()?.addresses.ItemRegistry
    if (registry !== undefined) await this.#brands.audit(this.#o.rpc, { registry, ...head.block })
  }

  /** Blocks are read again only once the endpoint tells what it withheld, and while they can be taken back one by one. */
  async #planReread(head: Head): Promise<void> {
    const deployed = this.#o.deployed()
    const oldest = this.#stack[0]
    if (deployed === null || oldest === undefined) return
    const { addresses, fromBlock } = deployed
    const at = { registry: addresses.ItemRegistry, ...head.block, fromBlock }
    const from = await this.#brands.rereadFrom(this.#o.rpc, at)
    if (from !== null && (oldest.id === 1 || from > oldest.number)) this.#rereadFrom = from
  }

  get #top(): StepHead | undefined {
    return this.#stack.at(-1)
  }

  /** One step back or forth; false when nothing can be done before the chain or the store changed. */
  async #move(head: Head): Promise<boolean> {
    const top = this.#top
    if (this.#rereadFrom !== null && top !== undefined && top.number >= this.#rereadFrom)
      return this.#takeBack(top)
    this.#rereadFrom = null
    if (top === undefined || (await this.#isCanonical(top, head))) {
      this.#noteFinal(head)
      return this.#stepForward(top, head)
    }
    if (top.number > head.block.blockNumber && this.#mayBeBehind()) return false
    return this.#stepBack(top)
  }

  async #isCanonical(top: StepHead, head: Head): Promise<boolean> {
    if (top.number > head.block.blockNumber) return false
    if (top.number === head.block.blockNumber) return top.hash === head.block.blockHash
    if (top.number + 1 === head.block.blockNumber) return top.hash === head.parentHash
    return (await readBlock(this.#o.rpc, top.number))?.hash === top.hash
  }

  #mayBeBehind(): boolean {
    const nowMs = this.#o.clock.nowMs()
    this.#behindSinceMs ??= nowMs
    return nowMs - this.#behindSinceMs < this.#o.behindGraceMs
  }

  async #stepForward(top: StepHead | undefined, head: Head): Promise<boolean> {
    const deployed = this.#o.deployed()
    if (deployed === null) return false
    const from = top === undefined ? Math.min(deployed.fromBlock, head.block.blockNumber) : top.number + 1
    const settled = Math.min(head.finalNumber, head.block.blockNumber - SINGLE_BLOCKS)
    const to = settled > from ? Math.min(from + STRETCH_BLOCKS - 1, settled) : from
    const stretch = await readStretch(this.#o.rpc, {
      from,
      to,
      parentHash: top?.hash ?? null,
      addresses: deployed.addresses,
    })
    if (stretch === null) return true
    const { events, ...block } = stretch
    const linked = this.#brands.link(events)
    if (linked === null) {
      const message = `events up to block ${block.number} are missing or altered`
      throw new AppError('chain.events_withheld', message, { gaps: this.#brands.gaps() })
    }
    const lastSequence = this.#last.lastSequence + linked.length
    const { chainId } = head.block
    return this.#append({
      ...block,
      id: this.#last.id + 1,
      chainId,
      change: 'added',
      lastSequence,
      removes: null,
      events: linked,
    })
  }

  async #stepBack(top: StepHead): Promise<boolean> {
    const isFinal = top.number <= this.#finalSeen
    if (isFinal && this.#o.isFinalForGood) {
      const { number, hash } = top
      const message = `block ${number} was final and is not on the chain now`
      throw new AppError('chain.finality_broken', message, { number, was: hash })
    }
    if (isFinal) this.#finalBlocksLost += 1
    this.#rollbacks += 1
    return this.#takeBack(top)
  }

  async #takeBack(top: StepHead): Promise<boolean> {
    const step = await this.#o.store.step(top.id)
    if (step === null)
      throw new AppError('chain.history_lost', `step ${top.id} of the chain history is missing`, {
        step: top.id,
      })
    this.#o.onRollback(this.#stack.at(-2)?.number ?? -1)
    return this.#append(removalOf(step, this.#last))
  }

  async #append(step: FollowerStep): Promise<boolean> {
    if (!(await this.#o.store.append(step))) {
      this.#loaded = false
      return false
    }
    const { events, ...head } = step
    if (step.change === 'added') this.#stack.push(head)
    else this.#stack.pop()
    if (this.#stack.length > HISTORY_MAX) this.#stack.shift()
    this.#brands.apply(step)
    this.#last = { id: step.id, lastSequence: step.lastSequence }
    if (step.id % PRUNE_EVERY === 0) await this.#o.store.prune(step.id - HISTORY_MAX)
    if (events.length > 0) for (const listener of this.#listeners) listener()
    return true
  }

  async #load(): Promise<void> {
    const steps = await this.#o.store.newest(HISTORY_MAX)
    this.#stack = standing(steps)
    this.#last = steps.at(-1) ?? { id: 0, lastSequence: 0 }
    await this.#brands.load()
    this.#loaded = true
  }
}
