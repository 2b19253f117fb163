import type { LineError } from '../types.ts'
import { ERRORS_LISTED_MAX } from './limits.ts'

/** The faults of a file: all are counted, the first thousand by line are listed. */
export class ErrorList {
  #errors: LineError[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  add(error: LineError): void {
    this.#count += 1
    this.#errors.push(error)
    // A duplicate adds an error to an earlier line, so the list is cut by line and not by arrival.
    if (this.#errors.length >= 2 * ERRORS_LISTED_MAX) this.#errors = this.listed()
  }

  listed(): LineError[] {
    return this.#errors.sort((a, b) => a.line - b.line).slice(0, ERRORS_LISTED_MAX)
  }
}
