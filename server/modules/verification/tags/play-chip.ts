import { BLOCK_BYTES } from './cmac.ts'
import { type ChipMode, COUNTER_BYTES, encryptPicc, MAC_BYTES, sunSession, UID_BYTES } from './sun-crypto.ts'
import type { ChipKeys } from './sun-message.ts'

/** A chip with what was written to it, byte for byte. */
export type PlayedChip = {
  readonly uid: Uint8Array
  readonly mode: ChipMode
  readonly keys: ChipKeys
  /** Content of file 02 and its settings, hexadecimal, as `planChip` gives them. */
  readonly ndef: string
  readonly fileSettings: string
  /** What the chip measures at its loop, where it has one: `CC`. */
  readonly seal: string
}

/** Where the settings say that things go; null where they say nothing of it. */
type Places = {
  readonly picc: number
  readonly seal: number | null
  readonly macInput: number
  readonly file: { readonly at: number; readonly length: number } | null
  readonly mac: number
}

const URI_PREFIXES: Readonly<Record<number, string>> = { 3: 'http://', 4: 'https://' }
const HEAD_BYTES = 6
const SEAL_BYTES = 2

/**
 * The link that a phone would read from a chip so written: file 02 with the places named by the settings filled in, as
 * the chip does it. It goes by the bytes alone, so that an offset that is wrong gives a message that does not hold.
 * `random`: 13 bytes.
 */
export function playChip(chip: PlayedChip, read: { counter: number; random: Uint8Array }): string {
  const file = Buffer.from(chip.ndef, 'hex')
  const places = placesOf(Buffer.from(chip.fileSettings, 'hex'))
  const counter = Buffer.alloc(COUNTER_BYTES)
  counter.writeUIntLE(read.counter, 0, COUNTER_BYTES)
  const uidAndCounter = Buffer.concat([chip.uid, counter])
  const session = sunSession(chip.mode, chip.keys.fileRead, uidAndCounter)
  fill(file, places.picc, piccOf(chip, uidAndCounter, read.random))
  if (places.seal !== null) file.write(chip.seal.slice(0, SEAL_BYTES), places.seal, 'latin1')
  if (places.file !== null) {
    const { at, length } = places.file
    fill(file, at, session.encryptFile(Buffer.from(file.subarray(at, at + length / 2))))
  }
  fill(file, places.mac, session.mac(file.subarray(places.macInput, places.mac).toString('latin1')))
  const prefix = URI_PREFIXES[file[HEAD_BYTES] ?? 0] ?? ''
  const end = HEAD_BYTES + (file[4] ?? 0)
  return `${prefix}${file.subarray(HEAD_BYTES + 1, end).toString('latin1')}`
}

function piccOf({ mode, keys }: PlayedChip, uidAndCounter: Buffer, random: Uint8Array): Buffer {
  const own = BLOCK_BYTES - 1 - UID_BYTES - COUNTER_BYTES
  const block = Buffer.concat([Buffer.of(0xc7), uidAndCounter, random.subarray(0, own)])
  return encryptPicc(mode, keys.metaRead, { block, random: random.subarray(own, own + MAC_BYTES) })
}

/** A chip refuses settings whose encrypted part is not whole blocks, two characters a byte (data sheet, table 69). */
export function takesSettings(fileSettings: string): boolean {
  const { file } = placesOf(Buffer.from(fileSettings, 'hex'))
  return file === null || (file.length > 0 && file.length % (2 * BLOCK_BYTES) === 0)
}

/** Reads ChangeFileSettings data back (data sheet, table 69): which places follow is told by the options byte. */
function placesOf(settings: Buffer): Places {
  const options = settings[3] ?? 0
  let next = HEAD_BYTES
  const place = (): number => {
    next += COUNTER_BYTES
    return settings.readUIntLE(next - COUNTER_BYTES, COUNTER_BYTES)
  }
  const picc = place()
  const seal = (options & 0x08) !== 0 ? place() : null
  const macInput = place()
  const file = (options & 0x10) !== 0 ? { at: place(), length: place() } : null
  return { picc, seal, macInput, file, mac: place() }
}

function fill(file: Buffer, at: number, bytes: Uint8Array): void {
  file.write(Buffer.from(bytes).toString('hex').toUpperCase(), at, 'latin1')
}
