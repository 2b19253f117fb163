import type { Hex } from '../../../kernel/bytes.ts'
import { fromBase64url, hexFrom } from '../../../kernel/portable.ts'
import { call, type Item, Refused, type SigningRequest } from './api.ts'
import { ownerOf } from './keeping.ts'
import { type Assertion, type Passkey, signWith } from './passkey.ts'
import { type TypedMessage, typedDigest } from './typed-data.ts'

/** What the message of each act is called, and which member names another person. */
const MESSAGES = {
  claim: { type: 'Claim', names: 'owner' },
  transfer: { type: 'Transfer', names: 'to' },
  report_stolen: { type: 'ReportStolen', names: null },
  report_recovered: { type: 'ReportRecovered', names: null },
} as const
export type SignedAct = keyof typeof MESSAGES

type Order = { readonly act: SignedAct; readonly item: Item; readonly point: string | null }

/** Asks the service for the message of an act, and makes sure that it says what was meant before anybody signs it. */
export async function messageOf({ act, item, point }: Order): Promise<SigningRequest & { digest: Hex }> {
  const { type, names } = MESSAGES[act]
  const named = names === null || point === null ? {} : { [names]: ownerOf(point) }
  const request = await call<SigningRequest>('/v1/signing-requests', { act, item: keyOf(item), ...named })
  const { primaryType, message } = request.typedData
  if (primaryType !== type) throw strange()
  if (names !== null && !isNamed(message[names], point)) throw strange()
  return { ...request, digest: typedDigest(request.typedData) }
}

/** The owner's word for an act, signed by the passkey. */
export async function authorised(order: Order, passkey: Passkey) {
  const { digest, nonce, deadline, typedData } = await messageOf(order)
  const signature: Assertion = await signWith(passkey, digest)
  return {
    authorization: { owner: ownerOf(passkey.point), nonce, deadline, signature },
    domain: domainOf(typedData),
  }
}

export function domainOf({ domain }: TypedMessage) {
  return { chainId: domain.chainId, verifyingContract: domain.verifyingContract }
}

export function keyOf({ gtin, serial }: Item): Item {
  return { gtin, serial }
}

/** A verifier's 20 bytes, which the contract checks, and then exactly this key. */
function isNamed(value: string | undefined, point: string | null): boolean {
  const bytes = fromBase64url(point ?? '')
  return (
    value !== undefined && bytes !== null && value.length === 170 && value.endsWith(hexFrom(bytes).slice(2))
  )
}

/** What the service wants signed is not what the person meant. */
export function strange(): Refused {
  return new Refused('page.strange_message', 'the service asked to sign something else than was meant')
}
