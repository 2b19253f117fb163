import { createCipheriv, createDecipheriv } from 'node:crypto'
import { aesBlocks, aesCmac, BLOCK_BYTES } from './cmac.ts'
import { lrpOf } from './lrp.ts'

/** How a chip encrypts: set once when it is written, and seen from the length of its message. */
export type ChipMode = 'aes' | 'lrp'

export const UID_BYTES = 7
export const COUNTER_BYTES = 3
export const MAC_BYTES = 8
/** LRP sends its random start value in front of the block. */
const LRP_RANDOM_BYTES = 8

/** Encryption of PICC data and file data, and the MAC, under the keys of one read of one chip (AN12196 section 3). */
export type SunSession = {
  /** SDMMAC: the odd bytes of the CMAC over what the link shows before it. */
  mac(input: string): Buffer
  encryptFile(plain: Uint8Array): Buffer
  decryptFile(cipher: Uint8Array): Buffer
}

/** `uidAndCounter`: the UID and the counter, its least significant byte first, as the chip mirrors them. */
export function sunSession(mode: ChipMode, fileReadKey: Uint8Array, uidAndCounter: Uint8Array): SunSession {
  return mode === 'aes' ? aesSession(fileReadKey, uidAndCounter) : lrpSession(fileReadKey, uidAndCounter)
}

/** SV1 and SV2 of AN12196 section 3.3: a prefix, the UID, the counter; one block together. */
const SV1 = Buffer.from('c33c00010080', 'hex')
const SV2 = Buffer.from('3cc300010080', 'hex')

/** The two AES session keys; exported for the published vectors. */
export function aesSessionKeys(
  fileReadKey: Uint8Array,
  uidAndCounter: Uint8Array,
): { encryption: Buffer; mac: Buffer } {
  return {
    encryption: aesCmac(fileReadKey, Buffer.concat([SV1, uidAndCounter])),
    mac: aesCmac(fileReadKey, Buffer.concat([SV2, uidAndCounter])),
  }
}

function aesSession(fileReadKey: Uint8Array, uidAndCounter: Uint8Array): SunSession {
  const keys = aesSessionKeys(fileReadKey, uidAndCounter)
  const start = (): Buffer => {
    const block = Buffer.alloc(BLOCK_BYTES)
    block.set(uidAndCounter.subarray(UID_BYTES))
    return aesBlocks(keys.encryption)(block)
  }
  return {
    mac: (input) => oddBytes(aesCmac(keys.mac, Buffer.from(input, 'latin1'))),
    encryptFile: (plain) => cbc('encrypt', keys.encryption, start(), plain),
    decryptFile: (cipher) => cbc('decrypt', keys.encryption, start(), cipher),
  }
}

/** `00 01 00 80`, UID, counter, zeros up to 14 bytes, `1E E1` (AN12304 and AN12196 for LRP). */
const LRP_PREFIX = Buffer.from('00010080', 'hex')
const LRP_SUFFIX = Buffer.from('1ee1', 'hex')

/** The one LRP session key; exported for the published vectors. */
export function lrpSessionKey(fileReadKey: Uint8Array, uidAndCounter: Uint8Array): Buffer {
  return lrpOf(fileReadKey).cmac(Buffer.concat([LRP_PREFIX, uidAndCounter, LRP_SUFFIX]))
}

function lrpSession(fileReadKey: Uint8Array, uidAndCounter: Uint8Array): SunSession {
  const lrp = lrpOf(lrpSessionKey(fileReadKey, uidAndCounter))
  const start = Buffer.concat([uidAndCounter.subarray(UID_BYTES), Buffer.alloc(COUNTER_BYTES)])
  return {
    mac: (input) => oddBytes(lrp.cmac(Buffer.from(input, 'latin1'))),
    encryptFile: (plain) => lrp.encrypt(1, start, plain),
    decryptFile: (cipher) => lrp.decrypt(1, start, cipher),
  }
}

/** PICC data: one block under SDMMetaRead; with LRP, 8 random bytes in front of it are the counter it starts from. */
export function decryptPicc(mode: ChipMode, metaReadKey: Uint8Array, picc: Uint8Array): Buffer {
  if (mode === 'aes') return cbc('decrypt', metaReadKey, Buffer.alloc(BLOCK_BYTES), picc)
  const random = picc.subarray(0, LRP_RANDOM_BYTES)
  return lrpOf(metaReadKey).decrypt(0, random, picc.subarray(LRP_RANDOM_BYTES))
}

/** `random`: 8 bytes, used by LRP only. */
export function encryptPicc(
  mode: ChipMode,
  metaReadKey: Uint8Array,
  { block, random }: { block: Uint8Array; random: Uint8Array },
): Buffer {
  if (mode === 'aes') return cbc('encrypt', metaReadKey, Buffer.alloc(BLOCK_BYTES), block)
  return Buffer.concat([random, lrpOf(metaReadKey).encrypt(0, random, block)])
}

/** Bytes of encrypted PICC data by mode. */
export const PICC_BYTES: Readonly<Record<ChipMode, number>> = {
  aes: BLOCK_BYTES,
  lrp: LRP_RANDOM_BYTES + BLOCK_BYTES,
}

function oddBytes(mac: Buffer): Buffer {
  return Buffer.from(mac.filter((_, i) => i % 2 === 1))
}

function cbc(way: 'encrypt' | 'decrypt', key: Uint8Array, iv: Uint8Array, text: Uint8Array): Buffer {
  const cipher =
    way === 'encrypt' ? createCipheriv('aes-128-cbc', key, iv) : createDecipheriv('aes-128-cbc', key, iv)
  return cipher.setAutoPadding(false).update(text)
}
