import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { canonicalBase64url, hexOf } from '../../kernel/bytes.ts'
import { sha256 } from '../../kernel/digest.ts'
import { isLowS, SIGNATURE_BYTES, verifySignature } from './signature.ts'
import type {
  Certificate,
  CertificateFault,
  CertificateHeader,
  CertificatePayload,
  CertificateReading,
} from './types.ts'

/** A certificate with every field at its longest stays below this; more is refused before anything is decoded. */
export const CERTIFICATE_CHARACTERS_MAX = 16_384

const TEXT_MAX = 4_096
const text = z.string().min(1).max(TEXT_MAX)
const labels = z.array(text).min(1).max(8)

const headerSchema = z.strictObject({
  alg: z.literal('ES256'),
  kid: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  typ: z.literal('vc+jwt'),
  cty: z.literal('vc'),
})

const payloadSchema = z.strictObject({
  '@context': labels,
  type: labels,
  id: z.string().regex(/^urn:uuid:[0-9a-f-]{36}$/),
  issuer: z.strictObject({ type: labels, id: z.string().regex(/^did:web:./), name: text }),
  validFrom: z.iso.datetime(),
  credentialStatus: z.strictObject({
    id: text,
    type: z.literal('BitstringStatusListEntry'),
    statusPurpose: z.literal('revocation'),
    statusListIndex: z.string().regex(/^(?:0|[1-9]\d{0,9})$/),
    statusListCredential: text,
  }),
  credentialSubject: z.strictObject({
    type: labels,
    id: text,
    granularityLevel: z.literal('item'),
    itemSalt: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
    product: z.looseObject({ name: text, registeredId: text, serialNumber: text }),
  }),
})

/**
 * Reads a compact JWS as an item certificate without verifying its signature. Strict on purpose: every certificate has
 * exactly one spelling, so base64url must be canonical, the JSON must be what ECMAScript's serialisation gives back (no
 * duplicate key, no blank, no other escape), the algorithm and type are pinned, and s must be the low one.
 *
 * @example
 *   const reading = readCertificate(text)
 *   if (reading.ok) await verifyCertificate(reading.certificate, key.publicKey)
 */
export function readCertificate(compact: string): CertificateReading {
  if (compact.length > CERTIFICATE_CHARACTERS_MAX) return refused('too_long')
  const parts = compact.split('.')
  const [header, payload, signature] = parts
  if (parts.length !== 3 || !header || !payload || !signature) return refused('not_three_parts')
  const bytes = [header, payload, signature].map(canonicalBase64url)
  const [headerBytes, payloadBytes, signatureBytes] = bytes
  if (!headerBytes || !payloadBytes || !signatureBytes) return refused('not_canonical_base64url')
  const headerJson = canonicalParse(headerBytes)
  const payloadJson = canonicalParse(payloadBytes)
  if (headerJson === undefined || payloadJson === undefined) return refused('not_canonical_json')
  if (!headerSchema.safeParse(headerJson).success) return refused('wrong_header')
  if (!payloadSchema.safeParse(payloadJson).success) return refused('wrong_payload')
  if (signatureBytes.length !== SIGNATURE_BYTES) return refused('wrong_signature_length')
  if (!isLowS(signatureBytes)) return refused('high_s')
  const signingInput = `${header}.${payload}`
  const certificate: Certificate = {
    header: headerJson as CertificateHeader,
    payload: payloadJson as CertificatePayload,
    signingInput,
    digest: hexOf(sha256(signingInput)),
    signature: signatureBytes,
  }
  return { ok: true, certificate }
}

/** True when the certificate was signed by the key. Runs off the main thread. */
export function verifyCertificate(certificate: Certificate | string, publicKey: KeyObject): Promise<boolean> {
  if (typeof certificate !== 'string')
    return verifySignature(certificate.signingInput, certificate.signature, publicKey)
  const reading = readCertificate(certificate)
  return reading.ok ? verifyCertificate(reading.certificate, publicKey) : Promise.resolve(false)
}

function refused(fault: CertificateFault): CertificateReading {
  return { ok: false, fault }
}

/** The JSON value of UTF-8 bytes that are its one canonical text; undefined for any other bytes. */
function canonicalParse(bytes: Buffer): unknown {
  const source = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    return undefined
  }
  return JSON.stringify(value) === source && Buffer.from(source).equals(bytes) ? value : undefined
}
