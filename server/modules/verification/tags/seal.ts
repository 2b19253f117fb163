/**
 * What a chip with a tamper loop says of it (NT4H2421Tx data sheet; AN12196 section 6.5): two characters, the one kept
 * for good and the one measured at this read. `C` closed, `O` open, `I` never switched on.
 */
export type Seal = 'closed' | 'opened' | 'open' | 'not_switched_on' | 'not_there' | 'unreadable'

const SEALS: Readonly<Record<string, Seal>> = {
  CC: 'closed',
  OC: 'opened',
  OO: 'open',
  II: 'not_switched_on',
  NT: 'not_there',
}

/** The first two bytes of the decrypted file data. `NT` is written by whoever writes a chip without a loop. */
export function sealOf(fileData: Uint8Array | null): Seal {
  if (fileData === null) return 'not_there'
  return SEALS[Buffer.from(fileData.subarray(0, 2)).toString('latin1')] ?? 'unreadable'
}
