import { AppError } from '../../../kernel/errors.ts'
import type { ChipKeys } from './sun-message.ts'

/** UID of an NTAG 424 DNA: 7 bytes as 14 capital hexadecimal digits, NXP's maker code 04 first. */
export type Uid = string & { readonly __brand: 'Uid' }

export const KEY_BYTES = 16
/** The five application keys of the chip, 0 to 4 (NT4H2421Gx data sheet, section 8.2.3.2). */
export const KEY_NUMBERS = [0, 1, 2, 3, 4] as const
export type KeyNumber = (typeof KEY_NUMBERS)[number]

/** Which key does what: 0 changes keys and settings, 1 hides UID and counter, 2 signs; 3 and 4 have no use here. */
export const KEY_ROLES = { master: 0, metaRead: 1, fileRead: 2 } as const

/**
 * Where master keys are: here sealed in the store, elsewhere in an HSM or KMS. One AES-CMAC is all that is asked of it,
 * so that a master key never has to leave it. Throws `tag.keys_unavailable`.
 */
export type MasterKeys = { cmac(keySetId: string, message: Uint8Array): Promise<Buffer> }

/** Parses a UID of either case, with or without colons; throws `tag.bad_uid`. */
export function parseUid(text: string): Uid {
  const compact = text.replaceAll(':', '').toUpperCase()
  if (/^04[0-9A-F]{12}$/.test(compact)) return compact as Uid
  throw new AppError('tag.bad_uid', 'a UID is 7 bytes in hexadecimal, the first of them 04', {
    uid: text.slice(0, 40),
  })
}

export function uidBytes(uid: Uid): Buffer {
  return Buffer.from(uid, 'hex')
}

/** AN10922's constant in front of the input of an AES-128 key. */
const DIVERSIFY_AES128 = 0x01
const SYSTEM_ID = Buffer.from('CACHET.1', 'ascii')

/**
 * What the key of a number of a chip is diversified by: UID, key number and this system's name, 16 bytes (AN10922 section
 * 2.2). The key is AES-CMAC of it under the master key; with the constant in front, CMAC pads to two blocks as the note
 * asks, so that plain CMAC is enough.
 */
export function diversificationInput(uid: Uid, number: KeyNumber): Buffer {
  return Buffer.concat([Buffer.of(DIVERSIFY_AES128), uidBytes(uid), Buffer.of(number), SYSTEM_ID])
}

/** The key of a number of a chip; no two chips share one. */
export function chipKey(
  masters: MasterKeys,
  keySetId: string,
  { uid, number }: { uid: Uid; number: KeyNumber },
): Promise<Buffer> {
  return masters.cmac(keySetId, diversificationInput(uid, number))
}

/** The two keys that reading the messages of a chip needs. */
export async function readKeys(masters: MasterKeys, keySetId: string, uid: Uid): Promise<ChipKeys> {
  const [metaRead, fileRead] = await Promise.all([
    chipKey(masters, keySetId, { uid, number: KEY_ROLES.metaRead }),
    chipKey(masters, keySetId, { uid, number: KEY_ROLES.fileRead }),
  ])
  return { metaRead, fileRead }
}

/** Parses a master key from hexadecimal; throws `tag.bad_key`. The factory key, all zeros, is everybody's: refused. */
export function parseMasterKey(text: string): Buffer {
  const key = /^[0-9A-Fa-f]{32}$/.test(text) ? Buffer.from(text, 'hex') : null
  if (key === null) throw new AppError('tag.bad_key', 'a master key is 16 bytes in hexadecimal')
  return requireSecret(key)
}

/** Throws `tag.bad_key` for a key that is no secret: the factory key, or one byte over and over. */
export function requireSecret(key: Buffer): Buffer {
  if (key.length === KEY_BYTES && key.some((byte) => byte !== key[0])) return key
  throw new AppError('tag.bad_key', 'this key is no secret: the factory key, or one byte repeated')
}
