import type { Readable } from 'node:stream'
import type { z } from 'zod'

/** Who an API key or session belongs to. */
export type AccountKind = 'operator' | 'brand' | 'marketplace' | 'customs' | 'seller' | 'rightsHolder'

/** The caller of a request, once its key or session was checked. `id` is the account's: a brand's domain, a marketplace's id. */
export type Caller = { readonly kind: AccountKind; readonly id: string; readonly name: string }

/** Who may call a route: everybody, whoever has a key, or accounts of these kinds. A route without one does not compile. */
export type Audience = 'public' | 'any' | readonly AccountKind[]

/** A file sent as the raw body or as the one file of a form. `stream` must be read to its end or destroyed. */
export type Upload = {
  readonly stream: Readable
  /** Media type without parameters, lower case. */
  readonly mediaType: string
  readonly fileName: string | null
  /** Text fields of the form, if it was one. */
  readonly fields: Readonly<Record<string, string>>
}

export type RequestInfo = {
  readonly requestId: string
  /** The chosen media type among the route's `produces`, by the Accept header; the first where it has one. */
  readonly accepts: string
  /** True where only the head of the answer is asked for (RFC 9110 section 9.3.2): nothing may come of it. */
  readonly isHead: boolean
  /** BCP 47 language among en, fr, zh-Hans. */
  readonly language: string
  readonly idempotencyKey: string | null
  /** Coarse network address: /24 or /48, for rate limits and scan history. */
  readonly network: string
  readonly userAgent: string
  readonly header: (name: string) => string | undefined
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal
}

/** What a route answers. Exactly one of json, text, bytes, stream, or none for an empty body. */
export type Reply = {
  readonly status: number
  readonly json?: unknown
  readonly text?: string
  readonly bytes?: Uint8Array
  readonly stream?: Readable
  /** Content type of text, bytes and stream; JSON defaults to application/json. */
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined

export type RouteInput<P, Q, B, A extends Audience> = {
  readonly params: Parsed<P>
  readonly query: Parsed<Q>
  readonly body: B extends 'upload' ? Upload : Parsed<B>
  readonly caller: A extends 'public' ? Caller | null : Caller
  readonly request: RequestInfo
}

/** One row of the route table: plain data, checked by `http/` before `run` is called. */
export type Route = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Express path, such as `/v1/batches/:id`. */
  readonly path: string
  readonly audience: Audience
  readonly summary: string
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType | 'upload'
  /** Largest body in bytes; 256 KiB unless said. */
  readonly bodyBytesMax?: number
  /** True for POSTs that create: the Idempotency-Key header is honoured, its answer replayed. */
  readonly idempotent?: boolean
  /** Media types this route can answer in, best first; JSON unless said. Chosen by Accept. */
  readonly produces?: readonly string[]
  /** Documented answers by status: a schema for JSON, or a sentence for anything else. */
  readonly responses: Readonly<Record<number, z.ZodType | string>>
  /** Cost in the caller's rate limit, 1 unless said. */
  readonly cost?: number
  /** False for pages and other routes that are not part of the API description. */
  readonly documented?: boolean
  readonly run: (input: never) => Promise<Reply>
}

/** Types a row of the route table: the schemas decide what `run` is given. */
export function route<
  const A extends Audience,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | 'upload' | undefined = undefined,
>(
  row: Omit<Route, 'audience' | 'params' | 'query' | 'body' | 'run'> & {
    readonly audience: A
    readonly params?: P
    readonly query?: Q
    readonly body?: B
    readonly run: (input: RouteInput<P, Q, B, A>) => Promise<Reply>
  },
): Route {
  return row as unknown as Route
}
