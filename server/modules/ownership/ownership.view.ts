import { z } from 'zod'
import type { BlockRef } from '../../kernel/chain-facts.ts'
import { isoTime } from '../../kernel/clock.ts'
import type { SigningRequest } from './signing.ts'
import type { Act, ItemOwnership, TypedData } from './types.ts'

const hex = z.string().regex(/^0x[0-9a-f]*$/)
export const itemJson = z.object({ gtin: z.string(), serial: z.string() })

export const typedDataJson = z.object({
  domain: z.object({
    name: z.string(),
    version: z.string(),
    chainId: z.int(),
    verifyingContract: hex,
  }),
  primaryType: z.string(),
  types: z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() }))),
  message: z.record(z.string(), z.string()),
})

const ownerJson = z.object({
  kind: z.enum(['address', 'passkey', 'key']),
  signer: hex.meta({ description: 'ERC-7913 signer: keep it, and send it as `signer` later' }),
  account: hex.meta({ description: 'the address under which it owns items' }),
})

export const signingJson = z
  .object({
    act: z.string(),
    item: itemJson,
    tokenId: hex,
    signer: z.object({ role: z.enum(['claim_key', 'owner']), account: hex }),
    itemId: hex.meta({ description: 'with the claim code it gives the claim key (docs/decisions/0005)' }),
    owner: ownerJson.nullable(),
    typedData: typedDataJson.meta({ description: 'for eth_signTypedData_v4' }),
    digest: hex,
    challenge: z.string().meta({ description: 'the digest in base64url: the challenge for a passkey' }),
    nonce: z.int(),
    deadline: z.int().meta({ description: 'Unix seconds' }),
  })
  .meta({ id: 'SigningRequest' })

export const tokenJson = z
  .object({
    name: z.string(),
    description: z.string(),
    attributes: z.array(z.object({ trait_type: z.string(), value: z.string() })),
  })
  .meta({ id: 'TokenMetadata', description: 'ERC-721 Metadata JSON (EIP-721)' })

export const actJson = z
  .object({
    id: z.string(),
    act: z.enum([
      'claim',
      'transfer',
      'report_stolen',
      'report_recovered',
      'recover',
      'cancel_recovery',
      'finish_recovery',
    ]),
    item: itemJson,
    tokenId: hex,
    to: hex.nullable().meta({ description: 'account of the new owner, where the act names one' }),
    status: z.enum(['planned', 'submitted', 'included', 'final', 'failed']),
    transactionHash: hex.nullable(),
    blockNumber: z.int().nullable(),
    gasUsed: z.int().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'OwnershipAct' })

const chainJson = z.object({ chainId: z.int(), blockNumber: z.int(), blockHash: hex })

export const ownershipJson = z
  .object({
    item: itemJson,
    tokenId: hex,
    ownership: z.enum(['claimed', 'unclaimed']),
    owner: hex.nullable().meta({ description: 'account of the owner' }),
    nonce: z.int().nullable(),
    claimedAt: z.string().nullable(),
    stolen: z.object({ at: z.string(), by: z.enum(['owner', 'brand']) }).nullable(),
    recovery: z.object({ newOwner: hex, readyAt: z.string() }).nullable(),
    chain: chainJson,
  })
  .meta({ id: 'Ownership' })

export function signingView(request: SigningRequest): z.input<typeof signingJson> {
  return { ...request, typedData: typedDataView(request.typedData) }
}

export function typedDataView({
  domain,
  primaryType,
  types,
  message,
}: TypedData): z.input<typeof typedDataJson> {
  const copies = Object.entries(types).map(([name, fields]) => [name, fields.map((one) => ({ ...one }))])
  return { domain, primaryType, types: Object.fromEntries(copies), message: { ...message } }
}

export function actView({ kind, ...act }: Act): z.input<typeof actJson> {
  return { ...act, act: kind }
}

export function ownershipView({ item, tokenId, state, at }: ItemOwnership): z.input<typeof ownershipJson> {
  const about = { item, tokenId, chain: chainView(at) }
  if (!state.claimed) {
    const none = { owner: null, nonce: null, claimedAt: null, stolen: null, recovery: null }
    return { ...about, ownership: 'unclaimed', ...none }
  }
  const { owner, nonce, claimedAtUnix, stolen, recovery } = state
  return {
    ...about,
    ownership: 'claimed',
    owner,
    nonce,
    claimedAt: unixIso(claimedAtUnix),
    stolen: stolen && { at: unixIso(stolen.atUnix), by: stolen.by },
    recovery: recovery && { newOwner: recovery.newOwner, readyAt: unixIso(recovery.readyAtUnix) },
  }
}

export function chainView({ chainId, blockNumber, blockHash }: BlockRef): z.input<typeof chainJson> {
  return { chainId, blockNumber, blockHash }
}

function unixIso(seconds: number): string {
  return isoTime(seconds * 1000)
}
