import type { RequestHandler } from 'express'
import { Counter, Histogram, Registry } from 'prom-client'
import type { Logger } from '../kernel/log.ts'

/** Latency classes in seconds, around what a scan and an upload take. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

export type Metrics = {
  readonly registry: Registry
  /** Counts and times every request by route; writes its one log line. */
  readonly observe: RequestHandler
}

/** Prometheus metrics of the edge (RED: rate, errors, duration), by method, route pattern and status class. */
export function createMetrics(log: Logger): Metrics {
  const registry = new Registry()
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered',
    labelNames,
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'http_request_seconds',
    help: 'Time to answer',
    labelNames: ['method', 'route'],
    buckets: BUCKETS,
    registers: [registry],
  })
  const observe: RequestHandler = (req, res, next) => {
    const startedMs = performance.now()
    res.once('close', () => {
      const ms = performance.now() - startedMs
      const pattern: unknown = req.route?.path
      const path = typeof pattern === 'string' ? pattern : 'other'
      requests.inc({ method: req.method, route: path, status: `${Math.floor(res.statusCode / 100)}xx` })
      seconds.observe({ method: req.method, route: path }, ms / 1000)
      const line = {
        requestId: res.getHeader('x-request-id'),
        method: req.method,
        route: path,
        status: res.statusCode,
        ms: Math.round(ms),
      }
      log.info(line, 'request')
    })
    next()
  }
  return { registry, observe }
}
