import { timingSafeEqual } from 'node:crypto'
import { BLOCK_BYTES } from './cmac.ts'
import {
  type ChipMode,
  COUNTER_BYTES,
  decryptPicc,
  MAC_BYTES,
  PICC_BYTES,
  sunSession,
  UID_BYTES,
} from './sun-crypto.ts'

/** What a chip adds to its link at each read, before any key is used. */
export type SunMessage = {
  readonly mode: ChipMode
  readonly picc: Buffer
  readonly file: Buffer | null
  readonly mac: Buffer
  /** The text that the MAC covers, as the chip wrote it. */
  readonly macInput: string
}

/** The keys of one chip that reading its messages needs; 16 bytes each. */
export type ChipKeys = { readonly metaRead: Uint8Array; readonly fileRead: Uint8Array }

/** What a message says once it is known to come from the chip. */
export type SunReading = {
  /** How often the chip had been read, this time included; from 1 to 2^24 - 1. */
  readonly counter: number
  readonly fileData: Buffer | null
}

/** Names of the parameters of a link: those of NXP's examples, and one that carries all of it. */
export const SUN_PARAMETERS = { picc: 'picc_data', file: 'enc', mac: 'cmac', all: 'sun' } as const

/** Encrypted file data of more blocks than this does not fit into the chip's 256-byte file. */
const FILE_BLOCKS_MAX = 7
const HEX_BYTES = /^(?:[0-9A-F]{2})+$/
/** PICCDataTag: UID and counter are mirrored, the UID has 7 bytes (AN12196 section 3.4.2). */
const PICC_TAG = 0xc7
const PICC_COUNTER_AT = 1 + UID_BYTES

/** True where a link carries a chip's message, whole or not. */
export function hasSun(query: Readonly<Record<string, string | undefined>>): boolean {
  return Object.values(SUN_PARAMETERS).some((name) => query[name] !== undefined)
}

/**
 * Takes a message from the parameters of a link: either `picc_data`, `enc` where the chip encrypts file data, and
 * `cmac`; or `sun` with the three in one. Chips write capital hexadecimal, and nothing else is read. Null where a part is
 * missing or of a wrong length.
 */
export function parseSun(query: Readonly<Record<string, string | undefined>>): SunMessage | null {
  const { picc, file, mac, all } = SUN_PARAMETERS
  if (query[all] !== undefined) return hasOthers(query) ? null : parseJoined(query[all])
  return messageOf({ picc: query[picc], file: query[file], mac: query[mac] }, `&${mac}=`)
}

function hasOthers(query: Readonly<Record<string, string | undefined>>): boolean {
  const { picc, file, mac } = SUN_PARAMETERS
  return [picc, file, mac].some((name) => query[name] !== undefined)
}

/** The three parts in a row. Where one ends follows from the length: file data comes in blocks of 32 characters. */
function parseJoined(text: string): SunMessage | null {
  const piccCharacters = 2 * PICC_BYTES[(text.length / 2) % BLOCK_BYTES === MAC_BYTES ? 'aes' : 'lrp']
  const picc = text.slice(0, piccCharacters)
  const mac = text.slice(-2 * MAC_BYTES)
  const file = text.slice(piccCharacters, -2 * MAC_BYTES)
  if (text.length < piccCharacters + 2 * MAC_BYTES) return null
  return messageOf({ picc, file: file === '' ? undefined : file, mac }, '')
}

type Parts = {
  readonly picc: string | undefined
  readonly file: string | undefined
  readonly mac: string | undefined
}

function messageOf({ picc, file, mac }: Parts, separator: string): SunMessage | null {
  const piccBytes = bytesOf(picc)
  const macBytes = bytesOf(mac)
  if (piccBytes === null || macBytes?.length !== MAC_BYTES) return null
  const mode = (['aes', 'lrp'] as const).find((one) => PICC_BYTES[one] === piccBytes.length)
  if (mode === undefined) return null
  if (file === undefined) return { mode, picc: piccBytes, file: null, mac: macBytes, macInput: '' }
  const fileBytes = bytesOf(file)
  if (fileBytes === null || fileBytes.length % BLOCK_BYTES !== 0) return null
  if (fileBytes.length > FILE_BLOCKS_MAX * BLOCK_BYTES) return null
  return { mode, picc: piccBytes, file: fileBytes, mac: macBytes, macInput: `${file}${separator}` }
}

function bytesOf(text: string | undefined): Buffer | null {
  return text !== undefined && HEX_BYTES.test(text) ? Buffer.from(text, 'hex') : null
}

/**
 * Reads a message with the keys of the chip of this UID; null where that chip did not make it. Every message takes the
 * same path up to the one comparison, which takes the same time wherever the two differ.
 */
export function readSun(
  message: SunMessage,
  { keys, uid }: { keys: ChipKeys; uid: Uint8Array },
): SunReading | null {
  const picc = decryptPicc(message.mode, keys.metaRead, message.picc)
  const counter = picc.subarray(PICC_COUNTER_AT, PICC_COUNTER_AT + COUNTER_BYTES)
  const session = sunSession(message.mode, keys.fileRead, Buffer.concat([uid, counter]))
  const expected = Buffer.concat([Buffer.of(PICC_TAG), uid, session.mac(message.macInput)])
  const seen = Buffer.concat([picc.subarray(0, PICC_COUNTER_AT), message.mac])
  if (!timingSafeEqual(expected, seen)) return null
  return {
    counter: counter.readUIntLE(0, COUNTER_BYTES),
    fileData: message.file && session.decryptFile(message.file),
  }
}
