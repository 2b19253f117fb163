import { AppError } from '../../../kernel/errors.ts'
import { KEY_ROLES } from './chip-keys.ts'
import { BLOCK_BYTES } from './cmac.ts'
import { type ChipMode, MAC_BYTES, PICC_BYTES } from './sun-crypto.ts'
import { SUN_PARAMETERS } from './sun-message.ts'

/** What to write to a chip besides its keys; bytes in capital hexadecimal. */
export type ChipPlan = {
  /** The link with zeros where the chip puts its message. */
  readonly template: string
  /** Content of file 02, from its first byte. */
  readonly ndef: string
  /** Data of ChangeFileSettings for file 02, after the file's number. */
  readonly fileSettings: string
  /** Places in file 02, in bytes; null where the chip does not use one. */
  readonly offsets: {
    readonly picc: number
    readonly macInput: number
    readonly file: number | null
    readonly fileLength: number | null
    readonly seal: number | null
    readonly mac: number
  }
}

export type ChipOrder = {
  /** The item's link, http or https, without a query. */
  readonly link: string
  readonly mode: ChipMode
  readonly hasSeal: boolean
  readonly parameters?: { readonly picc: string; readonly file: string; readonly mac: string }
  /** Numbers of the keys for PICC data, file and MAC, and for reading the counter (15: nobody). */
  readonly keys?: { readonly metaRead: number; readonly fileRead: number; readonly counterRead: number }
}

/** File 02 of an NTAG 424 DNA (NT4H2421Gx data sheet, section 8.2.3). */
const FILE_BYTES_MAX = 256
/** NFC Forum URI record: NLEN (2), header D1, type length 01, payload length, type U, identifier code. */
const NDEF_HEAD_BYTES = 7
const URI_CODES = { 'https://': 0x04, 'http://': 0x03 } as const
/** Bytes under the chip's encryption: seal state, and filler. The mirror needs twice as many places. */
const FILE_PLACES = 2 * BLOCK_BYTES
const FILE_FILLER = 'NT'.padEnd(FILE_PLACES, '0')

/** SDM on, communication in plain (ChangeFileSettings, FileOption). */
const FILE_OPTION = 0x40
/** Everybody reads; key 0 writes and changes settings. */
const ACCESS_RIGHTS = [0x00, 0xe0]
const SDM_UID_AND_COUNTER = 0xc1
const SDM_FILE_DATA = 0x10
const SDM_SEAL = 0x08
const NOBODY = 0x0f
/** Access rights of SDM: reserved bits set, counter read, then PICC data and file. */
const RESERVED = 0xf0

/**
 * What to write so that a chip adds its message to an item's link (AN12196 section 5; data sheet table 69). The
 * encrypted file data, where there is a seal, stands right before the MAC, which covers it and the text up to itself.
 * Throws `tag.bad_link` where it does not fit.
 */
export function planChip(order: ChipOrder): ChipPlan {
  const { mode, hasSeal, parameters = SUN_PARAMETERS } = order
  const scheme = schemeOf(order.link)
  const zeros = (bytes: number): string => '0'.repeat(2 * bytes)
  const upToPicc = `${order.link}?${parameters.picc}=`
  const upToFile = `${upToPicc}${zeros(PICC_BYTES[mode])}${hasSeal ? `&${parameters.file}=` : ''}`
  const upToMac = `${upToFile}${hasSeal ? FILE_FILLER : ''}&${parameters.mac}=`
  const template = `${upToMac}${zeros(MAC_BYTES)}`
  const at = (before: string): number => NDEF_HEAD_BYTES + before.length - scheme.length
  const mac = at(upToMac)
  const file = hasSeal ? at(upToFile) : null
  const offsets = {
    picc: at(upToPicc),
    macInput: file ?? mac,
    file,
    fileLength: hasSeal ? FILE_PLACES : null,
    seal: file,
    mac,
  }
  return { template, ndef: ndefOf(template, scheme), fileSettings: settingsOf(order, offsets), offsets }
}

/** Plain bytes that a chip so written encrypts; `seal` is what it measured. Null where it encrypts none. */
export function plainFileData(seal: string | null): Buffer | null {
  return seal === null ? null : Buffer.from(`${seal}${FILE_FILLER.slice(2, BLOCK_BYTES)}`, 'latin1')
}

function schemeOf(link: string): keyof typeof URI_CODES {
  const scheme = (['https://', 'http://'] as const).find((one) => link.startsWith(one))
  const isPlain = /^[\x21-\x7e]+$/.test(link) && !/[?#]/.test(link)
  if (scheme !== undefined && isPlain) return scheme
  throw new AppError('tag.bad_link', 'the link of a chip is http or https, in ASCII, without a query', {
    link: link.slice(0, 200),
  })
}

function ndefOf(template: string, scheme: keyof typeof URI_CODES): string {
  const payload = Buffer.concat([
    Buffer.of(URI_CODES[scheme]),
    Buffer.from(template.slice(scheme.length), 'latin1'),
  ])
  const bytes = Buffer.concat([
    Buffer.of(0, payload.length + 4, 0xd1, 0x01, payload.length & 0xff, 0x55),
    payload,
  ])
  if (bytes.length <= FILE_BYTES_MAX) return bytes.toString('hex').toUpperCase()
  const message = `the link is too long for the chip: ${bytes.length} bytes, and its file has ${FILE_BYTES_MAX}`
  throw new AppError('tag.bad_link', message, { bytes: bytes.length, bytesMax: FILE_BYTES_MAX })
}

function settingsOf(
  { hasSeal, keys = { ...KEY_ROLES, counterRead: NOBODY } }: ChipOrder,
  offsets: ChipPlan['offsets'],
): string {
  const options = SDM_UID_AND_COUNTER | (hasSeal ? SDM_FILE_DATA | SDM_SEAL : 0)
  const rights = [RESERVED | keys.counterRead, (keys.metaRead << 4) | keys.fileRead]
  const { picc, seal, macInput, file, fileLength, mac } = offsets
  const places = [picc, seal, macInput, file, fileLength, mac].filter((place) => place !== null)
  const head = Buffer.from([FILE_OPTION, ...ACCESS_RIGHTS, options, ...rights])
  return Buffer.concat([head, ...places.map(threeBytes)])
    .toString('hex')
    .toUpperCase()
}

/** Offsets are three bytes, the least significant first. */
function threeBytes(value: number): Buffer {
  const bytes = Buffer.alloc(3)
  bytes.writeUIntLE(value, 0, 3)
  return bytes
}
