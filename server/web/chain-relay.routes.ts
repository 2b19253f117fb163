import { z } from 'zod'
import { type Route, route } from '../http/route.ts'
import { isAppError } from '../kernel/errors.ts'

/** A page asks a handful of questions at a time. */
const CALLS_MAX = 16

const call = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.int().min(0),
  method: z.string().max(40),
  params: z.array(z.unknown()).max(2),
})
const body = z.union([call, z.array(call).min(1).max(CALLS_MAX)])
type Call = z.output<typeof call>

/** Codes of JSON-RPC 2.0 section 5.1, and of Ethereum's for an error of the server. */
const METHOD_NOT_FOUND = -32_601
const SERVER_ERROR = -32_000

/**
 * The chain as this service sees it, for the check that pages repeat in the buyer's browser. Whoever wants to be
 * independent of the service names an endpoint of their own there.
 */
export function chainRelayRoutes(
  relay: (method: string, params: readonly unknown[]) => Promise<unknown>,
): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/chain/rpc',
      audience: 'public',
      summary:
        'Reads of the chain that a page needs to check an item by itself: JSON-RPC 2.0, a few methods only',
      body,
      responses: {
        200: 'a JSON-RPC answer, or one for each call; a refused method is -32601',
        503: 'the chain cannot be reached',
      },
      run: async ({ body: asked }) => {
        const json = Array.isArray(asked)
          ? await Promise.all(asked.map((one) => answered(relay, one)))
          : await answered(relay, asked)
        return { status: 200, json, headers: { 'Cache-Control': 'no-store' } }
      },
    }),
  ]
}

async function answered(
  relay: (method: string, params: readonly unknown[]) => Promise<unknown>,
  { id, method, params }: Call,
): Promise<object> {
  try {
    return { jsonrpc: '2.0', id, result: (await relay(method, params)) ?? null }
  } catch (error) {
    if (isAppError(error, 'chain.not_allowed'))
      return { jsonrpc: '2.0', id, error: { code: METHOD_NOT_FOUND, message: error.message } }
    if (isAppError(error, 'chain.rejected'))
      return { jsonrpc: '2.0', id, error: { code: SERVER_ERROR, message: error.message } }
    throw error
  }
}
