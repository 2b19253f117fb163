import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { type Reply, type RequestInfo, type Route, route } from '../../http/route.ts'
import type { Hex } from '../../kernel/bytes.ts'
import { isoTime } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { BrandReader, BrandSigner } from '../brands/index.ts'
import type { Items } from '../items/index.ts'
import { didDocument } from './did.ts'
import { resolverDescription } from './linkset.ts'
import { statusListLength, statusListShuffle } from './status-index.ts'
import { encodeStatusList, STATUS_LIST_TTL_MS, statusListCredential } from './status-list.ts'

type Parts = {
  readonly items: Items
  readonly brands: BrandReader
  readonly signer: BrandSigner
  /** Revoked leaves of a root, by the chain. */
  readonly revokedLeaves: (root: Hex) => Promise<{ leaves: number[] }>
  /** Signs a compact JWS with ES256. */
  readonly sign: (header: object, payload: string, privateKey: KeyObject) => Promise<string>
  readonly publicUrl: string
  readonly jwks: readonly object[]
}

const SHORT_CACHE = { 'Cache-Control': `public, max-age=${STATUS_LIST_TTL_MS / 1000}` }
const DID_TYPE = 'application/did+json'
const LIST_TYPE = 'application/vc+jwt'

/** Who signs, with which keys, and which certificates were revoked: what others need to check without asking us more. */
export function identityRoutes(parts: Parts): Route[] {
  return [didByHost(parts), didByBrand(parts), jwksRoute(parts), resolverRoute(parts), statusRoute(parts)]
}

function didByHost({ brands }: Parts): Route {
  return route({
    method: 'get',
    path: '/.well-known/did.json',
    audience: 'public',
    summary: 'The DID document of the brand whose domain this service was called by (did:web)',
    produces: [DID_TYPE],
    responses: { 200: 'DID document', 404: 'no brand of this domain' },
    run: async ({ request }) => didReply(brands, hostOf(request)),
  })
}

function didByBrand({ brands }: Parts): Route {
  return route({
    method: 'get',
    path: '/brands/:id/did.json',
    audience: 'public',
    summary: 'The DID document of a brand, whichever domain this service runs under',
    params: z.object({ id: z.string().max(253) }),
    produces: [DID_TYPE],
    responses: { 200: 'DID document', 404: 'no such brand' },
    run: async ({ params }) => didReply(brands, params.id),
  })
}

async function didReply(brands: BrandReader, brandId: string): Promise<Reply> {
  const brand = await brands.byId(brandId)
  if (!brand)
    throw new AppError('brand.not_found', 'no brand of this domain is registered here', {
      id: brandId.slice(0, 253),
    })
  const keys = await brands.keys(brandId)
  return {
    status: 200,
    json: didDocument(brand, keys),
    type: `${DID_TYPE}; charset=utf-8`,
    headers: SHORT_CACHE,
  }
}

function hostOf(request: RequestInfo): string {
  return (request.header('host') ?? '').split(':')[0]?.toLowerCase() ?? ''
}

function jwksRoute({ jwks }: Parts): Route {
  return route({
    method: 'get',
    path: '/.well-known/jwks.json',
    audience: 'public',
    summary: 'The keys that sign this service’s verdict receipts (RFC 7517)',
    produces: ['application/jwk-set+json', 'application/json'],
    responses: { 200: 'JSON Web Key Set' },
    run: async () => ({
      status: 200,
      json: { keys: jwks },
      type: 'application/jwk-set+json; charset=utf-8',
      headers: SHORT_CACHE,
    }),
  })
}

function resolverRoute({ publicUrl }: Parts): Route {
  return route({
    method: 'get',
    path: '/.well-known/gs1resolver',
    audience: 'public',
    summary: 'Description of this GS1 Digital Link resolver',
    responses: { 200: 'resolver description file' },
    run: async () => ({ status: 200, json: resolverDescription(publicUrl), headers: SHORT_CACHE }),
  })
}

function statusRoute(parts: Parts): Route {
  return route({
    method: 'get',
    path: '/status/:list',
    audience: 'public',
    summary: 'The Bitstring Status List of a batch, signed by its brand; mirrors the revocations on chain',
    params: z.object({ list: z.string().regex(/^bat_[0-9A-Z]{26}$/, 'must be the id of a batch') }),
    produces: [LIST_TYPE, 'application/json'],
    responses: {
      200: 'BitstringStatusListCredential as vc+jwt, or its payload as JSON',
      404: 'no such list',
    },
    run: async ({ params, request }) => {
      const { credential, brandId } = await statusCredential(parts, params.list)
      if (request.accepts === 'application/json')
        return { status: 200, json: credential, headers: SHORT_CACHE }
      const { key, privateKey } = await parts.signer.current(brandId)
      const header = { alg: 'ES256', kid: key.kid, typ: 'vc+jwt', cty: 'vc' }
      const text = await parts.sign(header, JSON.stringify(credential), privateKey)
      return { status: 200, text, type: LIST_TYPE, headers: SHORT_CACHE }
    },
  })
}

async function statusCredential(
  parts: Parts,
  batchId: string,
): Promise<{ credential: object; brandId: string }> {
  const source = await parts.items.service.statusSource(batchId)
  const brand = source && (await parts.brands.byId(source.brandId))
  if (!source || !brand)
    throw new AppError('status_list.not_found', 'there is no such status list', { list: batchId })
  const length = statusListLength(source.leafCount)
  const place = statusListShuffle(source.statusKey, length)
  const { leaves } = source.root === null ? { leaves: [] } : await parts.revokedLeaves(source.root)
  const encodedList = await encodeStatusList(length, leaves.map(place))
  const url = `${parts.publicUrl}/status/${batchId}`
  const validFrom = isoTime(source.createdAtMs)
  return {
    credential: statusListCredential({ url, issuer: brand, encodedList, validFrom }),
    brandId: brand.id,
  }
}
