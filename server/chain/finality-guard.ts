import type { Hex } from '../kernel/bytes.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { FinalBlock, FinalityStore } from './finality.store.ts'
import type { Head, RpcBlock } from './head.ts'
import { unreachable } from './rpc.ts'

/**
 * Remembers the newest final block, also over restarts, and compares it with the chain each time the newest block is
 * asked for. A chain that has another block in its place went back on its word: nothing is answered from it, because
 * nobody can know which of the two histories will stand, until the first is back or an operator decides.
 *
 * No block counts as final before its hash is kept: what the rule of finality says at one look is read and kept at the
 * next. So everything that was ever called final is watched over.
 */
export type FinalityGuard = {
  /** Reads what an earlier process knew. */
  ready(): Promise<void>
  /** Numbers of the blocks to ask for beside the newest. */
  watched(): number[]
  /** Throws `chain.finality_broken`, or `chain.unreachable` while the chain is behind what was seen before. */
  check(seen: Seen): Promise<void>
  /** Number of the newest final block known; -1 before the first. */
  finalNumber(): number
  /** What stands against what, while it does. */
  conflict(): FinalityConflict | null
}

export type FinalityConflict = { readonly number: number; readonly was: Hex; readonly is: Hex | null }

type Seen = {
  readonly number: number
  readonly chainId: number
  /** The newest block of the look before. */
  readonly before: Head | null
  /** The newest block that is final by the rule; -1 where none is. */
  readonly finalNumber: number
  readonly watched: readonly (RpcBlock | null)[]
}

export type GuardOptions = {
  readonly store: FinalityStore
  readonly clock: Clock
  /**
   * How long a chain that is behind what was seen before is not believed: one node of several may lag, or be stale.
   * Beyond this, and above what is final, it is a rollback.
   */
  readonly behindGraceMs: number
}

export function createFinalityGuard(options: GuardOptions): FinalityGuard {
  return new Guard(options)
}

class Guard implements FinalityGuard {
  readonly #o: GuardOptions
  #loading: Promise<void> | null = null
  #final: FinalBlock | null = null
  /** Final by the rule as of the last look; its hash is asked for at the next. */
  #next = -1
  #conflict: FinalityConflict | null = null
  #behindSinceMs: number | null = null

  constructor(options: GuardOptions) {
    this.#o = options
  }

  finalNumber(): number {
    return this.#final?.number ?? -1
  }

  conflict(): FinalityConflict | null {
    return this.#conflict
  }

  ready(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = null
      throw error
    })
    return this.#loading
  }

  async #load(): Promise<void> {
    this.#final = await this.#o.store.newest()
  }

  /** The known block comes last: if the chain changes between the answers of one request, it is seen to have changed. */
  watched(): number[] {
    const known = this.finalNumber()
    return [...(this.#next > known ? [this.#next] : []), ...(known >= 0 ? [known] : [])]
  }

  async check({ number, chainId, before, finalNumber, watched }: Seen): Promise<void> {
    const known = this.#final
    if (known !== null && number < known.number)
      throw unreachable(`the newest block is ${number}, but block ${known.number} was final before`)
    this.#refuseOther(known, watched)
    this.#refuseBehind(number, before)
    const next = watched.find((block) => block !== null && Number(block.number) === this.#next)
    this.#next = finalNumber
    if (!next || Number(next.number) <= this.finalNumber() || Number(next.number) > number) return
    const final = { chainId, number: Number(next.number), hash: next.hash }
    await this.#o.store.keep(final)
    this.#final = final
  }

  #refuseOther(known: FinalBlock | null, watched: Seen['watched']): void {
    if (known === null) return
    const same = watched.filter((block) => block !== null && Number(block.number) === known.number)
    const other = same.find((block) => block?.hash !== known.hash)
    if (same.length > 0 && other === undefined) {
      this.#conflict = null
      return
    }
    const is = other?.hash ?? null
    if (is === null) throw unreachable(`the endpoint does not know block ${known.number}, which was final`)
    this.#conflict = { number: known.number, was: known.hash, is }
    throw new AppError(
      'chain.finality_broken',
      `block ${known.number} was final as ${known.hash} and is ${is} now`,
      this.#conflict,
    )
  }

  #refuseBehind(number: number, before: Head | null): void {
    if (before === null || number >= before.block.blockNumber) {
      this.#behindSinceMs = null
      return
    }
    const nowMs = this.#o.clock.nowMs()
    this.#behindSinceMs ??= nowMs
    if (nowMs - this.#behindSinceMs < this.#o.behindGraceMs)
      throw unreachable(`the newest block is ${number}, but ${before.block.blockNumber} was seen before`)
  }
}
