import { messageOf } from '../../kernel/errors.ts'
import { type Ask, EndpointError } from '../../offline/endpoint.ts'

const TIMEOUT_MS = 8_000

type Waiting = {
  readonly call: {
    readonly jsonrpc: '2.0'
    readonly id: number
    readonly method: string
    readonly params: unknown
  }
  resolve(result: unknown): void
  reject(error: EndpointError): void
}
type Answer = {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: { readonly message?: unknown }
}

/** JSON-RPC over fetch. `together` sends the calls of one moment in one request, which not every endpoint takes. */
export function endpointAsk(url: string, { together }: { readonly together: boolean }): Ask {
  let waiting: Waiting[] = []
  let count = 0
  const flush = (): void => {
    const batch = waiting
    waiting = []
    if (together) void send(url, batch)
    else for (const one of batch) void send(url, [one])
  }
  return (method, params) =>
    new Promise((resolve, reject) => {
      count += 1
      if (waiting.length === 0) setTimeout(flush)
      waiting.push({ call: { jsonrpc: '2.0', id: count, method, params }, resolve, reject })
    })
}

async function send(url: string, batch: readonly Waiting[]): Promise<void> {
  try {
    const calls = batch.map((one) => one.call)
    const answers = await posted(url, calls.length === 1 ? calls[0] : calls)
    for (const one of batch)
      settle(
        one,
        answers.find((answer) => answer.id === one.call.id),
      )
  } catch (error) {
    for (const one of batch) one.reject(new EndpointError(messageOf(error).slice(0, 200)))
  }
}

async function posted(url: string, body: unknown): Promise<Answer[]> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!answer.ok) throw new TypeError(`HTTP ${answer.status}`)
  const value: unknown = await answer.json()
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'object' && one !== null)
}

function settle(one: Waiting, answer: Answer | undefined): void {
  if (answer === undefined) one.reject(new EndpointError(`no answer to ${one.call.method}`))
  else if (answer.error)
    one.reject(new EndpointError(`${one.call.method}: ${String(answer.error.message).slice(0, 200)}`))
  else one.resolve(answer.result)
}
