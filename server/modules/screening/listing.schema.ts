import { z } from 'zod'
import { parseGtin, parseSerial } from '../../kernel/gs1.ts'
import type { ItemReference, ListingContent } from './types.ts'

export const BATCH_LISTINGS_MAX = 500
export const BATCH_BYTES_MAX = 12 * 1024 * 1024
const TITLE_CHARACTERS_MAX = 500
const DESCRIPTION_CHARACTERS_MAX = 20_000
const IMAGES_MAX = 12
const CERTIFICATE_CHARACTERS_MAX = 16_384
const AMOUNT_MAX = 1_000_000_000

const id = (what: string) =>
  z
    .string()
    .min(1)
    .max(128)
    .regex(/^[^\p{Cc}\s/?#]+$/u, `must have no blanks, slashes, ? or #`)
    .meta({ description: what })

const url = z.url({ protocol: /^https?$/ }).max(2_048)
/** Fields may come blank: saying nothing is what screening has to see. */
const disclosed = z.string().max(100).default('')

const key = z.strictObject({ gtin: z.string().max(14), serial: z.string().max(20) })
const certificate = z
  .string()
  .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'must be a compact JWS')
  .max(CERTIFICATE_CHARACTERS_MAX)

/** The item offered: `{gtin, serial}`, the URL on its label, or its certificate; the latter two also as `{url}` and `{certificate}`. */
const item = z.union([key, z.strictObject({ url }), z.strictObject({ certificate }), url, certificate])

export const listingBody = z.strictObject({
  externalId: id('The marketplace’s own id of the listing'),
  sellerId: id('The marketplace’s id of the seller'),
  channel: z.enum(['shop', 'social', 'auction', 'classified', 'live']).default('shop'),
  title: z.string().min(1).max(TITLE_CHARACTERS_MAX),
  description: z.string().max(DESCRIPTION_CHARACTERS_MAX).default(''),
  price: z
    .strictObject({
      amount: z.number().min(0).max(AMOUNT_MAX),
      currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR'),
    })
    .nullish(),
  origin: z.strictObject({ country: disclosed, channel: disclosed, proof: disclosed }).nullish(),
  images: z.array(url).max(IMAGES_MAX).default([]),
  item: item.nullish(),
  permit: z.string().min(1).max(CERTIFICATE_CHARACTERS_MAX).nullish(),
})

/** A listing whose externalId is in the path; one in the body must be the same. */
export const listingPutBody = listingBody.extend({ externalId: listingBody.shape.externalId.optional() })

export const listingParams = z.strictObject({ externalId: listingBody.shape.externalId })
export const listingBatchBody = z.strictObject({
  listings: z.array(listingBody).min(1).max(BATCH_LISTINGS_MAX),
})

export const listingQuery = z.strictObject({
  status: z.enum(['live', 'in_review', 'refused', 'taken_down']).optional(),
  decision: z.enum(['approve', 'review', 'reject']).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
})

/** The checked body as screening's own type. Throws `gs1.bad_gtin` and `gs1.bad_serial`. */
export function contentOf(body: z.output<typeof listingBody>): ListingContent {
  return {
    externalId: body.externalId,
    sellerId: body.sellerId,
    channel: body.channel,
    title: body.title,
    description: body.description,
    price: body.price ?? null,
    origin: body.origin ?? null,
    images: body.images,
    item: body.item == null ? null : referenceOf(body.item),
    permit: body.permit ?? null,
  }
}

function referenceOf(given: z.output<typeof item>): ItemReference {
  if (typeof given === 'string')
    return given.includes('://') ? { kind: 'url', url: given } : { kind: 'certificate', certificate: given }
  if ('url' in given) return { kind: 'url', url: given.url }
  if ('certificate' in given) return { kind: 'certificate', certificate: given.certificate }
  return { kind: 'key', gtin: parseGtin(given.gtin), serial: parseSerial(given.serial) }
}

const signalJson = z.object({
  kind: z.string(),
  weight: z.number(),
  detail: z.string(),
  evidence: z.record(z.string(), z.unknown()),
})

export const listingJson = z
  .object({
    id: z.string(),
    externalId: z.string(),
    sellerId: z.string(),
    channel: z.string(),
    title: z.string(),
    decision: z.enum(['approve', 'review', 'reject']),
    status: z.enum(['live', 'in_review', 'refused', 'taken_down']),
    score: z.number().min(0).max(100),
    signals: z.array(signalJson),
    item: z.object({ gtin: z.string(), serial: z.string() }).nullable(),
    verdict: z.string().nullable(),
    badge: z
      .enum(['owner_permit'])
      .nullable()
      .meta({ description: 'owner_permit: the item’s owner permitted this listing, and the permit stands' }),
    brands: z.array(z.string()),
    cause: z.string(),
    createdAt: z.string(),
    decidedAt: z.string(),
  })
  .meta({ id: 'Listing' })

export const listingPageJson = z.object({ data: z.array(listingJson), next: z.string().nullable() })

const faultJson = z.object({
  externalId: z.string(),
  error: z.object({ code: z.string(), detail: z.string() }),
})
export const listingBatchJson = z.object({ results: z.array(z.union([listingJson, faultJson])) })
