import { z } from 'zod'
import { VERDICTS } from './types.ts'

/** Entries one batch may have (design.md section 10). */
export const BATCH_ENTRIES_MAX = 1_000
/** A certificate is at most 16 kB; a little more is read, so that one that is too long is named as such. */
const CERTIFICATE_CHARACTERS_MAX = 65_536
const NONCE_CHARACTERS_MAX = 128

const url = z.string().min(1).max(4_096).meta({
  description: 'GS1 Digital Link on the label',
  example: 'https://id.gs1.org/01/09506000134352/21/7QK',
})
const gtin = z
  .string()
  .min(1)
  .max(40)
  .meta({ description: 'GTIN, 8 to 14 digits', example: '09506000134352' })
const serial = z.string().min(1).max(100).meta({ description: 'serial, up to 20 characters of the GS1 set' })
const certificate = z
  .string()
  .min(1)
  .max(CERTIFICATE_CHARACTERS_MAX)
  .meta({ description: 'a certificate to check: compact JWS, vc+jwt' })

const context = {
  nonce: z
    .string()
    .min(1)
    .max(NONCE_CHARACTERS_MAX)
    .optional()
    .meta({ description: 'copied into the receipt' }),
  location: z
    .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
    .optional()
    .meta({ description: 'where the scan was made; kept to one decimal for 30 days' }),
}

const ONE_SUBJECT = 'send exactly one of url, gtin with serial, or certificate'
const SUN_SUBJECT = 'sun is the message of an item’s chip: send it with url, or gtin with serial'

/** A chip's file of 256 bytes holds its link and message together. */
const SUN_CHARACTERS_MAX = 512
const SESSION_CHARACTERS_MAX = 64

const tap = {
  sun: z.string().min(1).max(SUN_CHARACTERS_MAX).optional().meta({
    description: 'what the item’s chip added to its link: picc_data=…&cmac=…; not needed where url has it',
    example: 'picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086',
  }),
  tapSession: z.string().min(1).max(SESSION_CHARACTERS_MAX).optional().meta({
    description: 'tap.session of the answer to the tap before: two taps in a row prove that the chip is here',
  }),
}

const challenge = z
  .strictObject({ id: z.string().max(40), secret: z.string().max(100) })
  .optional()
  .meta({ description: 'a challenge that the item’s owner answered (POST /v1/challenges): counts once' })

type Asked = {
  url?: string | undefined
  gtin?: string | undefined
  serial?: string | undefined
  certificate?: string | undefined
}

function hasOneSubject({ url, gtin, serial, certificate }: Asked): boolean {
  const numbered = gtin !== undefined || serial !== undefined
  const whole = (gtin === undefined) === (serial === undefined)
  return whole && [url !== undefined, numbered, certificate !== undefined].filter(Boolean).length === 1
}

const subject = {
  url: url.optional(),
  gtin: gtin.optional(),
  serial: serial.optional(),
  certificate: certificate.optional(),
}

export const verificationSchema = z
  .strictObject({ ...subject, ...context, ...tap, challenge })
  .refine(hasOneSubject, { error: ONE_SUBJECT })
  .refine(({ sun, certificate }) => sun === undefined || certificate === undefined, { error: SUN_SUBJECT })

export const batchSchema = z.strictObject({
  entries: z
    .array(z.strictObject(subject).refine(hasOneSubject, { error: ONE_SUBJECT }))
    .min(1)
    .max(BATCH_ENTRIES_MAX),
  ...context,
})

export const verificationIdSchema = z.strictObject({
  id: z.string().regex(/^ver_[0-9A-Z]{26}$/, 'not the id of a verification'),
})

const hex = z.string().regex(/^0x[0-9a-f]+$/)

const finding = z.strictObject({
  check: z.enum([
    'record',
    'signature',
    'anchor',
    'revocation',
    'recall',
    'ownership',
    'scan_pattern',
    'tag',
  ]),
  result: z.enum(['pass', 'warn', 'fail', 'unknown']),
  detail: z.string(),
})

const brand = z.strictObject({ id: z.string(), name: z.string() })

const chain = z.strictObject({
  chainId: z.int(),
  blockNumber: z.int(),
  blockHash: hex,
  confirmations: z.int(),
  root: hex,
})

const proof = z.strictObject({ index: z.int(), leafCount: z.int(), claimKey: hex, siblings: z.array(hex) })

/** The answer to a scan (design.md section 6). */
export const verdictSchema = z
  .strictObject({
    id: z.string(),
    verdict: z.enum(VERDICTS),
    assurance: z.enum(['label', 'holder', 'tag']),
    item: z
      .object({ gtin: z.string(), serial: z.string(), model: z.string().nullable() })
      .catchall(z.string().nullable())
      .nullable(),
    brand: brand.nullable(),
    ownership: z.enum(['unclaimed', 'claimed', 'unknown']),
    findings: z.array(finding),
    chain: chain.nullable(),
    advice: z.string(),
    checkedAt: z.iso.datetime(),
    receipt: z.string(),
    proof: proof.nullable(),
    certificate: z.string().nullable(),
    tap: z.strictObject({ session: z.string(), until: z.iso.datetime() }).optional().meta({
      description: 'after a tap: send session as tapSession with the next tap, until the time given',
    }),
  })
  .meta({ id: 'Verdict' })

/** Why one entry of a batch could not be understood. */
const entryProblem = z.strictObject({ error: z.looseObject({ code: z.string(), detail: z.string() }) })

export const batchAnswerSchema = z.strictObject({ results: z.array(z.union([verdictSchema, entryProblem])) })

export const bundleSchema = z.strictObject({
  format: z.literal('cachet-bundle/1'),
  id: z.string(),
  brand,
  certificate: z.string(),
  proof,
  chain,
  contracts: z
    .strictObject({ chainId: z.int(), brandRegistry: z.string(), itemRegistry: z.string() })
    .nullable(),
  receipt: z.string(),
})
