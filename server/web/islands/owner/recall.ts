import { base64urlFrom } from '../../../kernel/portable.ts'
import type { Passkey } from './passkey.ts'
import { pointsOf } from './points.ts'

const CHALLENGE_BYTES = 32

/**
 * Finds a passkey that this browser does not remember, such as one that came to a new phone: the person picks it, it
 * signs a challenge of no meaning, and its public key is the one of those the signature fits that `isIt` takes.
 */
export async function recallPasskey(isIt: (passkey: Passkey) => boolean): Promise<Passkey | null> {
  const credential = (await navigator.credentials.get({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(CHALLENGE_BYTES)),
      userVerification: 'required',
    },
  })) as PublicKeyCredential | null
  const response = credential?.response as AuthenticatorAssertionResponse | undefined
  if (!credential || !response) return null
  const id = base64urlFrom(new Uint8Array(credential.rawId))
  const candidates = pointsOf({
    authenticatorData: new Uint8Array(response.authenticatorData),
    clientDataJSON: new Uint8Array(response.clientDataJSON),
    signature: new Uint8Array(response.signature),
  })
  return candidates.map((point) => ({ id, point })).find(isIt) ?? null
}
