import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, messageOf } from '../kernel/errors.ts'
import type { Given } from './command.ts'

/** A gateway as a client sees it. */
export type Gateway = {
  readonly url: string
  /** The JSON of a 2xx answer. Throws `gateway.refused` with the problem, or `gateway.unreachable`. */
  json(
    path: string,
    request?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<unknown>
}

/** RFC 9457 problem of the gateway. */
export type Problem = {
  readonly status: number
  readonly code?: string
  readonly detail?: string
  readonly errors?: readonly unknown[]
}

const TIMEOUT_MS = 30_000
/** A file of 2^20 items is read in about a minute. */
const UPLOAD_TIMEOUT_MS = 10 * 60_000

export function gatewayOf(given: Given, apiKey: string | null): Gateway {
  const url = gatewayUrl(given)
  return {
    url,
    async json(path, { method = 'GET', body, headers = {} } = {}) {
      const upload = body instanceof Blob
      const init: RequestInit = {
        method,
        headers: {
          accept: 'application/json',
          ...authorization(apiKey),
          ...(upload || body === undefined ? {} : JSON_TYPE),
          ...headers,
        },
        redirect: 'error',
        signal: AbortSignal.timeout(upload ? UPLOAD_TIMEOUT_MS : TIMEOUT_MS),
        ...(body === undefined ? {} : { body: upload ? body : JSON.stringify(body) }),
      }
      const { status, text } = await send(`${url}${path}`, init)
      if (status >= 200 && status < 300) return parsed(url, text)
      throw refusal(status, text)
    },
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

function authorization(apiKey: string | null): Record<string, string> {
  return apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }
}

function gatewayUrl({ text, env }: Given): string {
  const url =
    text('url') ?? env['CACHET_URL'] ?? env['PUBLIC_URL'] ?? `http://localhost:${env['PORT'] ?? '8080'}`
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/+$/, '')
  throw new AppError('cli.bad_usage', `--url must be an http or https address: ${url.slice(0, 200)}`)
}

async function send(url: string, init: RequestInit): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, init)
    return { status: response.status, text: await response.text() }
  } catch (cause) {
    const reason = messageOf(cause instanceof Error && cause.cause !== undefined ? cause.cause : cause)
    throw new AppError(
      'gateway.unreachable',
      `The gateway at ${new URL(url).origin} does not answer: ${reason}`,
      {},
      { cause },
    )
  }
}

function parsed(url: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError(
      'gateway.unreachable',
      `What answers at ${url} is not a Cachet gateway: no JSON came back`,
      {},
      { cause },
    )
  }
}

function refusal(status: number, text: string): AppError {
  let problem: Problem = { status }
  try {
    problem = { ...(JSON.parse(text) as Omit<Problem, 'status'>), status }
  } catch {
    // A proxy's page, not a problem of the gateway: the status alone is told.
    problem = { status }
  }
  const said = problem.detail ?? 'no reason was given'
  return new AppError(
    'gateway.refused',
    `The gateway refused (${status}${problem.code ? `, ${problem.code}` : ''}): ${said}`,
    { problem },
  )
}

export function problemOf(error: AppError): Problem {
  return error.data['problem'] as Problem // put there by refusal()
}

type Credentials = {
  readonly brands?: readonly { readonly id: string; readonly apiKey: string }[]
  readonly marketplaces?: readonly { readonly id: string; readonly apiKey: string }[]
}

/** The API key to call with: the one given, the environment's, or the only fitting one of the demo's credentials.json. */
export function apiKeyOf(given: Given, kind: 'brands' | 'marketplaces', account?: string): string {
  const key = given.text('key') ?? given.env['CACHET_API_KEY']
  if (key !== undefined && key !== '') return key
  const file = join(given.text('data') ?? given.env['CACHET_DATA_DIR'] ?? '.data', 'credentials.json')
  if (!existsSync(file)) throw noKey(`and there is no ${file}`)
  const accounts = (JSON.parse(readFileSync(file, 'utf8')) as Credentials)[kind] ?? []
  const found = account === undefined ? accounts[0] : accounts.find((a) => a.id === account)
  if (found) return found.apiKey
  throw noKey(`and ${file} has none of the ${kind}${account === undefined ? '' : ` called ${account}`}`)
}

function noKey(reason: string): AppError {
  return new AppError('cli.bad_usage', `No API key: give --key, set CACHET_API_KEY, ${reason}`)
}
