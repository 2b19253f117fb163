import { createHash, generateKeyPairSync, type KeyObject, sign as nodeSign } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import {
  AbiCoder,
  concat,
  getBytes,
  keccak256,
  type Signer,
  type TypedDataDomain,
  TypedDataEncoder,
  type TypedDataField,
} from 'ethers'

type Types = Record<string, TypedDataField[]>

/** Somebody who can own an item: an ERC-7913 signer that also signs. */
export type Owner = {
  /** What the contract is told: an address, or verifier and key. */
  readonly bytes: string
  /** What `ownerOf` answers. */
  readonly account: string
  readonly sign: (domain: TypedDataDomain, types: Types, value: Record<string, unknown>) => Promise<string>
}

const fields = (...pairs: [type: string, name: string][]): TypedDataField[] =>
  pairs.map(([type, name]) => ({ type, name }))
const TOKEN = ['uint256', 'tokenId'] as [string, string]
const SPAN = [
  ['uint40', 'nonce'],
  ['uint48', 'deadline'],
] as [string, string][]

/** What may be signed, by the name of the EIP-712 type. */
export const MESSAGES = {
  Claim: fields(TOKEN, ['bytes', 'owner'], ['uint48', 'deadline']),
  Recover: fields(TOKEN, ['bytes', 'newOwner'], ...SPAN),
  Transfer: fields(TOKEN, ['bytes', 'to'], ...SPAN),
  ReportStolen: fields(TOKEN, ...SPAN),
  ReportRecovered: fields(TOKEN, ...SPAN),
  CancelRecovery: fields(TOKEN, ...SPAN),
  ListingPermit: fields(
    TOKEN,
    ['bytes32', 'marketplace'],
    ['bytes32', 'listing'],
    ['uint40', 'nonce'],
    ['uint48', 'expiry'],
  ),
} as const

/** An account, by its wallet. */
export async function accountOwner(signer: Signer): Promise<Owner> {
  const account = await signer.getAddress()
  return {
    bytes: account.toLowerCase(),
    account,
    sign: (domain, types, value) => signer.signTypedData(domain, types, value),
  }
}

/** A P-256 key that signs the digest as it is. */
export function keyOwner(verifier: string): Owner {
  const secret = p256.utils.randomSecretKey()
  const bytes = concat([verifier, p256.getPublicKey(secret, false).slice(1)])
  return {
    bytes,
    account: derivedAddress(bytes),
    sign: async (domain, types, value) => {
      const digest = getBytes(TypedDataEncoder.hash(domain, types, value))
      return concat([p256.sign(digest, secret, { prehash: false, lowS: true })])
    },
  }
}

/** The flags of an authenticator: user present, user verified, backup eligible, backed up. */
export const Flag = { present: 1, verified: 4, eligible: 8, backedUp: 16 } as const

export type Assertion = {
  readonly flags?: number
  readonly type?: string
  readonly challenge?: string
  readonly highS?: boolean
}

export type Passkey = Owner & {
  /** The assertion over a hash, with what an authenticator would do otherwise. */
  readonly assert: (hash: string, otherwise?: Assertion) => string
}

/** A passkey: an authenticator's ES256 key and the browser's client data, as WebAuthn Level 3, section 7.2 reads them. */
export function passkeyOwner(verifier: string): Passkey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const bytes = concat([verifier, Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  const assert = (hash: string, otherwise: Assertion = {}): string => assertion(privateKey, hash, otherwise)
  return {
    bytes,
    account: derivedAddress(bytes),
    assert,
    sign: async (domain, types, value) => assert(TypedDataEncoder.hash(domain, types, value)),
  }
}

function assertion(key: KeyObject, hash: string, otherwise: Assertion): string {
  const { flags = Flag.present | Flag.verified, type = 'webauthn.get', highS = false } = otherwise
  const challenge = Buffer.from(getBytes(otherwise.challenge ?? hash)).toString('base64url')
  const clientData = `{"type":"${type}","challenge":"${challenge}","origin":"https://maison-exemple.com","crossOrigin":false}`
  const relyingParty = createHash('sha256').update('maison-exemple.com').digest()
  const authenticatorData = Buffer.concat([relyingParty, Buffer.from([flags, 0, 0, 0, 1])])
  const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()])
  const signature = nodeSign('sha256', signed, { key, dsaEncoding: 'ieee-p1363' })
  const r = BigInt(`0x${signature.subarray(0, 32).toString('hex')}`)
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`)
  const order = p256.Point.Fn.ORDER
  const isHigh = s > order / 2n
  return AbiCoder.defaultAbiCoder().encode(
    ['uint256', 'uint256', 'uint256', 'uint256', 'bytes', 'string'],
    [
      r,
      isHigh === highS ? s : order - s,
      clientData.indexOf('"challenge"'),
      clientData.indexOf('"type"'),
      authenticatorData,
      clientData,
    ],
  )
}

function derivedAddress(bytes: string): string {
  return `0x${keccak256(bytes).slice(-40)}`
}
