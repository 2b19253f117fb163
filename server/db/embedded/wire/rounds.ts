import { sharesCommit } from '../commands/table.ts'
import type { Pending } from '../engine.ts'
import { Lookout } from './lookout.ts'

/** Requests of one round: bounds how long the replies of the first ones wait for the commit. */
const ROUND_MAX = 1_000

/**
 * Hands requests on in the order of their arrival: writes that arrive in the same turn of the event loop together, since
 * they share a commit, and whatever needs none at once, unless a write waits before it.
 */
export class Rounds {
  readonly #execute: (batch: Pending[]) => void
  readonly #onFault: (error: unknown) => void
  readonly #lookout = new Lookout()
  #waiting: Pending[] = []
  #isScheduled = false

  constructor(execute: (batch: Pending[]) => void, onFault: (error: unknown) => void) {
    this.#execute = execute
    this.#onFault = onFault
  }

  add(pending: Pending): void {
    this.#lookout.arrived()
    if (this.#waiting.length === 0 && !sharesCommit(pending.request.name)) return this.#run([pending])
    this.#waiting.push(pending)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#run(this.#waiting.splice(0, ROUND_MAX))
      if (this.#waiting.length > 0) this.#schedule()
    })
  }

  #run(batch: Pending[]): void {
    try {
      this.#execute(batch)
    } catch (error) {
      this.#waiting = []
      this.#onFault(error)
    }
    this.#lookout.answered()
  }
}
