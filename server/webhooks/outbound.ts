import { Agent, request } from 'undici'
import {
  type AddressPolicy,
  allowedAddresses,
  type Resolve,
  requireDeliverable,
  systemResolve,
} from './address-guard.ts'

/** Posts bytes to a URL of somebody else's choosing. */
export type Outbound = {
  /** The status of the answer; throws when there was none. The answer's content is read up to a bound and dropped. */
  post(call: {
    url: string
    headers: Readonly<Record<string, string>>
    body: string
    signal: AbortSignal
  }): Promise<{ status: number }>
  close(): Promise<void>
}

/** Longest time for one call, from resolving the name to the last byte of the answer. */
const DEADLINE_MS = 10_000
const ANSWER_BYTES_MAX = 64 * 1024
const CONNECTIONS_MAX = 8

/**
 * The outbound client. A host is resolved once a connection, every address it has is checked, and the connection goes to
 * an address checked, so that a name that changes its mind between the check and the call gains nothing (DNS rebinding).
 * Redirects are not followed: their status is the answer.
 */
export function createOutbound(policy: AddressPolicy, resolve: Resolve = systemResolve): Outbound {
  const agent = new Agent({
    connections: CONNECTIONS_MAX,
    keepAliveTimeout: 4_000,
    connect: { timeout: DEADLINE_MS, lookup: checkedLookup(policy, resolve) },
  })
  return {
    async post({ url, headers, body, signal }) {
      const target = requireDeliverable(url, policy)
      const limit = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)])
      const answer = await request(target, {
        method: 'POST',
        headers: { ...headers },
        body,
        dispatcher: agent,
        signal: limit,
      })
      await answer.body.dump({ limit: ANSWER_BYTES_MAX, signal: limit })
      return { status: answer.statusCode }
    },
    close: () => agent.close(),
  }
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | { address: string; family: number }[],
  family?: number,
) => void

/** A `lookup` for node:net. It is not called for literal addresses, which `requireDeliverable` has checked. */
function checkedLookup(policy: AddressPolicy, resolve: Resolve) {
  return (host: string, options: { all?: boolean | undefined }, done: LookupCallback): void => {
    allowedAddresses(host, policy, resolve).then(
      (addresses) => {
        const [first] = addresses
        if (options.all) done(null, [...addresses])
        else done(null, first?.address ?? '', first?.family)
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    )
  }
}
