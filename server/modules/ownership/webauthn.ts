import { type Hex, hexOf } from '../../kernel/bytes.ts'
import { AppError } from '../../kernel/errors.ts'
import { fromDer, lowS, toDer } from '../../kernel/es256-signature.ts'

/** What a browser's `navigator.credentials.get` gives: raw bytes, the signature in DER. */
export type Assertion = {
  readonly authenticatorData: Uint8Array
  readonly clientDataJSON: Uint8Array
  readonly signature: Uint8Array
}

const WORD = 32
const HEAD_WORDS = 6
/** rpIdHash, flags and counter (WebAuthn Level 3, section 6.1). */
const AUTHENTICATOR_BYTES_MIN = 37
const AUTHENTICATOR_BYTES_MAX = 1_024
const CLIENT_DATA_BYTES_MAX = 2_048

/**
 * An assertion as the WebAuthn verifier on chain takes it: `abi.encode(r, s, challengeIndex, typeIndex,
 * authenticatorData, clientDataJSON)`, s in the lower half. Throws `ownership.assertion_rejected` where it is no
 * assertion, or one over another challenge.
 */
export function encodeAssertion(
  { authenticatorData, clientDataJSON, signature }: Assertion,
  digest: Hex,
): Hex {
  const clientData = Buffer.from(clientDataJSON)
  const text = clientData.toString('utf8')
  if (
    authenticatorData.length < AUTHENTICATOR_BYTES_MIN ||
    authenticatorData.length > AUTHENTICATOR_BYTES_MAX
  )
    throw rejected('authenticatorData', 'is no authenticator data')
  if (clientData.length > CLIENT_DATA_BYTES_MAX || !Buffer.from(text, 'utf8').equals(clientData))
    throw rejected('clientDataJSON', 'is no UTF-8 text, or too long')
  const challenge = Buffer.from(digest.slice(2), 'hex').toString('base64url')
  const { r, s } = numbersOf(signature)
  const places = [
    placeOf(clientData, `"challenge":"${challenge}"`),
    placeOf(clientData, '"type":"webauthn.get"'),
  ]
  const [challengeAt = -1, typeAt = -1] = places
  if (typeAt < 0) throw rejected('clientDataJSON', 'is not of an assertion (type webauthn.get)')
  if (challengeAt < 0)
    throw rejected('clientDataJSON', 'answers another challenge than the one of this message')
  const first = tail(authenticatorData)
  const head = [r, s, number(challengeAt), number(typeAt), number(HEAD_WORDS * WORD)]
  const secondAt = number(HEAD_WORDS * WORD + first.length)
  return hexOf(Buffer.concat([...head, secondAt, first, tail(clientData)]))
}

function placeOf(clientData: Buffer, part: string): number {
  return clientData.indexOf(part, 0, 'utf8')
}

function numbersOf(signature: Uint8Array): { r: Buffer; s: Buffer } {
  const der = Buffer.from(signature)
  const plain = fromDer(der)
  // Reading DER forgives what is no DER; only what reads the same when written again was one.
  if (!toDer(plain).equals(der)) throw rejected('signature', 'is no ECDSA signature in DER')
  const low = lowS(plain)
  return { r: low.subarray(0, WORD), s: low.subarray(WORD) }
}

/** A dynamic `bytes` of the ABI: its length, and its bytes filled up to whole words. */
function tail(bytes: Uint8Array): Buffer {
  const padding = (WORD - (bytes.length % WORD)) % WORD
  return Buffer.concat([number(bytes.length), bytes, Buffer.alloc(padding)])
}

function number(value: number): Buffer {
  const word = Buffer.alloc(WORD)
  word.writeUInt32BE(value, WORD - 4)
  return word
}

function rejected(field: string, what: string): AppError {
  const errors = [{ pointer: `/signature/${field}`, detail: what }]
  return new AppError('ownership.assertion_rejected', `the passkey’s ${field} ${what}`, { errors })
}
