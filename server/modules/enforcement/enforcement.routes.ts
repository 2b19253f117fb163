import { z } from 'zod'
import { type Route, route } from '../../http/route.ts'
import type { EnforcementService } from './enforcement.service.ts'
import { CATEGORY_SPECIFICATIONS, DECISION_VISIBILITIES, STATEMENT_CATEGORIES } from './statement.ts'

const listingParams = z.strictObject({ externalId: z.string().min(1).max(128) })
const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
})

export const statementJson = z
  .object({
    decision_visibility: z.array(z.enum(DECISION_VISIBILITIES)).optional(),
    decision_ground: z.enum(['DECISION_GROUND_ILLEGAL_CONTENT', 'DECISION_GROUND_INCOMPATIBLE_CONTENT']),
    illegal_content_legal_ground: z.string().max(500).optional(),
    illegal_content_explanation: z.string().max(2000).optional(),
    incompatible_content_ground: z.string().max(500).optional(),
    incompatible_content_explanation: z.string().max(2000).optional(),
    incompatible_content_illegal: z.enum(['Yes', 'No']).optional(),
    content_type: z.array(z.literal('CONTENT_TYPE_PRODUCT')),
    category: z.enum(STATEMENT_CATEGORIES),
    category_specification: z.array(z.enum(CATEGORY_SPECIFICATIONS)).optional(),
    content_date: z.string(),
    application_date: z.string(),
    end_date_visibility_restriction: z.string().optional(),
    decision_facts: z.string().max(5000),
    source_type: z.enum([
      'SOURCE_ARTICLE_16',
      'SOURCE_TRUSTED_FLAGGER',
      'SOURCE_TYPE_OTHER_NOTIFICATION',
      'SOURCE_VOLUNTARY',
    ]),
    source_identity: z.string().max(500).optional(),
    automated_detection: z.enum(['Yes', 'No']),
    automated_decision: z.enum([
      'AUTOMATED_DECISION_FULLY',
      'AUTOMATED_DECISION_PARTIALLY',
      'AUTOMATED_DECISION_NOT_AUTOMATED',
    ]),
    content_id: z.object({ 'EAN-13': z.string() }).optional(),
    puid: z.string().max(500),
  })
  .meta({
    id: 'StatementOfReasons',
    description: 'In the shape of the EU transparency database (DSA article 17 and 24(5))',
  })

export function enforcementRoutes(enforcement: EnforcementService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/listings/:externalId/statement-of-reasons',
      audience: ['marketplace', 'seller'],
      summary: 'Why a listing was refused or taken down, for its marketplace and its seller',
      params: listingParams,
      responses: { 200: statementJson, 404: 'the listing was never restricted, or is not the caller’s' },
      run: async ({ params, caller }) => {
        const owner = caller.kind === 'seller' ? { sellerId: caller.id } : { marketplaceId: caller.id }
        return { status: 200, json: await enforcement.statement(owner, params.externalId) }
      },
    }),
    route({
      method: 'get',
      path: '/v1/transparency/statements',
      audience: 'public',
      summary: 'All statements of reasons, newest first, without anything about a person',
      query: pageQuery,
      responses: { 200: z.object({ data: z.array(statementJson), next: z.string().nullable() }) },
      run: async ({ query }) => {
        const { statements, nextCursor } = await enforcement.statements(query)
        return { status: 200, json: { data: statements, next: nextCursor } }
      },
    }),
  ]
}
