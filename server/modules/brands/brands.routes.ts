import { z } from 'zod'
import { type Route, route } from '../../http/route.ts'
import { isoTime } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { BrandService } from './brands.service.ts'
import type { StoredBrand } from './ports.ts'

const READY_WAIT_MS = 5_000

const domain = z
  .string()
  .max(253)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'must be a domain in lower case, such as maison-exemple.com',
  )

const label = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]+$/u, 'must have no control characters')

const onboardBody = z.strictObject({
  id: domain.meta({ description: 'The brand’s domain: its id, and its issuer as did:web' }),
  name: label,
  prefixes: z
    .array(z.string().regex(/^\d{4,12}$/, 'must be a GS1 company prefix of 4 to 12 digits'))
    .min(1)
    .max(50),
  trademarks: z.array(label).max(200).default([]),
})

const brandJson = z.object({
  id: z.string(),
  name: z.string(),
  chainId: z.string(),
  did: z.string(),
  prefixes: z.array(z.string()),
  status: z.enum(['pending', 'active', 'suspended', 'failed']),
  failure: z.string().nullable(),
  keys: z.array(z.object({ kid: z.string(), status: z.string(), createdAt: z.string() })),
  createdAt: z.string(),
})

const keyBody = z.strictObject({ action: z.literal('rotate').default('rotate') })

/** Makes the account of a brand: what the routes need of the accounts. */
export type BrandAccounts = { create(brand: { id: string; name: string }): Promise<{ apiKey: string }> }

export function brandRoutes(brands: BrandService, accounts: BrandAccounts): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/brands',
      audience: ['operator'],
      summary: 'Onboard a brand: its domain, GS1 company prefixes and trademarks; answers its API key, once',
      body: onboardBody,
      idempotent: true,
      responses: { 201: brandJson.extend({ apiKey: z.string() }), 409: 'the domain or a prefix is taken' },
      run: async ({ body }) => {
        await brands.onboard(body)
        const { apiKey } = await accounts.create(body)
        return { status: 201, json: { ...brandView(await brands.whenReady(body.id, READY_WAIT_MS)), apiKey } }
      },
    }),
    route({
      method: 'get',
      path: '/v1/brands/:id',
      audience: 'public',
      summary: 'A brand, its prefixes and certificate keys',
      params: z.object({ id: domain }),
      responses: { 200: brandJson, 404: 'no such brand' },
      run: async ({ params }) => ({ status: 200, json: brandView(await brands.get(params.id)) }),
    }),
    route({
      method: 'post',
      path: '/v1/brands/:id/keys',
      audience: ['brand'],
      summary:
        'Rotate the certificate key: a new one is registered on chain and signs from then on; the old one is retired',
      params: z.object({ id: domain }),
      body: keyBody,
      idempotent: true,
      responses: { 202: z.object({ kid: z.string(), status: z.string() }), 403: 'another brand' },
      run: async ({ params, caller }) => {
        if (caller.id !== params.id)
          throw new AppError('request.forbidden', 'a brand may change its own keys only')
        const key = await brands.rotateKey(params.id)
        return { status: 202, json: { kid: key.kid, status: key.status } }
      },
    }),
  ]
}

function brandView(brand: StoredBrand): z.input<typeof brandJson> {
  const keys = brand.keys.map((key) => ({
    kid: key.kid,
    status: key.status,
    createdAt: isoTime(key.createdAtMs),
  }))
  const { id, name, chainId, status, failure } = brand
  return {
    id,
    name,
    chainId,
    did: `did:web:${id}`,
    prefixes: [...brand.prefixes],
    status,
    failure,
    keys,
    createdAt: isoTime(brand.createdAtMs),
  }
}
