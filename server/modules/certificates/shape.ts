/**
 * What the JSON of a certificate must look like. Free of Node and of libraries, so that the gateway, the command line and
 * a buyer's browser take the same certificates.
 */
type Check = (value: unknown) => boolean
type Shape = Readonly<Record<string, Check>>

/** A certificate with every field at its longest stays below this; more is refused before anything is decoded. */
export const CERTIFICATE_CHARACTERS_MAX = 16_384

const TEXT_MAX = 4_096
const LABELS_MAX = 8

const text: Check = (value) => typeof value === 'string' && value.length >= 1 && value.length <= TEXT_MAX
const labels: Check = (value) =>
  Array.isArray(value) && value.length >= 1 && value.length <= LABELS_MAX && value.every(text)
const literal =
  (wanted: string): Check =>
  (value) =>
    value === wanted
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value)
const time: Check = (value) =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/.test(value) &&
  !Number.isNaN(Date.parse(value))

/** Exactly these members, or at least these. */
const object = (shape: Shape, others: 'none' | 'any' = 'none'): Check => {
  const known = Object.entries(shape)
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const members = value as Readonly<Record<string, unknown>>
    if (others === 'none' && Object.keys(members).length !== known.length) return false
    return known.every(([name, check]) => Object.hasOwn(members, name) && check(members[name]))
  }
}

/** The protected header: ES256 and `vc+jwt`, and no member that could change how it is read. */
export const isHeader: Check = object({
  alg: literal('ES256'),
  kid: matching(/^[A-Za-z0-9_-]{43}$/),
  typ: literal('vc+jwt'),
  cty: literal('vc'),
})

export const isPayload: Check = object({
  '@context': labels,
  type: labels,
  id: matching(/^urn:uuid:[0-9a-f-]{36}$/),
  issuer: object({ type: labels, id: matching(/^did:web:./), name: text }),
  validFrom: time,
  credentialStatus: object({
    id: text,
    type: literal('BitstringStatusListEntry'),
    statusPurpose: literal('revocation'),
    statusListIndex: matching(/^(?:0|[1-9]\d{0,9})$/),
    statusListCredential: text,
  }),
  credentialSubject: object({
    type: labels,
    id: text,
    granularityLevel: literal('item'),
    itemSalt: matching(/^[A-Za-z0-9_-]{22}$/),
    product: object({ name: text, registeredId: text, serialNumber: text }, 'any'),
  }),
})
