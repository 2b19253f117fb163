import type { Hex } from '../../../kernel/bytes.ts'
import { base64urlFrom, bytesFrom, fromBase64url } from '../../../kernel/portable.ts'

/** ES256 (COSE algorithm -7): the one that the contract verifies. */
const ES256 = -7
const USER_ID_BYTES = 16
const CHALLENGE_BYTES = 32
const SPKI_POINT_BYTES = 64

/** A passkey that owns items: its id for the browser, and its public key. */
export type Passkey = { readonly id: string; readonly point: string }

/** What the API takes as a passkey's signature. */
export type Assertion = {
  readonly authenticatorData: string
  readonly clientDataJSON: string
  readonly signature: string
}

export function canUsePasskeys(): boolean {
  return 'credentials' in navigator && 'PublicKeyCredential' in globalThis
}

/** Makes a passkey for this site. Rejects as the browser does where the person declines. */
export async function makePasskey(name: string): Promise<Passkey> {
  const credential = (await navigator.credentials.create({
    publicKey: {
      rp: { name: 'Cachet' },
      user: { id: random(USER_ID_BYTES), name, displayName: name },
      challenge: random(CHALLENGE_BYTES),
      pubKeyCredParams: [{ type: 'public-key', alg: ES256 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    },
  })) as PublicKeyCredential | null
  const response = credential?.response as AuthenticatorAttestationResponse | undefined
  const spki = response?.getPublicKey()
  if (!credential || !spki) throw new TypeError('the browser gave no public key')
  return { id: base64urlFrom(new Uint8Array(credential.rawId)), point: pointOf(new Uint8Array(spki)) }
}

/** Asks for a signature over the digest, by this passkey. */
export async function signWith(passkey: Passkey, digest: Hex): Promise<Assertion> {
  const id = bytes(passkey.id)
  const credential = (await navigator.credentials.get({
    publicKey: {
      challenge: bytesFrom(digest),
      allowCredentials: [{ type: 'public-key', id }],
      userVerification: 'required',
    },
  })) as PublicKeyCredential | null
  const response = credential?.response as AuthenticatorAssertionResponse | undefined
  if (!response) throw new TypeError('the browser gave no signature')
  const text = (buffer: ArrayBuffer): string => base64urlFrom(new Uint8Array(buffer))
  return {
    authenticatorData: text(response.authenticatorData),
    clientDataJSON: text(response.clientDataJSON),
    signature: text(response.signature),
  }
}

/** x and y in base64url: the end of a SubjectPublicKeyInfo of an uncompressed point (RFC 5480). */
function pointOf(spki: Uint8Array): string {
  return base64urlFrom(spki.subarray(spki.length - SPKI_POINT_BYTES))
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const read = fromBase64url(text)
  if (read === null) throw new TypeError('this is no base64url')
  return read
}

function random(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length))
}
