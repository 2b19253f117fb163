import { createHash, generateKeyPairSync, type KeyObject, sign as nodeSign, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { parse } from 'csv-parse/sync'
import { TypedDataEncoder, Wallet } from 'ethers'
import { type Hex, toHex } from '../../server/kernel/bytes.ts'
import { claimPrivateKey } from '../../server/modules/items/index.ts'
import type { TypedData } from '../../server/modules/ownership/index.ts'
import { eventually, startService, type TestService } from '../support/service.ts'

export type Json = Record<string, unknown>
export type Answer = { readonly status: number; readonly json: Json }
export type Item = { readonly gtin: string; readonly serial: string; readonly code: string }
export type Signing = {
  readonly tokenId: Hex
  readonly itemId: Hex
  readonly signer: { readonly role: string; readonly account: Hex }
  readonly owner: { readonly signer: Hex; readonly account: Hex } | null
  readonly typedData: TypedData
  readonly digest: Hex
  readonly challenge: string
  readonly nonce: number
  readonly deadline: number
}

/** Somebody who owns items: what the API is told of the owner, and how a message is signed. */
export type Person = {
  readonly owner: Json
  sign(typedData: TypedData, challenge?: string): Promise<unknown>
}

/** A phone: an authenticator's ES256 key, and what a browser makes of its answer (WebAuthn Level 3, section 7.2). */
export function phone(): Person {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64url')
  return {
    owner: { passkey: { publicKey: spki } },
    sign: async (typedData, challenge) => assertion(privateKey, challenge ?? challengeOf(typedData)),
  }
}

export function wallet(): Person & { readonly account: Hex } {
  const signer = new Wallet(`0x${randomBytes(32).toString('hex')}`)
  return {
    account: toHex(signer.address, 20),
    owner: { address: signer.address },
    sign: (typedData) => signTyped(signer, typedData),
  }
}

export function signTyped(signer: Wallet, { domain, types, message }: TypedData): Promise<string> {
  return signer.signTypedData(
    domain,
    types as Record<string, { name: string; type: string }[]>,
    message as Record<string, string>,
  )
}

/** The wallet of the hidden claim key, made from the code as a phone makes it. */
export function claimWallet(itemId: Hex, code: string): Wallet {
  const key = claimPrivateKey(Buffer.from(itemId.slice(2), 'hex'), code)
  return new Wallet(`0x${key.toString('hex')}`)
}

function challengeOf({ domain, types, message }: TypedData): string {
  const digest = TypedDataEncoder.hash(
    domain,
    types as Record<string, { name: string; type: string }[]>,
    message,
  )
  return Buffer.from(digest.slice(2), 'hex').toString('base64url')
}

function assertion(key: KeyObject, challenge: string): Json {
  const clientData = JSON.stringify({
    type: 'webauthn.get',
    challenge,
    origin: 'http://localhost',
    crossOrigin: false,
  })
  const relyingParty = createHash('sha256').update('localhost').digest()
  const authenticatorData = Buffer.concat([relyingParty, Buffer.from([5, 0, 0, 0, 1])])
  const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()])
  return {
    authenticatorData: authenticatorData.toString('base64url'),
    clientDataJSON: Buffer.from(clientData).toString('base64url'),
    signature: nodeSign('sha256', signed, key).toString('base64url'),
  }
}

/** Status and code of an answer, which say together how a request ended. */
export const codeOf = ({ status, json }: Answer): unknown[] => [status, json['code']]

export const pathOf = ({ gtin, serial }: Item, what: string): string => `/v1/items/${gtin}/${serial}/${what}`

export type OwnershipWorld = Awaited<ReturnType<typeof ownershipWorld>>

