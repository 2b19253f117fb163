/** Whatever holds a resource until it is closed. */
export type Closable = { close(): Promise<void> | void }

/** Opened parts, closed in reverse order of opening, also when opening fails half-way. */
export class CloseStack {
  readonly #opened: Closable[] = []

  add<T extends Closable>(part: T): T {
    this.#opened.push(part)
    return part
  }

  /** Closes everything; the first failure is thrown after all were tried. */
  async closeAll(): Promise<void> {
    const failures: unknown[] = []
    for (let part = this.#opened.pop(); part; part = this.#opened.pop()) {
      try {
        await part.close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
