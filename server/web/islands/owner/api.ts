import type { Hex } from '../../../kernel/bytes.ts'
import type { TypedMessage } from './typed-data.ts'

/** The service said no, and why. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: string

  constructor(code: string, detail: string) {
    super(detail)
    this.code = code
  }
}

export type Item = { readonly gtin: string; readonly serial: string }
export type SigningRequest = {
  readonly signer: { readonly role: string; readonly account: Hex }
  readonly itemId: Hex
  readonly typedData: TypedMessage
  readonly nonce: number
  readonly deadline: number
}
export type Act = {
  readonly id: string
  readonly status: string
  readonly transactionHash: string | null
  readonly error: { readonly code: string; readonly message: string } | null
}

const TIMEOUT_MS = 60_000
const LOOK_EVERY_MS = 800
const LOOKS_MAX = 150

export async function call<T>(path: string, body?: unknown): Promise<T> {
  const answer = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const json = (await answer.json()) as T & { code?: string; detail?: string }
  if (!answer.ok) throw new Refused(json.code ?? '', json.detail ?? `HTTP ${answer.status}`)
  return json
}

/** Waits until an act is on the chain for good. Throws `Refused` where the chain did not take it. */
export async function settled(act: Act): Promise<Act> {
  let now = act
  for (let i = 0; i < LOOKS_MAX && now.status !== 'final'; i++) {
    if (now.status === 'failed') throw new Refused(now.error?.code ?? '', now.error?.message ?? '')
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    now = await call<Act>(`/v1/ownership-acts/${act.id}`)
  }
  return now
}
