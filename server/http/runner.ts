import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import type { Request, RequestHandler, Response } from 'express'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { type Authenticator, admit, callerOf } from './auth.ts'
import { openUpload, readBody } from './body.ts'
import { type IdempotencyStore, once } from './idempotency.ts'
import type { RateLimits } from './limits.ts'
import { parseInput } from './parse.ts'
import { problemOf, statusOf } from './problem.ts'
import { requestInfoOf } from './request-info.ts'
import type { Caller, Reply, RequestInfo, Route, Upload } from './route.ts'

export type RunnerDeps = {
  readonly authenticator: Authenticator
  readonly idempotency: IdempotencyStore
  readonly limits: RateLimits
  readonly clock: Clock
  readonly log: Logger
  /** HTML for a problem, where a browser asked; null sends JSON. */
  readonly errorPage:
    | ((problem: { status: number; title: string; detail: string }, language: string) => string)
    | null
}

const UPLOAD_BYTES_MAX = 512 * 1024 * 1024

/** Turns a row of the route table into an Express handler: who, how often, what; then the row's own two steps. */
export function handlerOf(row: Route, deps: RunnerDeps): RequestHandler {
  return async (req, res) => {
    const request = requestInfoOf(req, res, row)
    try {
      const caller = await callerOf(req, deps.authenticator)
      await deps.limits.take({ caller, network: request.network, cost: row.cost ?? 1 })
      admit(row.audience, caller)
      await send(res, await answer(row, deps, { req, res, request, caller }), request)
    } catch (error) {
      sendProblem(res, error, request, deps)
    }
  }
}

type Call = {
  readonly req: Request
  readonly res: Response
  readonly request: RequestInfo
  readonly caller: Caller | null
}

async function answer(row: Route, deps: RunnerDeps, call: Call): Promise<Reply> {
  const body = await bodyOf(row, call)
  const input = parseInput(row, { params: call.req.params, query: call.req.query, body })
  const run = () => row.run({ ...input, caller: call.caller, request: call.request } as never)
  const key = call.request.idempotencyKey
  if (row.idempotent !== true || row.body === 'upload' || key === null) return run()
  const scope = call.caller ? `${call.caller.kind}:${call.caller.id}` : `public:${call.request.network}`
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([call.req.method, call.req.path, body ?? null]))
    .digest('hex')
  const onError = (error: unknown) => ({
    status: statusOf(error),
    json: problemOf(error, call.request.requestId),
  })
  return once(deps.idempotency, deps.clock, { id: `${scope}:${row.path}:${key}`, fingerprint }, run, onError)
}

async function bodyOf(row: Route, { req, res }: Call): Promise<unknown | Upload> {
  if (row.body === undefined) return undefined
  if (row.body === 'upload') return openUpload(req, res, row.bodyBytesMax ?? UPLOAD_BYTES_MAX)
  return readBody(req, res, row.bodyBytesMax)
}

async function send(res: Response, reply: Reply, request: RequestInfo): Promise<void> {
  res.status(reply.status)
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value)
  if (reply.json !== undefined) {
    res.setHeader('Content-Type', reply.type ?? 'application/json; charset=utf-8')
    res.end(JSON.stringify(reply.json))
  } else if (reply.text !== undefined) {
    res.setHeader('Content-Type', reply.type ?? 'text/plain; charset=utf-8')
    res.end(reply.text)
  } else if (reply.bytes !== undefined) {
    res.setHeader('Content-Type', reply.type ?? 'application/octet-stream')
    res.end(reply.bytes)
  } else if (reply.stream !== undefined) {
    res.setHeader('Content-Type', reply.type ?? 'application/octet-stream')
    await pipeline(reply.stream, res, { signal: request.signal })
  } else {
    res.end()
  }
}

function sendProblem(res: Response, error: unknown, request: RequestInfo, deps: RunnerDeps): void {
  const problem = problemOf(error, request.requestId)
  if (res.headersSent || res.destroyed) {
    if (!request.signal.aborted)
      deps.log.warn({ requestId: request.requestId, err: error }, 'answer cut short')
    res.destroy()
    return
  }
  if (problem.status === 500) deps.log.error({ requestId: request.requestId, err: error }, 'request failed')
  if (problem.status === 503)
    deps.log.warn({ requestId: request.requestId, err: error }, 'request not served')
  if (problem.status === 401) res.setHeader('WWW-Authenticate', 'Bearer')
  if (problem.status === 429 || problem.status === 503) res.setHeader('Retry-After', retryAfterOf(error))
  res.status(problem.status)
  if (request.accepts === 'text/html' && deps.errorPage) {
    res.setHeader('Content-Type', 'text/html; charset=utf-8')
    res.end(deps.errorPage(problem, request.language))
    return
  }
  res.setHeader('Content-Type', 'application/problem+json; charset=utf-8')
  res.end(JSON.stringify(problem))
}

function retryAfterOf(error: unknown): string {
  const seconds = error instanceof AppError ? Number(error.data['retryAfterSeconds'] ?? 1) : 1
  return String(Math.max(1, Math.ceil(seconds)))
}
