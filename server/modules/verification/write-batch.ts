type Waiting<T> = { readonly value: T; readonly done: () => void; readonly fail: (error: unknown) => void }

/**
 * Writes values in batches without waiting for more: while one batch is being written, the next gathers. A lone value is
 * written at once; under load one durable write carries many. The promise resolves when the value's own batch is durable.
 */
export function createWriteBatch<T>(
  write: (values: T[]) => Promise<void>,
  batchMax: number,
): (value: T) => Promise<void> {
  let waiting: Waiting<T>[] = []
  let writing = false
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax)
      waiting = waiting.slice(batchMax)
      try {
        await write(batch.map((w) => w.value))
        for (const w of batch) w.done()
      } catch (error) {
        for (const w of batch) w.fail(error)
      }
    }
    writing = false
  }
  const start = (): void => {
    if (writing) return
    writing = true
    // After the current turn of the event loop, so that values of one turn share a batch.
    setImmediate(() => void drain())
  }
  return (value) =>
    new Promise((done, fail) => {
      waiting.push({ value, done, fail })
      start()
    })
}
