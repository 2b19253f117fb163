import { z } from 'zod'
import { canonicalBase64url, type Hex, hexOf } from '../../kernel/bytes.ts'
import { parseGtin, parseSerial } from '../../kernel/gs1.ts'
import { parsedBy } from '../../kernel/schemas.ts'

/** SubjectPublicKeyInfo of an uncompressed P-256 point (RFC 5480), up to the point's x and y. */
const SPKI_HEAD = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex')
const COORDINATE_BYTES = 32
const AUTHORIZATION_BYTES_MAX = 4_096
const UNIX_MAX = 2 ** 48 - 1
const NONCE_MAX = 2 ** 40 - 1

export function hexText(bytes: number, description: string) {
  const pattern = new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`)
  return z
    .string()
    .regex(pattern, `must be ${bytes} bytes in hexadecimal`)
    .transform((text) => text.toLowerCase() as Hex)
    .meta({ description })
}

export const itemKey = z.strictObject({ gtin: parsedBy(parseGtin), serial: parsedBy(parseSerial) })
export const unixTime = (description: string) => z.int().min(0).max(UNIX_MAX).meta({ description })
export const nonce = z
  .int()
  .min(0)
  .max(NONCE_MAX)
  .meta({ description: 'the item’s nonce that the signature was made for' })

const base64url = (description: string, charactersMax: number) =>
  z
    .string()
    .min(1)
    .max(charactersMax)
    .transform((text, context) => {
      const bytes = canonicalBase64url(text)
      if (bytes !== null) return bytes
      context.addIssue({ code: 'custom', message: 'must be base64url without padding' })
      return z.NEVER
    })
    .meta({ description })

const publicKey = base64url(
  'the key of `response.getPublicKey()`: SubjectPublicKeyInfo in DER',
  400,
).transform((der, context) => {
  const point = der.subarray(SPKI_HEAD.length)
  if (der.subarray(0, SPKI_HEAD.length).equals(SPKI_HEAD) && point.length === 2 * COORDINATE_BYTES)
    return { x: hexOf(point.subarray(0, COORDINATE_BYTES)), y: hexOf(point.subarray(COORDINATE_BYTES)) }
  context.addIssue({ code: 'custom', message: 'must be a P-256 key (ES256, COSE algorithm -7)' })
  return z.NEVER
})
const point = z.strictObject({ x: hexText(32, 'x of the point'), y: hexText(32, 'y of the point') })

/** An owner: an address, a passkey's public key, or the `signer` of an earlier answer. */
export const ownerInput = z
  .union([
    z.strictObject({ address: hexText(20, 'Ethereum address') }),
    z.strictObject({ passkey: point }),
    z.strictObject({ passkey: z.strictObject({ publicKey }) }),
    z.strictObject({
      signer: z.union([hexText(20, 'an address'), hexText(84, 'verifier, x and y (ERC-7913)')]),
    }),
  ])
  .transform((given) => {
    if ('passkey' in given && 'publicKey' in given.passkey) return { passkey: given.passkey.publicKey }
    return given as Exclude<typeof given, { passkey: { publicKey: unknown } }>
  })

const assertion = z.strictObject({
  authenticatorData: base64url('as the browser gives it', 2_000),
  clientDataJSON: base64url('as the browser gives it', 4_000),
  signature: base64url('as the browser gives it: DER', 200),
})

/** An account's or a raw key's bytes, or a passkey's assertion. */
export const signatureInput = z.union([
  z
    .string()
    .max(2 + 2 * AUTHORIZATION_BYTES_MAX)
    .regex(/^0x(?:[0-9a-fA-F]{2})+$/, 'must be bytes in hexadecimal')
    .transform((text) => text.toLowerCase() as Hex),
  assertion,
])

export const authorization = z.strictObject({
  owner: ownerInput,
  nonce,
  deadline: unixTime('of the signed message'),
  signature: signatureInput,
})

/** Chain and contract of the domain that was signed: refused with a reason of its own where it is another. */
export const signedFor = z
  .strictObject({ chainId: z.int().positive(), verifyingContract: hexText(20, 'of the signed domain') })
  .optional()

const claimSignature = hexText(65, 'EIP-712 signature by the claim key: r, s, v')

export const claimBody = z.strictObject({
  item: itemKey,
  owner: ownerInput,
  deadline: unixTime('of the signed message'),
  signature: claimSignature,
  domain: signedFor,
})

export const transferBody = z.strictObject({
  item: itemKey,
  to: ownerInput,
  authorization,
  domain: signedFor,
})

export const recoveryBody = z.strictObject({
  item: itemKey,
  newOwner: ownerInput,
  nonce,
  deadline: unixTime('of the signed message'),
  signature: claimSignature,
})

export const recoveryEndBody = z.strictObject({
  item: itemKey,
  authorization: authorization.optional(),
  domain: signedFor,
})
export const tokenParams = z.strictObject({ tokenId: hexText(32, 'token id, as `tokenURI` writes it') })
export const itemBody = z.strictObject({ item: itemKey })

const place = {
  marketplace: z.string().min(1).max(128).meta({ description: 'id of the marketplace’s account' }),
  listing: z.string().min(1).max(128).meta({ description: 'the marketplace’s own id of the listing' }),
}
const asked = {
  item: itemKey,
  deadline: unixTime('Unix seconds; 15 minutes from now unless said').optional(),
}
export const signingBody = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('claim'), owner: ownerInput, ...asked }),
  z.strictObject({ act: z.literal('transfer'), to: ownerInput, ...asked }),
  z.strictObject({ act: z.literal('recover'), newOwner: ownerInput, ...asked }),
  z.strictObject({ act: z.enum(['report_stolen', 'report_recovered', 'cancel_recovery']), ...asked }),
  z.strictObject({
    act: z.literal('permit'),
    ...place,
    item: itemKey,
    expiry: unixTime('Unix seconds; a week from now unless said').optional(),
  }),
])

export const actParams = z.strictObject({
  id: z.string().regex(/^act_[0-9A-Z]{26}$/, 'not the id of an act'),
})
