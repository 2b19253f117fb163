import type { z } from 'zod'
import { AppError } from '../kernel/errors.ts'
import type { Route } from './route.ts'

type Raw = { readonly params: unknown; readonly query: unknown; readonly body: unknown }

const FAULTS_MAX = 50

/** Checks what a request brought against the row's schemas, all parts at once; throws `request.malformed` naming each fault. */
export function parseInput(row: Route, raw: Raw): { params: unknown; query: unknown; body: unknown } {
  const faults: { pointer: string; detail: string }[] = []
  const read = (schema: z.ZodType | undefined, value: unknown, prefix: string): unknown => {
    if (schema === undefined) return undefined
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues)
      faults.push({ pointer: `${prefix}${pointerOf(issue)}`, detail: issue.message })
    return undefined
  }
  const params = read(row.params, raw.params, 'params')
  const query = read(row.query, raw.query, 'query')
  const body = row.body === 'upload' ? raw.body : read(row.body, raw.body, '')
  if (faults.length === 0) return { params, query, body }
  const shown = faults.slice(0, FAULTS_MAX)
  const detail = shown.map((f) => `${f.pointer || 'the body'}: ${f.detail}`).join('; ')
  throw new AppError('request.malformed', detail.slice(0, 2_000), { errors: shown })
}

function pointerOf(issue: z.core.$ZodIssue): string {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
