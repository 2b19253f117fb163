import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import helmet from 'helmet'
import { AppError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { POLICY } from './policy.ts'
import type { Route } from './route.ts'
import { handlerOf, type RunnerDeps } from './runner.ts'

export type HttpDeps = RunnerDeps & { readonly trustedProxies: number; readonly observe: RequestHandler }

export type HttpEdge = {
  /** Starts to listen; gives the port (useful with port 0). */
  listen(port: number, host: string): Promise<number>
  /** Stops accepting, lets requests under way finish within the bound, then cuts them. */
  close(): Promise<void>
}

const HEADERS_MS = 20_000
/** An upload of the largest batch over a slow line. */
const REQUEST_MS = 15 * 60_000
const KEEP_ALIVE_MS = 65_000
const DRAIN_MS = 10_000

/** The Express application over the route table. */
export function buildHttp(routes: readonly Route[], deps: HttpDeps): HttpEdge {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  app.set('trust proxy', deps.trustedProxies)
  app.use(securityHeaders())
  app.use(deps.observe)
  for (const row of routes) app[row.method](row.path, handlerOf(row, deps))
  for (const [path, methods] of methodsByPath(routes))
    app.all(path, handlerOf(methodNotAllowedRow(path, methods), deps))
  app.use(handlerOf(notFoundRow, deps))
  app.use(lastResort(deps.log))
  return edgeOf(app)
}

/**
 * The headers helmet sets, which are the same for every answer: asked of it once, since asking for each request is 4 % of
 * a verdict. Their Content-Security-Policy is the one of `policy.ts`.
 */
function securityHeaders(): RequestHandler {
  const headers: [string, string][] = []
  const recorder = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader() {},
  }
  helmetHandler()({} as Request, recorder as unknown as Response, (error) => {
    if (error) throw error
  })
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value)
    next()
  }
}

function helmetHandler(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: POLICY,
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
  })
}

/** Answers what no row matches. */
const notFoundRow: Route = {
  method: 'get',
  path: '*',
  audience: 'public',
  summary: 'whatever no other row answers',
  produces: ['application/json', 'text/html'],
  responses: {},
  run: async () => {
    throw new AppError('request.not_found', 'there is nothing at this address; the API is described at /docs')
  },
}

/** A path that exists with other methods answers 405 and names them (RFC 9110 section 15.5.6). */
function methodNotAllowedRow(path: string, methods: readonly string[]): Route {
  const allow = methods.map((method) => method.toUpperCase()).join(', ')
  return {
    ...notFoundRow,
    path,
    run: async () => {
      throw new AppError('request.method_not_allowed', `this address takes ${allow}`, { allow })
    },
  }
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const row of routes) found.set(row.path, [...(found.get(row.path) ?? []), row.method])
  return found
}

function lastResort(log: Logger): express.ErrorRequestHandler {
  return (error, _req, res, _next) => {
    log.warn({ err: error }, 'request could not be read')
    if (res.headersSent) {
      res.destroy()
      return
    }
    res.status(400).type('application/problem+json')
    res.end(
      JSON.stringify({
        type: 'urn:cachet:problem:request.malformed',
        title: 'The request could not be understood',
        status: 400,
        code: 'request.malformed',
      }),
    )
  }
}

function edgeOf(app: Express): HttpEdge {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    app,
  )
  return {
    listen: (port, host) => listen(server, port, host),
    close: () => drain(server),
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE'
          ? 'is in use: stop the other program or choose another with --port'
          : `cannot be used (${cause.message})`
      reject(new AppError('config.invalid', `port ${port} on ${host} ${why}`, { port, host }, { cause }))
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
