type Waiting<T, R> = {
  readonly value: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

export type GatherOptions = {
  /** Questions in one group, at most. */
  readonly groupMax: number
  /** Groups under way at once; while that many are, questions gather for the next. */
  readonly underWayMax?: number
}

/**
 * Answers single questions by asking many at once, without waiting for more to come: while a group is under way, the
 * next gathers. A lone question is asked in the same turn of the event loop; under load one round trip serves many.
 * `ask` gives one result a value, in order; where it fails, everybody in the group is told.
 */
export function gathered<T, R>(
  ask: (values: T[]) => Promise<readonly R[]>,
  { groupMax, underWayMax = 1 }: GatherOptions,
): (value: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = []
  let underWay = 0
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting.slice(0, groupMax)
      waiting = waiting.slice(groupMax)
      await answer(group, ask)
    }
    underWay -= 1
  }
  return (value) =>
    new Promise((resolve, reject) => {
      waiting.push({ value, resolve, reject })
      if (underWay >= underWayMax) return
      underWay += 1
      // After the current turn, so that questions of one turn share a group.
      setImmediate(() => void drain())
    })
}

async function answer<T, R>(
  group: readonly Waiting<T, R>[],
  ask: (values: T[]) => Promise<readonly R[]>,
): Promise<void> {
  try {
    const results = await ask(group.map((one) => one.value))
    group.forEach((one, i) => {
      one.resolve(results[i] as R) // one result a value, as `ask` promises
    })
  } catch (error) {
    for (const one of group) one.reject(error)
  }
}
