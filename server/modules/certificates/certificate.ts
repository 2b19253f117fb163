import { isUtf8 } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { canonicalBase64url, hexOf } from '../../kernel/bytes.ts'
import { sha256 } from '../../kernel/digest.ts'
import { CERTIFICATE_CHARACTERS_MAX, isHeader, isPayload } from './shape.ts'
import { isLowS, SIGNATURE_BYTES, verifySignature } from './signature.ts'
import type {
  Certificate,
  CertificateFault,
  CertificateHeader,
  CertificatePayload,
  CertificateReading,
} from './types.ts'

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
  if (!isHeader(headerJson)) return refused('wrong_header')
  if (!isPayload(payloadJson)) return refused('wrong_payload')
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
  if (!isUtf8(bytes)) return undefined
  const source = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    return undefined
  }
  return JSON.stringify(value) === source ? value : undefined
}
