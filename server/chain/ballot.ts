import { type AppError, isAppError } from '../kernel/errors.ts'
import { essence, refusalKey } from './agreement.ts'
import type { Endpoint } from './endpoint.ts'
import type { QuorumParts } from './quorum.ts'
import { unreachable } from './rpc.ts'

/** What one endpoint said: a result, a refusal of the call, or nothing usable. */
export type Answer<T> =
  | { readonly ok: true; readonly endpoint: Endpoint; readonly value: T }
  | { readonly ok: false; readonly endpoint: Endpoint; readonly refusal: AppError | null }

/** How long the last endpoints are waited for once enough of them have answered. */
const GRACE_MS = 100

async function answerOf<T>(endpoint: Endpoint, ask: (one: Endpoint) => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, endpoint, value: await ask(endpoint) }
  } catch (error) {
    return { ok: false, endpoint, refusal: isAppError(error, 'chain.rejected') ? error : null }
  }
}

/** What the endpoints said: all of them, or those that did so soon after there were enough. */
export function gathered<T>(
  { endpoints, needed }: QuorumParts,
  ask: (endpoint: Endpoint) => Promise<T>,
): Promise<Answer<T>[]> {
  return new Promise((resolve) => {
    const answers: Answer<T>[] = []
    let timer: NodeJS.Timeout | undefined
    const take = (answer: Answer<T>): void => {
      answers.push(answer)
      if (answers.length === endpoints.length) finish()
      else if (timer === undefined && answers.filter((one) => one.ok).length >= needed)
        timer = setTimeout(finish, GRACE_MS)
    }
    const finish = (): void => {
      clearTimeout(timer)
      resolve([...answers])
    }
    for (const endpoint of endpoints) void answerOf(endpoint, ask).then(take)
  })
}

/**
 * The answer that enough endpoints gave alike, as soon as they have; a refusal that enough of them gave alike is thrown.
 * An endpoint whose result the others contradict is outvoted. Throws `chain.unreachable` where too few agree.
 */
export function ballot(
  { endpoints, needed }: QuorumParts,
  method: string,
  params: readonly unknown[],
  given?: readonly Answer<unknown>[],
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const votes = new Map<string, Answer<unknown>[]>()
    let open = endpoints.length
    let won: string | null = null
    const take = (answer: Answer<unknown>): void => {
      open -= 1
      const key = keyOf(method, answer)
      const alike = key === null ? [] : [...(votes.get(key) ?? []), answer]
      if (key !== null) votes.set(key, alike)
      if (won === null && key !== null && alike.length >= needed) {
        won = key
        settle(answer)
      }
      if (open === 0 && won === null) reject(unreachable(`the endpoints do not agree on ${method}`))
      if (open === 0 && won !== null) blame(votes, won, method)
    }
    const settle = (answer: Answer<unknown>): void => {
      if (answer.ok) resolve(essence(method, answer.value))
      else reject(answer.refusal)
    }
    if (given) for (const answer of given) take(answer)
    else for (const one of endpoints) void answerOf(one, (e) => e.call<unknown>(method, params)).then(take)
    if (given && won === null) reject(unreachable(`the endpoints do not agree on ${method}`))
  })
}

/** Null where an endpoint said nothing that counts. */
function keyOf(method: string, answer: Answer<unknown>): string | null {
  if (answer.ok) return `is ${JSON.stringify(essence(method, answer.value))}`
  return answer.refusal === null ? null : refusalKey(answer.refusal)
}

/** Who has nothing yet, or refused, may only be behind; who has something else than the others is wrong. */
function blame(votes: ReadonlyMap<string, readonly Answer<unknown>[]>, won: string, method: string): void {
  if (!won.startsWith('is ') || won === 'is null') return
  for (const [key, answers] of votes) {
    if (key === won || key === 'is null') continue
    for (const { ok, endpoint } of answers) if (ok) endpoint.outvote(method)
  }
}
