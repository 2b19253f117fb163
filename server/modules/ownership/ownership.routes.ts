import { z } from 'zod'
import { type Caller, type Reply, type RequestInfo, type Route, route } from '../../http/route.ts'
import { AppError } from '../../kernel/errors.ts'
import type { ItemKey } from '../../kernel/gs1.ts'
import { itemKeyParams } from '../../kernel/schemas.ts'
import type { Act, Ownership } from './index.ts'
import {
  actParams,
  authorization,
  claimBody,
  itemBody,
  recoveryBody,
  recoveryEndBody,
  signedFor,
  signingBody,
  tokenParams,
  transferBody,
} from './ownership.schema.ts'
import {
  actJson,
  actView,
  ownershipJson,
  ownershipView,
  signingJson,
  signingView,
  tokenJson,
} from './ownership.view.ts'

const REFUSED = {
  409: 'the item is in another state than this needs, or not on the chain yet',
  422: 'the contract refuses it; `code` says why',
  429: 'the gas that this service pays in a day is used up',
}
const NO_ITEM = 'no such item is registered here'

export const reportBody = z.strictObject({
  kind: z.enum(['stolen', 'recovered']),
  authorization: authorization.optional().meta({ description: 'the owner’s word; a brand needs none' }),
  domain: signedFor,
})

export function ownershipRoutes({ signing, acts, permits, tokens, of }: Ownership): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/signing-requests',
      audience: 'public',
      summary:
        'What a claim key or an owner must sign for an act: typed data, and the challenge for a passkey',
      body: signingBody,
      responses: { 200: signingJson, 404: NO_ITEM, 409: REFUSED[409], 422: REFUSED[422] },
      run: async ({ body }) => {
        const request =
          body.act === 'permit'
            ? permits.request({ ...body, expiry: body.expiry ?? null })
            : signing.request({ ...body, deadline: body.deadline ?? null })
        return { status: 200, json: signingView(await request), headers: NEVER_CACHED }
      },
    }),
    route({
      method: 'post',
      path: '/v1/claims',
      audience: 'public',
      summary:
        'Become an item’s first owner: the claim key’s signature names the owner; the relayer pays the gas',
      body: claimBody,
      idempotent: true,
      responses: { 202: actJson, 404: NO_ITEM, ...REFUSED },
      run: async ({ body: { domain, ...order }, request }) =>
        ordered(await acts.claim(order, contextOf(request, domain))),
    }),
    route({
      method: 'post',
      path: '/v1/transfers',
      audience: 'public',
      summary: 'Move an item to another owner, by its owner’s signature',
      body: transferBody,
      idempotent: true,
      responses: { 202: actJson, 404: NO_ITEM, ...REFUSED },
      run: async ({ body: { domain, ...order }, request }) =>
        ordered(await acts.transfer(order, contextOf(request, domain))),
    }),
    route({
      method: 'post',
      path: '/v1/items/:gtin/:serial/reports',
      audience: 'public',
      summary: 'Report an item stolen or recovered: its owner by signature, or its brand by its key',
      params: itemKeyParams,
      body: reportBody,
      idempotent: true,
      responses: { 202: actJson, 404: NO_ITEM, ...REFUSED },
      run: async ({ params, body, caller, request }) => {
        const kind = body.kind === 'stolen' ? 'report_stolen' : 'report_recovered'
        return ordered(await byEither(acts, kind, { ...body, item: params }, { caller, request }))
      },
    }),
    route({
      method: 'post',
      path: '/v1/recoveries',
      audience: ['brand'],
      summary: 'Ask that an item whose owner’s key is lost be given to a new owner after 14 days',
      body: recoveryBody,
      idempotent: true,
      responses: { 202: actJson, 404: NO_ITEM, ...REFUSED },
      run: async ({ body, caller }) => ordered(await acts.startRecovery(body, caller.id)),
    }),
    route({
      method: 'post',
      path: '/v1/recoveries/cancellations',
      audience: 'public',
      summary: 'End a pending recovery: the owner by signature, or the brand by its key',
      body: recoveryEndBody,
      idempotent: true,
      responses: { 202: actJson, 404: NO_ITEM, ...REFUSED },
      run: async ({ body, caller, request }) =>
        ordered(await byEither(acts, 'cancel_recovery', body, { caller, request })),
    }),
    route({
      method: 'post',
      path: '/v1/recoveries/completions',
      audience: 'public',
      summary: 'Give the item to the new owner of a recovery, once the time to object is over',
      body: itemBody,
      idempotent: true,
      responses: { 202: actJson, 404: NO_ITEM, ...REFUSED },
      run: async ({ body, request }) =>
        ordered(await acts.finishRecovery(body.item, contextOf(request, undefined))),
    }),
    route({
      method: 'get',
      path: '/v1/ownership-acts/:id',
      audience: 'public',
      summary: 'What became of a claim, transfer, report or recovery on the chain',
      params: actParams,
      responses: { 200: actJson, 404: 'no such act' },
      run: async ({ params }) => ({
        status: 200,
        json: actView(await acts.find(params.id)),
        headers: NEVER_CACHED,
      }),
    }),
    route({
      method: 'get',
      path: '/token/:tokenId',
      audience: 'public',
      summary: 'What the token of a claimed item says of it: where `tokenURI` of the contract leads',
      params: tokenParams,
      responses: { 200: tokenJson, 404: 'no item known here was claimed as this token' },
      run: async ({ params }) => ({ status: 200, json: await tokens.metadata(params.tokenId) }),
    }),
    route({
      method: 'get',
      path: '/v1/items/:gtin/:serial/ownership',
      audience: 'public',
      summary: 'Whose an item is now: its owner’s account, reports of theft, recoveries under way',
      params: itemKeyParams,
      responses: { 200: ownershipJson, 404: NO_ITEM },
      run: async ({ params }) => ({
        status: 200,
        json: ownershipView(await of(params)),
        headers: NEVER_CACHED,
      }),
    }),
  ]
}

const NEVER_CACHED = { 'Cache-Control': 'no-store' }

type Domain = z.output<typeof signedFor>
type Word = {
  readonly item: ItemKey
  readonly authorization?: z.output<typeof authorization> | undefined
  readonly domain?: Domain
}

/** By the owner's signature where there is one, else by the brand that calls. */
function byEither(
  acts: Ownership['acts'],
  kind: 'report_stolen' | 'report_recovered' | 'cancel_recovery',
  { item, authorization, domain }: Word,
  { caller, request }: { caller: Caller | null; request: RequestInfo },
): Promise<Act> {
  if (authorization !== undefined) {
    return acts.byOwner(kind, { item, authorization }, contextOf(request, domain))
  }
  if (caller?.kind === 'brand') return acts.byBrand(kind, item, caller.id)
  throw new AppError(
    'ownership.report_not_allowed',
    'send the owner’s signature, or the key of the item’s brand',
  )
}

function contextOf({ network }: RequestInfo, domain: Domain) {
  return { network, signedFor: domain ?? null }
}

function ordered(act: Act): Reply {
  return { status: 202, json: actView(act) }
}
