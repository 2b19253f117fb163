import { base64urlFrom, fromBase64url, hexFrom, sha256Of, utf8, utf8Text } from '../kernel/portable.ts'
import { CERTIFICATE_CHARACTERS_MAX, isHeader, isPayload } from '../modules/certificates/shape.ts'
import type {
  Certificate,
  CertificateFault,
  CertificateHeader,
  CertificatePayload,
} from '../modules/certificates/types.ts'
import { isLowS, SIGNATURE_BYTES } from './signature.ts'

/** A certificate that was read, as in the module `certificates`, with its signature as plain bytes. */
export type OfflineCertificate = Omit<Certificate, 'signature'> & {
  readonly signature: Uint8Array<ArrayBuffer>
}

export type OfflineReading =
  | { readonly ok: true; readonly certificate: OfflineCertificate }
  | { readonly ok: false; readonly fault: CertificateFault }

/** Reads a certificate as strictly as the gateway does, and with the same faults, without Node. */
export function readOffline(compact: string): OfflineReading {
  if (compact.length > CERTIFICATE_CHARACTERS_MAX) return refused('too_long')
  const parts = compact.split('.')
  const [header, payload, signature] = parts
  if (parts.length !== 3 || !header || !payload || !signature) return refused('not_three_parts')
  const [headerBytes, payloadBytes, signatureBytes] = [header, payload, signature].map(fromBase64url)
  if (!headerBytes || !payloadBytes || !signatureBytes) return refused('not_canonical_base64url')
  const headerJson = canonicalParse(headerBytes)
  const payloadJson = canonicalParse(payloadBytes)
  if (headerJson === undefined || payloadJson === undefined) return refused('not_canonical_json')
  if (!isHeader(headerJson)) return refused('wrong_header')
  if (!isPayload(payloadJson)) return refused('wrong_payload')
  if (signatureBytes.length !== SIGNATURE_BYTES) return refused('wrong_signature_length')
  if (!isLowS(signatureBytes)) return refused('high_s')
  const signingInput = `${header}.${payload}`
  const certificate: OfflineCertificate = {
    header: headerJson as CertificateHeader, // isHeader has looked at every member
    payload: payloadJson as CertificatePayload, // and isPayload at these
    signingInput,
    digest: hexFrom(sha256Of(utf8(signingInput))),
    signature: signatureBytes,
  }
  return { ok: true, certificate }
}

function refused(fault: CertificateFault): OfflineReading {
  return { ok: false, fault }
}

/** The JSON value of UTF-8 bytes that are its one canonical text; undefined for any other bytes. */
function canonicalParse(bytes: Uint8Array): unknown {
  const source = utf8Text(bytes)
  if (source === null) return undefined
  try {
    const value: unknown = JSON.parse(source)
    const same = JSON.stringify(value) === source && base64urlFrom(utf8(source)) === base64urlFrom(bytes)
    return same ? value : undefined
  } catch {
    // Not JSON, which is an answer and no accident.
    return undefined
  }
}
