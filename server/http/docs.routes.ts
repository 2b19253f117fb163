import { z } from 'zod'
import { buildOpenApi } from './openapi.ts'
import { type Route, route } from './route.ts'

/** `/openapi.json`: the description of the documented rows, made once. */
export function docsRoutes(rows: readonly Route[], about: { publicUrl: string; version: string }): Route[] {
  const routes: Route[] = []
  let text: string | null = null
  routes.push(
    route({
      method: 'get',
      path: '/openapi.json',
      audience: 'public',
      summary: 'This API in OpenAPI 3.1',
      responses: { 200: z.looseObject({ openapi: z.string() }) },
      run: async () => {
        text ??= JSON.stringify(buildOpenApi([...rows, ...routes], about))
        return {
          status: 200,
          text,
          type: 'application/json; charset=utf-8',
          headers: { 'Cache-Control': 'public, max-age=300' },
        }
      },
    }),
  )
  return routes
}
