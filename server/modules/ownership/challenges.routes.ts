import { z } from 'zod'
import { type Route, route } from '../../http/route.ts'
import { isoTime } from '../../kernel/clock.ts'
import type { Challenge, Challenges } from './index.ts'
import { hexText, itemBody, ownerInput, signatureInput } from './ownership.schema.ts'
import { itemJson, typedDataJson, typedDataView } from './ownership.view.ts'

const challengeParams = z.strictObject({
  id: z.string().regex(/^chl_[0-9A-Z]{26}$/, 'not the id of a challenge'),
})
const answerBody = z.union([
  z.strictObject({ owner: ownerInput, signature: signatureInput }),
  z.strictObject({
    claimSignature: hexText(65, 'by the claim key, for an item that nobody has claimed: r, s, v'),
  }),
])

const challengeShape = {
  id: z.string(),
  status: z.enum(['open', 'answered', 'spent', 'expired']),
  item: itemJson,
  tokenId: z.string(),
  itemId: z
    .string()
    .meta({ description: 'with the claim code it gives the claim key (docs/decisions/0005)' }),
  url: z.string().meta({ description: 'for the QR code that the owner scans' }),
  typedData: typedDataJson,
  digest: z.string(),
  challenge: z.string().meta({ description: 'the digest in base64url: the challenge for a passkey' }),
  expiresAt: z.string(),
}
export const challengeJson = z.object(challengeShape).meta({ id: 'Challenge' })
const createdJson = z.object({
  ...challengeShape,
  secret: z
    .string()
    .meta({ description: 'for the buyer alone: sent with the id in `challenge` of a verification' }),
})

const NONE = 'no such challenge'

/** `publicUrl` is where the owner’s page of a challenge is. */
export function challengeRoutes(challenges: Challenges, publicUrl: string): Route[] {
  const view = (challenge: Challenge): z.input<typeof challengeJson> => challengeView(challenge, publicUrl)
  return [
    route({
      method: 'post',
      path: '/v1/challenges',
      audience: 'public',
      summary: 'Ask whoever holds an item to prove that it is theirs: fresh, five minutes long, used once',
      body: itemBody,
      idempotent: true,
      responses: { 201: createdJson, 404: 'no such item is registered here' },
      run: async ({ body }) => {
        const { secret, ...challenge } = await challenges.create(body.item)
        return { status: 201, json: { ...view(challenge), secret } }
      },
    }),
    route({
      method: 'get',
      path: '/v1/challenges/:id',
      audience: 'public',
      summary: 'A challenge: what the owner signs, and whether it was answered',
      params: challengeParams,
      responses: { 200: challengeJson, 404: NONE },
      run: async ({ params }) => ({
        status: 200,
        json: view(await challenges.find(params.id)),
        headers: { 'Cache-Control': 'no-store' },
      }),
    }),
    route({
      method: 'post',
      path: '/v1/challenges/:id/answers',
      audience: 'public',
      summary: 'Answer a challenge by the owner’s signature, or by the claim code of an unclaimed item',
      params: challengeParams,
      body: answerBody,
      responses: {
        200: challengeJson,
        404: NONE,
        409: 'answered before',
        410: 'expired',
        422: 'the signature is not the owner’s over this challenge',
      },
      run: async ({ params, body }) => ({
        status: 200,
        json: view(await challenges.answer(params.id, body)),
      }),
    }),
  ]
}

function challengeView(
  { deadline, typedData, ...challenge }: Challenge,
  publicUrl: string,
): z.input<typeof challengeJson> {
  return {
    ...challenge,
    url: `${publicUrl}/prove/${challenge.id}`,
    typedData: typedDataView(typedData),
    expiresAt: isoTime(deadline * 1000),
  }
}
