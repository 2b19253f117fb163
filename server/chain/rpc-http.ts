import { type Dispatcher, request } from 'undici'
import { AppError, messageOf } from '../kernel/errors.ts'

export type RpcRequest = { readonly id: number; readonly method: string; readonly params: readonly unknown[] }
export type RpcError = { readonly code?: number; readonly message?: string; readonly data?: unknown }
export type RpcAnswer = { readonly id?: number; readonly result?: unknown; readonly error?: RpcError }

/** Largest answer read, in bytes; a node that sends more is cut off. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024

type Post = {
  readonly url: string
  readonly agent: Dispatcher
  readonly timeoutMs: number
  readonly requests: readonly RpcRequest[]
}

/** Posts the calls in one HTTP request; answers by id. Throws `chain.unreachable` whatever goes wrong below JSON-RPC. */
export async function postBatch(post: Post): Promise<Map<number, RpcAnswer>> {
  try {
    const calls = post.requests.map((r) => ({ jsonrpc: '2.0', id: r.id, method: r.method, params: r.params }))
    const answer = await request(post.url, {
      dispatcher: post.agent,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(calls.length === 1 ? calls[0] : calls),
      signal: AbortSignal.timeout(post.timeoutMs),
    })
    const parsed: unknown = JSON.parse(await readBounded(answer.body))
    return byId(parsed, answer.statusCode)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('chain.unreachable', `The chain cannot be reached: ${messageOf(cause)}`, {}, { cause })
  }
}

async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > ANSWER_BYTES_MAX) throw new Error(`the answer is larger than ${ANSWER_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function byId(parsed: unknown, statusCode: number): Map<number, RpcAnswer> {
  const list = Array.isArray(parsed) ? parsed : [parsed]
  const answers = new Map<number, RpcAnswer>()
  for (const one of list as (RpcAnswer | null)[]) {
    if (one !== null && typeof one === 'object' && typeof one.id === 'number') answers.set(one.id, one)
  }
  if (answers.size === 0) throw new Error(`no JSON-RPC answer (HTTP ${statusCode})`)
  return answers
}
