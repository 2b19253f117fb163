import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'

/** A caller that works with each answer before it asks again comes back within this time. */
const GAP_MS_MAX = 0.3
/** A turn of the loop with nothing to do takes a few microseconds; after this long another thread had the core. */
const TURN_MS_MAX = 0.05
/** So many answers are looked at together: where more than this part of them met another thread, the loop rests. */
const ANSWERS = 64
const DISTURBED_MAX = 16
const REST_MS = 100

/** The loop that is kept turning, with a clock that knows microseconds. */
export type Loop = {
  readonly cores: number
  nowMs(): number
  next(turn: () => void): void
}

const THIS_LOOP: Loop = {
  cores: availableParallelism(),
  nowMs: () => performance.now(),
  next: (turn) => void setImmediate(turn),
}

/**
 * Keeps the event loop turning for a moment after an answer instead of letting the thread sleep, where the request before
 * came just as soon after the answer before it. Waking a thread that sleeps costs a caller who asks one thing after the
 * other more than its question does, on a virtual machine above all. A request that comes by itself starts no waiting,
 * and where other threads want the core the loop sleeps as ever.
 */
export class Lookout {
  readonly #loop: Loop
  #answeredMs = Number.NEGATIVE_INFINITY
  #turnedMs = 0
  #restUntilMs = 0
  #isExpected = false
  #isTurning = false
  #answers = 0
  #disturbed = 0

  constructor(loop: Loop = THIS_LOOP) {
    this.#loop = loop
  }

  arrived(): void {
    const nowMs = this.#loop.nowMs()
    this.#isExpected =
      this.#loop.cores > 1 && nowMs - this.#answeredMs < GAP_MS_MAX && nowMs > this.#restUntilMs
  }

  answered(): void {
    const nowMs = this.#loop.nowMs()
    this.#answeredMs = nowMs
    this.#turnedMs = nowMs
    if (++this.#answers === ANSWERS) {
      if (this.#disturbed > DISTURBED_MAX) this.#restUntilMs = nowMs + REST_MS
      this.#answers = 0
      this.#disturbed = 0
    }
    if (!this.#isExpected || this.#isTurning) return
    this.#isTurning = true
    this.#loop.next(this.#turn)
  }

  readonly #turn = (): void => {
    const nowMs = this.#loop.nowMs()
    if (nowMs - this.#turnedMs > TURN_MS_MAX) this.#disturbed++
    this.#turnedMs = nowMs
    this.#isTurning = this.#isExpected && nowMs - this.#answeredMs < GAP_MS_MAX
    if (this.#isTurning) this.#loop.next(this.#turn)
  }
}
