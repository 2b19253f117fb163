import type { Registry } from 'prom-client'
import { z } from 'zod'
import { type Route, route } from './route.ts'

/** One thing the service needs, and whether it answers. */
export type HealthCheck = {
  readonly name: string
  check(): Promise<{ ok: boolean; [detail: string]: unknown }>
}

const report = z.object({
  status: z.enum(['ok', 'degraded']),
  checks: z.record(z.string(), z.looseObject({ ok: z.boolean() })),
})

/** `/livez`: the process runs; `/readyz` and `/healthz`: store, chain and jobs answer; `/metrics`: Prometheus text. */
export function healthRoutes(checks: readonly HealthCheck[], registry: Registry): Route[] {
  const ready = (path: string) =>
    route({
      method: 'get',
      path,
      audience: 'public',
      summary: 'Whether the store, the chain and the background jobs answer',
      responses: { 200: report, 503: report },
      run: async () => {
        const results = await Promise.all(checks.map(async (c) => [c.name, await settle(c)] as const))
        const ok = results.every(([, result]) => result.ok)
        return {
          status: ok ? 200 : 503,
          json: { status: ok ? 'ok' : 'degraded', checks: Object.fromEntries(results) },
        }
      },
    })
  return [
    route({
      method: 'get',
      path: '/livez',
      audience: 'public',
      summary: 'Whether the process runs',
      responses: { 200: z.object({ status: z.literal('ok') }) },
      run: async () => ({ status: 200, json: { status: 'ok' } }),
    }),
    ready('/readyz'),
    ready('/healthz'),
    route({
      method: 'get',
      path: '/metrics',
      audience: 'public',
      summary: 'Metrics in the Prometheus text format',
      responses: { 200: 'Prometheus text' },
      run: async () => ({ status: 200, text: await registry.metrics(), type: registry.contentType }),
    }),
  ]
}

async function settle(check: HealthCheck): Promise<{ ok: boolean; [detail: string]: unknown }> {
  try {
    return await check.check()
  } catch {
    return { ok: false }
  }
}
