import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi'
import type { Route } from './route.ts'

const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'stable; made for programs' }),
    detail: z.string(),
    requestId: z.string(),
    errors: z
      .array(z.looseObject({ pointer: z.string().optional(), detail: z.string().optional() }))
      .optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' })

const PROBLEM_STATUSES = [400, 429, 500, 503]

/** The OpenAPI 3.1 description of the documented rows of the route table; the schemas are those that check requests. */
export function buildOpenApi(
  routes: readonly Route[],
  about: { publicUrl: string; version: string },
): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const row of routes.filter((r) => r.documented !== false)) {
    const path = row.path.replace(/:([A-Za-z]+)/g, '{$1}')
    paths[path] = { ...paths[path], [row.method]: operationOf(row) }
  }
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'Cachet',
      version: about.version,
      description:
        'Provenance and authentication of luxury goods, from the brand’s file to the marketplace’s takedown.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: about.publicUrl }],
    paths: paths as ZodOpenApiPathsObject,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key (ck_…) or a session token' },
      },
    },
  }
  return createDocument(document)
}

function operationOf(row: Route): ZodOpenApiOperationObject {
  const header = row.idempotent
    ? { header: z.object({ 'Idempotency-Key': z.string().min(1).max(255).optional() }) }
    : {}
  return {
    operationId: operationIdOf(row),
    summary: row.summary,
    description: audienceText(row),
    ...(row.audience === 'public' ? {} : { security: [{ bearer: [] }] }),
    requestParams: {
      ...(row.params ? { path: row.params as z.ZodObject } : {}),
      ...(row.query ? { query: row.query as z.ZodObject } : {}),
      ...header,
    },
    ...(row.body ? { requestBody: bodyOf(row.body) } : {}),
    responses: responsesOf(row),
  }
}

/** `post /v1/items/{gtin}/{serial}/recalls` is `post_v1_items_gtin_serial_recalls`. */
function operationIdOf(row: Route): string {
  return `${row.method}${row.path.replace(/[^A-Za-z0-9]+/g, '_')}`.replace(/_$/, '')
}

export function audienceText(row: Route): string {
  if (row.audience === 'public') return 'For everybody.'
  return row.audience === 'any' ? 'For any account.' : `For ${row.audience.join(', ')} accounts.`
}

function bodyOf(body: NonNullable<Route['body']>): NonNullable<ZodOpenApiOperationObject['requestBody']> {
  if (body !== 'upload') return { required: true, content: { 'application/json': { schema: body } } }
  const file = { schema: { type: 'string', format: 'binary' } as const }
  const form = { schema: { type: 'object' as const, properties: { file: file.schema }, required: ['file'] } }
  const raw = [
    'text/csv',
    'application/x-ndjson',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ]
  return {
    required: true,
    content: { ...Object.fromEntries(raw.map((type) => [type, file])), 'multipart/form-data': form },
  }
}

function responsesOf(row: Route): ZodOpenApiOperationObject['responses'] {
  const found: Record<string, object> = {}
  const type = row.produces?.[0] ?? 'application/json'
  for (const [status, answer] of Object.entries(row.responses)) {
    const isProblem = Number(status) >= 400 && typeof answer === 'string'
    if (isProblem)
      found[status] = { description: answer, content: { 'application/problem+json': { schema: problem } } }
    else if (typeof answer === 'string') found[status] = { description: answer, content: { [type]: {} } }
    else found[status] = { description: row.summary, content: { [type]: { schema: answer } } }
  }
  const usual = row.audience === 'public' ? PROBLEM_STATUSES : [...PROBLEM_STATUSES, 401, 403]
  for (const status of usual) {
    found[status] ??= { description: 'Problem', content: { 'application/problem+json': { schema: problem } } }
  }
  return found as ZodOpenApiOperationObject['responses']
}