/** The whole service with a batch of items whose codes are known. */
export async function ownershipWorld(count: number, env: Record<string, string> = {}) {
  const service = await startService(env)
  const brandKey = service.credentials.brands[0]?.apiKey ?? ''
  const items = await registerItems(service, brandKey, count)
  // Never claimed: messages that name an owner can always be asked for it.
  const spare = items.pop() as Item
  let next = 0
  const call = async (
    method: string,
    path: string,
    given: { body?: unknown; key?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: {
        ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(given.key ? { authorization: `Bearer ${given.key}` } : {}),
        ...given.headers,
      },
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    })
    return { status: response.status, json: (await response.json()) as Json }
  }
  const post = (path: string, body: unknown, key?: string): Promise<Answer> =>
    call('POST', path, { body, ...(key === undefined ? {} : { key }) })
  const keyOf = ({ gtin, serial }: Item) => ({ gtin, serial })

  const signing = async (item: Item, act: string, more: Json = {}): Promise<Signing> => {
    const { status, json } = await post('/v1/signing-requests', { act, item: keyOf(item), ...more })
    expect(status, JSON.stringify(json)).to.equal(200)
    return json as unknown as Signing
  }
  const claimBody = async (item: Item, person: Person) => {
    const { itemId, typedData, deadline } = await signing(item, 'claim', { owner: person.owner })
    const signature = await signTyped(claimWallet(itemId, item.code), typedData)
    return { item: keyOf(item), owner: person.owner, deadline, signature }
  }
  const authorised = async (item: Item, person: Person, act: string, more: Json = {}) => {
    const request = await signing(item, act, more)
    const { typedData, challenge, nonce, deadline } = request
    const signature = await person.sign(typedData, challenge)
    return { request, authorization: { owner: person.owner, nonce, deadline, signature } }
  }
  return {
    service,
    brandKey,
    items,
    call,
    post,
    keyOf,
    signing,
    claimBody,
    authorised,
    /** An item that no test has used before. */
    fresh(): Item {
      const item = items[next++]
      if (!item) throw new Error('the batch has too few items')
      return item
    },
    async claim(item: Item, person: Person): Promise<Json> {
      const { status, json } = await post('/v1/claims', await claimBody(item, person))
      expect(status, JSON.stringify(json)).to.equal(202)
      return json
    },
    async transferBody(item: Item, from: Person, to: Person) {
      const { authorization } = await authorised(item, from, 'transfer', { to: to.owner })
      return { item: keyOf(item), to: to.owner, authorization }
    },
    /** The start of a recovery to a new owner, with the code under the panel. */
    async recoveryBody(item: Item, next: Person, code = item.code) {
      const { itemId, typedData, nonce, deadline } = await signing(item, 'recover', { newOwner: next.owner })
      const signature = await signTyped(claimWallet(itemId, code), typedData)
      return { item: keyOf(item), newOwner: next.owner, nonce, deadline, signature }
    },
    /** What the service makes of an owner: the contract's signer, and its account. */
    async ownerOf(person: Person) {
      const { owner } = await signing(spare, 'claim', { owner: person.owner })
      if (owner === null) throw new Error('no owner was named')
      return owner
    },
    ownershipOf: async (item: Item): Promise<Json> =>
      (await call('GET', `/v1/items/${item.gtin}/${item.serial}/ownership`)).json,
    rpc: (method: string, params: unknown[] = []) => rpc(service.services.chain.rpcUrl, method, params),
    close: () => service.close(),
  }
}

async function registerItems(service: TestService, key: string, count: number): Promise<Item[]> {
  const prefix = randomBytes(4).toString('hex').toUpperCase()
  const rows = Array.from({ length: count }, (_, i) => `09521234001157,OWN${prefix}${i},Parfum N° 12 Édition`)
  const authorization = `Bearer ${key}`
  const uploaded = await fetch(`${service.url}/v1/batches`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'text/csv' },
    body: `gtin,serial,model\n${rows.join('\n')}\n`,
  })
  const { id } = (await uploaded.json()) as { id: string }
  await eventually('the batch is anchored', async () => {
    const batch = await fetch(`${service.url}/v1/batches/${id}`, { headers: { authorization } })
    return ((await batch.json()) as { status: string }).status === 'anchored'
  })
  const codes = await fetch(`${service.url}/v1/batches/${id}/claim-codes.csv`, { headers: { authorization } })
  const lines = parse(await codes.text(), { columns: true }) as Record<string, string>[]
  return lines.map((line) => ({
    gtin: line['gtin'] ?? '',
    serial: line['serial'] ?? '',
    code: line['claim_code'] ?? '',
  }))
}

export async function rpc(url: string, method: string, params: unknown[]): Promise<unknown> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const answer = (await reply.json()) as { result?: unknown; error?: { message: string } }
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`)
  return answer.result
}
