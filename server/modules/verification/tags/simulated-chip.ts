import { BLOCK_BYTES } from './cmac.ts'
import { type ChipMode, COUNTER_BYTES, encryptPicc, sunSession, UID_BYTES } from './sun-crypto.ts'
import { type ChipKeys, SUN_PARAMETERS } from './sun-message.ts'

/** A chip as it was written: what its messages depend on. */
export type WrittenChip = {
  readonly uid: Uint8Array
  readonly mode: ChipMode
  readonly keys: ChipKeys
  /** Plain file data that the chip encrypts, whole blocks; null where it encrypts none. */
  readonly fileData: Uint8Array | null
}

/** PICC data: the tag byte, UID, counter, and five random bytes. */
const PICC_RANDOM_AT = 1 + UID_BYTES + COUNTER_BYTES
/** Random bytes one message takes: 5 in the PICC data, 8 in front of it with LRP. */
export const SUN_RANDOM_BYTES = 13

/**
 * The parameters that a chip so written adds to its link at a read: what a phone would see. It is how `cachet tag` tests
 * what it prints, and how the demonstration has a chip without one; it proves nothing about a real chip.
 */
export function simulatedRead(
  chip: WrittenChip,
  { counter, random }: { counter: number; random: Uint8Array },
): string {
  const counterBytes = Buffer.alloc(COUNTER_BYTES)
  counterBytes.writeUIntLE(counter, 0, COUNTER_BYTES)
  const uidAndCounter = Buffer.concat([chip.uid, counterBytes])
  const block = Buffer.alloc(BLOCK_BYTES)
  block.set([0xc7])
  block.set(uidAndCounter, 1)
  block.set(random.subarray(0, BLOCK_BYTES - PICC_RANDOM_AT), PICC_RANDOM_AT)
  const picc = encryptPicc(chip.mode, chip.keys.metaRead, {
    block,
    random: random.subarray(BLOCK_BYTES - PICC_RANDOM_AT, SUN_RANDOM_BYTES),
  })
  const session = sunSession(chip.mode, chip.keys.fileRead, uidAndCounter)
  const file = chip.fileData && hex(session.encryptFile(chip.fileData))
  const mac = session.mac(file === null ? '' : `${file}&${SUN_PARAMETERS.mac}=`)
  return [
    `${SUN_PARAMETERS.picc}=${hex(picc)}`,
    ...(file === null ? [] : [`${SUN_PARAMETERS.file}=${file}`]),
    `${SUN_PARAMETERS.mac}=${hex(mac)}`,
  ].join('&')
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase()
}
