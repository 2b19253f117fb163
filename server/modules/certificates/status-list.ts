import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const gzipAsync = promisify(gzip)

/** How long a copy of the list may be used, in milliseconds (`ttl`, Bitstring Status List section 3.2). */
export const STATUS_LIST_TTL_MS = 60_000

/**
 * The compressed list: multibase `u` (base64url without padding) of GZIP of the bitstring, where entry 0 is the left-most
 * bit (W3C Bitstring Status List v1.0, sections 3.1 and 3.3).
 */
export async function encodeStatusList(length: number, set: Iterable<number>): Promise<string> {
  const bits = Buffer.alloc(length / 8)
  for (const index of set) bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7))
  return `u${(await gzipAsync(bits)).toString('base64url')}`
}

export type StatusListFacts = {
  /** URL of the list: what `statusListCredential` of its certificates says. */
  readonly url: string
  readonly issuer: { readonly did: string; readonly name: string }
  readonly encodedList: string
  /** ISO 8601: when the batch was registered. */
  readonly validFrom: string
}

/** A BitstringStatusListCredential (W3C VC 2.0), unsigned: the payload of a `vc+jwt`. */
export function statusListCredential({ url, issuer, encodedList, validFrom }: StatusListFacts): object {
  return {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    id: url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: { id: issuer.did, name: issuer.name },
    validFrom,
    credentialSubject: {
      id: `${url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList,
      ttl: STATUS_LIST_TTL_MS,
    },
  }
}
