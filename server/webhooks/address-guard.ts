import type { LookupAddress } from 'node:dns'
import { lookup as dnsLookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { AppError } from '../kernel/errors.ts'

/** Which hosts requests may be sent to. Loopback is for development, never for production. */
export type AddressPolicy = { readonly allowLoopback: boolean }

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

export const systemResolve: Resolve = (host) => dnsLookup(host, { all: true, verbatim: true })

/** The one block of IPv6 that is given out for the public network (IANA IPv6 address space registry). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/** True for an address on the public network, or on loopback where that is allowed. IPv4 inside IPv6 counts as what it is. */
export function isAllowed(address: string, policy: AddressPolicy): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  const range = parsed.range()
  if (range === 'loopback') return policy.allowLoopback
  if (range !== 'unicast') return false
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(GLOBAL_UNICAST)
}

/**
 * Resolves a host once and gives the addresses to connect to. All must be allowed: a name that stands for a public and an
 * inner address at once is refused. Throws `outbound.address_not_allowed`.
 */
export async function allowedAddresses(
  host: string,
  policy: AddressPolicy,
  resolve: Resolve,
): Promise<readonly LookupAddress[]> {
  const literal = host.replace(/^\[|\]$/g, '')
  const family = ipaddr.isValid(literal) ? (ipaddr.parse(literal).kind() === 'ipv6' ? 6 : 4) : null
  const addresses = family === null ? await resolve(host) : [{ address: literal, family }]
  const refused = addresses.find(({ address }) => !isAllowed(address, policy))
  if (addresses.length > 0 && !refused) return addresses
  throw new AppError('outbound.address_not_allowed', `${host} is not a host on the public network`, {
    host: host.slice(0, 255),
  })
}

/** Checks the shape of a URL to deliver to: https, or http on loopback in development. Throws `webhook.bad_url`. */
export function requireDeliverable(text: string, policy: AddressPolicy): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) throw badUrl('is no URL')
  if (url.username !== '' || url.password !== '') throw badUrl('has a user name or password in it')
  if (url.hash !== '') throw badUrl('has a fragment')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const loopback =
    host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback && policy.allowLoopback))
    throw badUrl('must begin with https://')
  if (ipaddr.isValid(host) && !isAllowed(host, policy)) throw badUrl('names an address inside a network')
  if (host === 'localhost' && !policy.allowLoopback) throw badUrl('names this machine')
  return url
}

function badUrl(reason: string): AppError {
  return new AppError('webhook.bad_url', `the URL ${reason}`, {
    errors: [{ pointer: '/url', detail: reason }],
  })
}
