import type { Hex } from '../../../kernel/bytes.ts'
import { systemClock, unixSeconds } from '../../../kernel/clock.ts'
import { hexFrom, keccak, utf8 } from '../../../kernel/portable.ts'
import { call, type Item, Refused, type SigningRequest } from './api.ts'
import { claimKey, readCode } from './claim-key.ts'
import { ownerOf } from './keeping.ts'
import { type Passkey, signWith } from './passkey.ts'
import { domainOf, keyOf, strange } from './signing.ts'
import { type TypedMessage, typedDigest } from './typed-data.ts'

type Challenge = {
  readonly id: string
  readonly itemId: Hex
  readonly status: 'open' | 'answered' | 'spent' | 'expired'
  readonly typedData: TypedMessage
}
type Place = { readonly marketplace: string; readonly listing: string }

/** Of a domain that the ownership contract accepts for no act: an answer cannot move the item. */
const PROOF_DOMAIN = 'Cachet Proof'
const DAY_SECONDS = 24 * 60 * 60

/** Answers a buyer's challenge by the owner's passkey. */
export async function answerByPasskey(id: string, passkey: Passkey): Promise<void> {
  const { typedData } = await openChallenge(id)
  const signature = await signWith(passkey, typedDigest(typedData))
  await call(`/v1/challenges/${id}/answers`, { owner: ownerOf(passkey.point), signature })
}

/** Answers it by the code under the panel of an item that nobody has claimed; the code stays on this phone. */
export async function answerByCode(id: string, typed: string): Promise<void> {
  const code = readCode(typed)
  if (code === null) throw new Refused('code', '')
  const { itemId, typedData } = await openChallenge(id)
  const claimSignature = claimKey(itemId, code).sign(typedDigest(typedData))
  await call(`/v1/challenges/${id}/answers`, { claimSignature })
}

async function openChallenge(id: string): Promise<Challenge> {
  const challenge = await call<Challenge>(`/v1/challenges/${id}`)
  const { primaryType, domain } = challenge.typedData
  if (primaryType !== 'Proof' || domain.name !== PROOF_DOMAIN) throw strange()
  if (challenge.status !== 'open') throw new Refused('ownership.challenge_gone', '')
  return challenge
}

/** Signs a permit for one listing of one marketplace and hands it in; resolves with its id. */
export async function signPermit(
  order: Place & { readonly item: Item; readonly days: number },
  passkey: Passkey,
): Promise<string> {
  const item = keyOf(order.item)
  const place = { marketplace: order.marketplace, listing: order.listing }
  const expiry = unixSeconds(systemClock.nowMs()) + order.days * DAY_SECONDS
  const asked = { act: 'permit', item, ...place, expiry }
  const { typedData, nonce, deadline } = await call<SigningRequest>('/v1/signing-requests', asked)
  requirePermit(typedData, { ...place, expiry })
  const signature = await signWith(passkey, typedDigest(typedData))
  const owner = ownerOf(passkey.point)
  const domain = domainOf(typedData)
  const body = { item, ...place, nonce, expiry: deadline, owner, signature, domain }
  return (await call<{ id: string }>('/v1/permits', body)).id
}

/** The message must be a permit for just this place and time (server/modules/ownership/permit-rules.ts). */
function requirePermit(
  { primaryType, message }: TypedMessage,
  { marketplace, listing, expiry }: Place & { readonly expiry: number },
): void {
  const isMeant =
    primaryType === 'ListingPermit' &&
    message['marketplace'] === digestOf(`cachet:marketplace:${marketplace}`) &&
    message['listing'] === digestOf(`cachet:listing:${marketplace}:${listing}`) &&
    message['expiry'] === String(expiry)
  if (!isMeant) throw strange()
}

function digestOf(text: string): Hex {
  return hexFrom(keccak(utf8(text)))
}
