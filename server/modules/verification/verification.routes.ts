import type { z } from 'zod'
import { type Reply, type RequestInfo, type Route, route } from '../../http/route.ts'
import { type AppError, isAppError } from '../../kernel/errors.ts'
import { parseGtin, parseSerial } from '../../kernel/gs1.ts'
import type { Subject } from './open-subject.ts'
import {
  batchAnswerSchema,
  batchSchema,
  bundleSchema,
  verdictSchema,
  verificationIdSchema,
  verificationSchema,
} from './verification.schema.ts'
import type { ScanContext, Verification } from './verification.service.ts'

/** A thousand entries with a certificate each. */
const BATCH_BYTES_MAX = 8 * 1024 * 1024
const BATCH_COST = 50

export function verificationRoutes(verification: Verification): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/verifications',
      audience: 'public',
      summary:
        'Check an item by its link, its number, or a certificate; the answer is 200 whatever the verdict',
      body: verificationSchema,
      idempotent: true,
      responses: {
        200: verdictSchema,
        400: 'the link, number or certificate cannot be understood',
        404: 'no such challenge',
        409: 'the challenge was not answered yet',
        410: 'the challenge has expired, or was used before',
        422: 'the challenge is for another item, or the secret is not its own',
      },
      run: async ({ body, request }) =>
        verdictReply(verification, subjectOf(body), {
          ...contextOf(body, request),
          tap: tapOf(body),
          challenge: body.challenge,
        }),
    }),
    route({
      method: 'post',
      path: '/v1/verifications/batch',
      audience: ['marketplace'],
      summary: 'Check up to 1,000 items at one block of the chain; answers come in the order of the entries',
      body: batchSchema,
      bodyBytesMax: BATCH_BYTES_MAX,
      cost: BATCH_COST,
      idempotent: true,
      responses: { 200: batchAnswerSchema },
      run: async ({ body, request }) => batchReply(verification, body, request),
    }),
    route({
      method: 'get',
      path: '/v1/verifications/:id',
      audience: 'public',
      summary: 'A verdict given before, as it was given',
      params: verificationIdSchema,
      responses: { 200: verdictSchema, 404: 'no verdict with this id is kept' },
      run: async ({ params }) => ({
        status: 200,
        json: await verification.find(params.id),
        headers: UNCHANGING,
      }),
    }),
    route({
      method: 'get',
      path: '/v1/verifications/:id/bundle',
      audience: 'public',
      summary:
        'What it takes to check the item without this service: npx cachet verify --rpc URL bundle.json',
      params: verificationIdSchema,
      responses: { 200: bundleSchema, 404: 'no such verdict, or nothing in it can be checked elsewhere' },
      run: async ({ params }) => {
        const disposition = `attachment; filename="${params.id}.json"`
        return {
          status: 200,
          json: await verification.bundle(params.id),
          headers: { 'Content-Disposition': disposition },
        }
      },
    }),
  ]
}

const UNCHANGING = { 'Cache-Control': 'private, max-age=3600' }
const NEVER_CACHED = { 'Cache-Control': 'no-store' }

/** The JSON answer to one question: also the JSON branch of an item's own link. */
export async function verdictReply(
  verification: Verification,
  subject: Subject,
  context: ScanContext,
): Promise<Reply> {
  return { status: 200, json: await verification.verify({ ...subject, ...context }), headers: NEVER_CACHED }
}

/** What a request tells of a tap; the session of the tap before is nothing without a message. */
function tapOf({ sun, tapSession }: z.output<typeof verificationSchema>): ScanContext['tap'] {
  const query = sun === undefined ? undefined : Object.fromEntries(new URLSearchParams(sun))
  return { query, session: tapSession ?? null }
}

/** What a request tells about who scanned. */
export function contextOf(body: Pick<ScanContext, 'nonce' | 'location'>, request: RequestInfo): ScanContext {
  const device = { network: request.network, userAgent: request.userAgent }
  return { language: request.language, nonce: body.nonce, location: body.location, device }
}

type Entry = z.output<typeof batchSchema>['entries'][number]

/** Throws `gs1.bad_gtin` or `gs1.bad_serial`. The schema has made sure that exactly one subject is there. */
function subjectOf({ url, gtin, serial, certificate }: Entry): Subject {
  if (url !== undefined) return { url }
  if (certificate !== undefined) return { certificate }
  return { key: { gtin: parseGtin(gtin ?? ''), serial: parseSerial(serial ?? '') } }
}

async function batchReply(
  verification: Verification,
  body: z.output<typeof batchSchema>,
  request: RequestInfo,
): Promise<Reply> {
  const asked = body.entries.map(entryOf)
  const { device: _device, ...context } = contextOf(body, request)
  const answers = (
    await verification.verifyMany(
      asked.filter((a): a is Subject => !isAppError(a)),
      context,
    )
  ).values()
  const results = asked.map((a) => {
    const answer = isAppError(a) ? a : answers.next().value
    return isAppError(answer)
      ? { error: { code: answer.code, detail: answer.message, ...answer.data } }
      : answer
  })
  return { status: 200, json: { results }, headers: NEVER_CACHED }
}

function entryOf(entry: Entry): Subject | AppError {
  try {
    return subjectOf(entry)
  } catch (error) {
    if (isAppError(error)) return error
    throw error
  }
}
