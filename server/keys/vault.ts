import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { AppError } from '../kernel/errors.ts'

/** Encrypts what the service must keep but the database must not show. */
export type Vault = {
  /** AES-256-GCM under a key derived for the purpose; the purpose is authenticated. */
  seal(purpose: string, plain: Uint8Array): Buffer
  /** Throws `keys.cannot_open` when the bytes were sealed under another master key or purpose, or were altered. */
  open(purpose: string, sealed: Uint8Array): Buffer
  /** 32 bytes that only this master key gives for the purpose. */
  secret(purpose: string): Buffer
}

const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 1

/** A vault under the 32-byte master key: version byte, nonce, ciphertext, tag (NIST SP 800-38D; HKDF by RFC 5869). */
export function createVault(masterKey: Buffer): Vault {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', masterKey, '', `cachet:vault:${purpose}`, 32))
  return {
    secret: (purpose) => derive(`secret:${purpose}`),
    seal(purpose, plain) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', derive(purpose), nonce).setAAD(Buffer.from(purpose))
      return Buffer.concat([
        Buffer.of(VERSION),
        nonce,
        cipher.update(plain),
        cipher.final(),
        cipher.getAuthTag(),
      ])
    },
    open(purpose, sealed) {
      const bytes = Buffer.from(sealed)
      try {
        if (bytes[0] !== VERSION) throw new RangeError(`unknown version ${bytes[0]}`)
        const nonce = bytes.subarray(1, 1 + NONCE_BYTES)
        const decipher = createDecipheriv('aes-256-gcm', derive(purpose), nonce, { authTagLength: TAG_BYTES })
        decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(-TAG_BYTES))
        return Buffer.concat([decipher.update(bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()])
      } catch (cause) {
        const message =
          'a stored secret cannot be opened: it was sealed under another CACHET_MASTER_KEY, or altered'
        throw new AppError('keys.cannot_open', message, { purpose }, { cause })
      }
    },
  }
}
