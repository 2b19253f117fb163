import { unsupported } from '../failure.ts'

/**
 * A sum of numbers that keeps what rounding takes off each step (Neumaier's summation), as MongoDB does: ten times 0.1 is
 * 1. Decimals and integers beyond 2^53 are refused, and so is a sum of integers that goes there: a double would be near it.
 */
export class Total {
  #sum = 0
  #lost = 0
  #isWhole = true

  /** Adds what is a number; says whether it was one. */
  add(value: unknown): boolean {
    if (isWide(value)) throw unsupported('A sum of decimals or integers beyond 2^53')
    if (typeof value !== 'number') return false
    const next = this.#sum + value
    if (Number.isFinite(next))
      this.#lost +=
        Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - next + value : value - next + this.#sum
    this.#sum = next
    this.#isWhole &&= Number.isSafeInteger(value)
    if (this.#isWhole && !Number.isSafeInteger(next)) throw unsupported('A sum of integers beyond 2^53')
    return true
  }

  get sum(): number {
    return Number.isFinite(this.#sum) ? this.#sum + this.#lost : this.#sum
  }
}

function isWide(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    '_bsontype' in value &&
    (value._bsontype === 'Long' || value._bsontype === 'Decimal128')
  )
}
